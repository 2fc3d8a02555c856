import type { KernelEvent } from "../../../shared/events.ts";
import type { Seq } from "../../../shared/ids.ts";
import { FEED_CHARACTERS, FEED_EVENTS } from "../limits.ts";

/** Committed events kept in memory for readers that follow the log, bounded by number and by text. */
export class RecentEvents {
  #events: KernelEvent[] = [];
  #characters = 0;
  /** Seq of the event just before the first one kept. */
  #base: number;

  constructor(base: Seq) {
    this.#base = base;
  }

  push(batch: readonly KernelEvent[]): void {
    for (const event of batch) {
      this.#events.push(event);
      this.#characters += textLength(event);
    }
    // Cutting in steps of a quarter keeps the cost of each event constant.
    if (this.#events.length > FEED_EVENTS * 1.25 || this.#characters > FEED_CHARACTERS) this.#cut();
  }

  since(from: Seq, limit: number): readonly KernelEvent[] | null {
    const start = from - this.#base;
    if (start < 0 || start > this.#events.length) return null;
    return this.#events.slice(start, start + limit);
  }

  #cut(): void {
    let drop = Math.max(0, this.#events.length - FEED_EVENTS);
    let characters = this.#characters;
    for (const [index, event] of this.#events.entries()) {
      if (index >= drop && characters <= FEED_CHARACTERS) break;
      characters -= textLength(event);
      drop = Math.max(drop, index + 1);
    }
    this.#events = this.#events.slice(drop);
    this.#characters = characters;
    this.#base += drop;
  }
}

/** Characters of the texts that make an event large; the rest is small and bounded by the number of events. */
function textLength(event: KernelEvent): number {
  switch (event.type) {
    case "syscall.done":
      return event.result.kind === "llm" ? event.result.message.content.length : event.result.text.length;
    case "context.appended":
      return event.messages.reduce((sum, message) => sum + message.content.length, 0);
    case "syscall.created":
      return event.call.kind === "llm" ? 0 : JSON.stringify(event.call.arguments).length;
    case "approval.requested":
      return JSON.stringify(event.approval).length;
    default:
      return 0;
  }
}
