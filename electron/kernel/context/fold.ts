import type { EventOf, KernelEvent } from "../../../shared/events.ts";
import type { SyscallId } from "../../../shared/ids.ts";
import type { Message, ToolCall, ToolOutcome } from "../../../shared/messages.ts";
import type { SyscallCall } from "../../../shared/syscall.ts";

/** A result as it joins the context. */
export type ToolAnswer = { readonly content: string; readonly outcome: ToolOutcome };

/**
 * A context being built from events: the same fold makes it live, after a restart and for a look at an old prompt.
 * Messages join in the order in which models must see them; each tool call has exactly one result (C4): results
 * wait until all those before them are there.
 */
export class ContextFold {
  readonly messages: Message[] = [];
  /** Tool calls of the last answer that have no message yet, in order. */
  #open: ToolCall[] = [];
  readonly #answers = new Map<string, ToolAnswer>();
  /** Calls of syscalls that have not ended. */
  readonly #calls = new Map<SyscallId, SyscallCall>();

  /** Tool calls whose result is still to come. */
  unanswered(): readonly ToolCall[] {
    return this.#open.filter((call) => !this.#answers.has(call.id));
  }

  apply(event: KernelEvent): void {
    switch (event.type) {
      case "context.appended":
        this.messages.push(...event.messages);
        return;
      case "syscall.created":
        this.#calls.set(event.syscallId, event.call);
        return;
      case "syscall.done":
      case "syscall.failed":
      case "syscall.cancelled":
      case "syscall.denied":
        this.#end(event);
        return;
      default:
        return;
    }
  }

  #end(event: EventOf<"syscall.done" | "syscall.failed" | "syscall.cancelled" | "syscall.denied">): void {
    const call = this.#calls.get(event.syscallId);
    this.#calls.delete(event.syscallId);
    if (!call) return;
    if (call.kind === "llm") {
      if (event.type !== "syscall.done" || event.result.kind !== "llm" || call.messages !== null) return;
      this.messages.push(event.result.message);
      this.#open = [...event.result.message.toolCalls];
      return;
    }
    const answer = toolAnswer(event);
    if (call.toolCallId === null || answer === null) return;
    this.#answers.set(call.toolCallId, answer);
    this.#release();
  }

  #release(): void {
    while (this.#open.length > 0) {
      const [next, ...rest] = this.#open;
      const answer = next && this.#answers.get(next.id);
      if (!next || !answer) return;
      this.#answers.delete(next.id);
      this.#open = rest;
      this.messages.push({ role: "tool", toolCallId: next.id, name: next.name, ...answer });
    }
  }
}

/** What the model reads of an ended call; null for one that will be made again. */
export function toolAnswer(
  event: EventOf<"syscall.done" | "syscall.failed" | "syscall.cancelled" | "syscall.denied">,
): ToolAnswer | null {
  switch (event.type) {
    case "syscall.done":
      return event.result.kind === "llm"
        ? null
        : { content: event.result.text, outcome: event.result.outcome };
    case "syscall.failed": {
      const { code, message, hint } = event.error;
      const content = hint === undefined ? `Error: ${message}` : `Error: ${message}. ${hint}`;
      return { content, outcome: code === "outcome-unknown" ? "unknown" : "error" };
    }
    case "syscall.denied":
      return { content: `Denied: ${event.reason}`, outcome: "denied" };
    case "syscall.cancelled":
      return event.cause === "kernel-stopped"
        ? null
        : { content: `Error: ${event.reason}`, outcome: "error" };
  }
}
