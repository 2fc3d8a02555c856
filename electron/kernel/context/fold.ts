import type { CompactionView } from "../../../shared/context.ts";
import { invariant } from "../../../shared/errors.ts";
import type { EventOf, KernelEvent } from "../../../shared/events.ts";
import type { Seq, SyscallId } from "../../../shared/ids.ts";
import type { Recall } from "../../../shared/memory.ts";
import type { Message, ToolCall, ToolOutcome } from "../../../shared/messages.ts";
import type { SyscallCall } from "../../../shared/syscall.ts";
import { recallMessage } from "./recall-message.ts";
import { applyReductions, inForce } from "./reductions.ts";

/** A result as it joins the context. */
export type ToolAnswer = { readonly content: string; readonly outcome: ToolOutcome };

/** An answer that has begun, and the call that it is of. */
export interface PartialAnswer {
  readonly syscallId: SyscallId;
  readonly text: string;
  readonly tokens: number;
}

/** What memory had about one turn, and the message that says it. */
export interface RecallInContext {
  readonly seq: Seq;
  readonly at: number;
  readonly recall: Recall;
  readonly message: Message;
}

type EndEvent = EventOf<"syscall.done" | "syscall.failed" | "syscall.cancelled" | "syscall.denied">;

/** Whether it is a step of the agent itself: its context is the prompt, and the answer joins it. */
export const isStep = (call: SyscallCall): boolean =>
  call.kind === "llm" && call.messages === null && call.purpose === undefined;

/**
 * A context being built from events: the same fold makes it live, after a restart and for a look at an old prompt.
 * Messages join in the order in which models must see them; each tool call has exactly one result (C4): results
 * wait until all those before them are there, and other messages until all results are.
 */
export class ContextFold {
  #history: Message[] = [];
  /** What models see; the history itself where no compaction is in force. */
  #messages: Message[] = this.#history;
  #compactions: readonly CompactionView[] = [];
  #recalls: readonly RecallInContext[] = [];
  #partial: PartialAnswer | null = null;
  /** Tool calls of the last answer that have no message yet, in order. */
  #open: ToolCall[] = [];
  #answers = new Map<string, ToolAnswer>();
  /** Messages that came while tool calls were open. */
  #held: Message[] = [];
  /** Calls of syscalls that have not ended. */
  #calls = new Map<SyscallId, SyscallCall>();
  #revision = 0;

  /** Counts the changes of what the context holds: the same number, the same context. */
  get revision(): number {
    return this.#revision;
  }

  /** Every message of this course of events, in order; never shortened. Grows in place. */
  get history(): readonly Message[] {
    return this.#history;
  }

  /**
   * What models see: the history under the compactions in force. Only grows at its end, in place, so that a prompt
   * is a prefix of the next one; a compaction, or the end of one, begins a new array.
   */
  get messages(): readonly Message[] {
    return this.#messages;
  }

  /** In force and undone, oldest first. A new array with each change. */
  get compactions(): readonly CompactionView[] {
    return this.#compactions;
  }

  /** What memory put into the context, oldest first. A new array with each. */
  get recalls(): readonly RecallInContext[] {
    return this.#recalls;
  }

  /** The answer that had begun; null for none. A new object with each change. */
  get partial(): PartialAnswer | null {
    return this.#partial;
  }

  /** Tool calls whose result is still to come. */
  unanswered(): readonly ToolCall[] {
    return this.#open.filter((call) => !this.#answers.has(call.id));
  }

  /** A copy that goes its own way. */
  fork(): ContextFold {
    const copy = new ContextFold();
    copy.#history = [...this.#history];
    copy.#messages = this.#messages === this.#history ? copy.#history : [...this.#messages];
    copy.#compactions = this.#compactions;
    copy.#recalls = this.#recalls;
    copy.#partial = this.#partial;
    copy.#open = [...this.#open];
    copy.#answers = new Map(this.#answers);
    copy.#held = [...this.#held];
    copy.#calls = new Map(this.#calls);
    copy.#revision = this.#revision;
    return copy;
  }

  /** The next event of the agent, of the course of events that counts: see `effectiveEvents`. */
  apply(event: KernelEvent): void {
    switch (event.type) {
      case "context.rewound":
        invariant(false, "a fold cannot go back: rebuild it");
        return;
      case "context.appended":
        this.#setPartial(null);
        this.#held.push(...event.messages);
        this.#revision += 1;
        this.#release();
        return;
      case "context.recalled": {
        const message = recallMessage(event.recall);
        this.#recalls = [...this.#recalls, { seq: event.seq, at: event.at, recall: event.recall, message }];
        this.#setPartial(null);
        this.#held.push(message);
        this.#revision += 1;
        this.#release();
        return;
      }
      case "context.compacted":
        this.#compact([
          ...this.#compactions,
          { ...event.compaction, seq: event.seq, at: event.at, state: "in-force" },
        ]);
        return;
      case "context.compactionUndone":
        this.#undo(event.compaction);
        return;
      case "syscall.created":
        this.#calls.set(event.syscallId, event.call);
        return;
      case "syscall.output":
      case "syscall.continued":
      case "syscall.restarted":
        this.#stream(event);
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

  #setPartial(partial: PartialAnswer | null): void {
    if (this.#partial === partial) return;
    this.#partial = partial;
    this.#revision += 1;
  }

  #add(message: Message): void {
    this.#revision += 1;
    this.#history.push(message);
    if (this.#messages !== this.#history) this.#messages.push(message);
  }

  #compact(compactions: readonly CompactionView[]): void {
    const { messages } = applyReductions(this.#history, inForce(compactions));
    this.#revision += 1;
    this.#compactions = compactions;
    this.#messages = messages === this.#history ? this.#history : [...messages];
  }

  #undo(seq: Seq): void {
    if (!this.#compactions.some((each) => each.seq === seq && each.state === "in-force")) return;
    this.#compact(this.#compactions.map((each) => (each.seq === seq ? { ...each, state: "undone" } : each)));
  }

  #stream(event: EventOf<"syscall.output" | "syscall.continued" | "syscall.restarted">): void {
    const { syscallId } = event;
    const call = this.#calls.get(syscallId);
    if (!call || !isStep(call)) return;
    switch (event.type) {
      case "syscall.output": {
        const before = this.#partial?.syscallId === syscallId ? this.#partial : { text: "", tokens: 0 };
        const [text, tokens] = [before.text + event.text, before.tokens + event.tokens];
        this.#setPartial({ syscallId, text, tokens });
        return;
      }
      case "syscall.continued": {
        const { how, text, tokens } = event.continuation;
        this.#setPartial(how === "again" || text === "" ? null : { syscallId, text, tokens });
        return;
      }
      case "syscall.restarted":
        this.#setPartial(null);
        return;
    }
  }

  #end(event: EndEvent): void {
    const call = this.#calls.get(event.syscallId);
    this.#calls.delete(event.syscallId);
    if (!call) return;
    if (call.kind === "llm") {
      if (isStep(call)) this.#endStep(event);
      return;
    }
    const answer = toolAnswer(event);
    // One result a call: the first.
    const asked = this.unanswered().find(({ id }) => id === call.toolCallId);
    if (!asked || answer === null) return;
    this.#answers.set(asked.id, answer);
    this.#revision += 1;
    this.#release();
  }

  #endStep(event: EndEvent): void {
    // What was cancelled is gone on with by the next step.
    if (event.type === "syscall.cancelled") return;
    this.#setPartial(null);
    if (event.type !== "syscall.done" || event.result.kind !== "llm") return;
    invariant(this.#open.length === 0, "the results of an answer come before the next answer");
    this.#add(event.result.message);
    this.#open = [...event.result.message.toolCalls];
  }

  #release(): void {
    while (this.#open.length > 0) {
      const [next, ...rest] = this.#open;
      const answer = next && this.#answers.get(next.id);
      if (!next || !answer) return;
      this.#answers.delete(next.id);
      this.#open = rest;
      this.#add({ role: "tool", toolCallId: next.id, name: next.name, ...answer });
    }
    for (const message of this.#held.splice(0)) this.#add(message);
  }
}

/** What the model reads of an ended call; null for one that will be made again. */
export function toolAnswer(event: EndEvent): ToolAnswer | null {
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
      return event.cause === "kernel-stopped" || event.cause === "rewound"
        ? null
        : { content: `Error: ${event.reason}`, outcome: "error" };
  }
}
