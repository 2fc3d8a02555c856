import type { KernelEvent } from "../../../shared/events.ts";
import type { Seq } from "../../../shared/ids.ts";
import type { Message } from "../../../shared/messages.ts";
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
      return event.result.kind === "llm" ? messageLength(event.result.message) : event.result.text.length;
    case "context.appended":
      return sum(event.messages);
    case "syscall.created":
      return event.call.kind === "llm"
        ? sum(event.call.messages ?? [])
        : JSON.stringify(event.call.arguments).length;
    case "approval.requested":
      return JSON.stringify(event.approval).length;
    case "agent.created":
      return event.spec.task.length + event.spec.manifest.instructions.length;
    case "agent.messaged":
    case "syscall.output":
      return event.text.length;
    case "agent.ended":
      return event.answer?.length ?? 0;
    case "server.changed":
      return JSON.stringify(event.server).length;
    case "server.status":
      return JSON.stringify(event.status).length;
    case "server.logged":
      return event.line.text.length;
    case "elicitation.requested":
      return JSON.stringify(event.elicitation).length;
    default:
      return 0;
  }
}

const sum = (messages: readonly Message[]): number =>
  messages.reduce((total, message) => total + messageLength(message), 0);

const messageLength = (message: Message): number =>
  message.role === "assistant" && message.toolCalls.length > 0
    ? message.content.length + JSON.stringify(message.toolCalls).length
    : message.content.length;
