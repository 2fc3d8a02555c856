import { type Compaction, snapshotAt, snapshotSeq } from "../../../../shared/context.ts";
import type { AgentSpec, CancelCause, KernelEvent, KernelEventBody } from "../../../../shared/events.ts";
import {
  type AgentId,
  agentId,
  coreId,
  type SnapshotId,
  type SyscallId,
  seq,
  syscallId,
} from "../../../../shared/ids.ts";
import type { Message, ToolCall } from "../../../../shared/messages.ts";
import type { Decision, Effect } from "../../../../shared/permission.ts";
import type { SuspendReason, SyscallCall } from "../../../../shared/syscall.ts";
import { ContextFold, toolAnswer } from "../fold.ts";
import { recallMessage } from "../recall-message.ts";
import { isEnd, SPEC, sampleRecall, TIMES, type ToolEnding, toolEnding, WRITE } from "./story-events.ts";

/** What an agent has under way. */
interface UnderWay {
  step: SyscallId | null;
  readonly tools: Map<string, SyscallId>;
}

/** The context of an agent after one of its events. */
export interface Moment {
  readonly event: KernelEvent;
  readonly agentId: AgentId;
  readonly fold: ContextFold;
  /** All that the fold showed when it was made, as text. */
  readonly seen: string;
}

/** All that a fold shows, as text. */
export const seenOf = (fold: ContextFold): string =>
  JSON.stringify({
    history: fold.history,
    messages: fold.messages,
    partial: fold.partial,
    unanswered: fold.unanswered(),
    compactions: fold.compactions,
    recalls: fold.recalls,
  });

/**
 * A log of a few agents, written event by event as the kernel writes it, with the contexts kept live. Going back and
 * branching off is done here by copies set aside after each event, not by reading the log again.
 */
export class ContextStory {
  readonly moments: Moment[] = [];
  /** Every message that joined a context, as text. */
  readonly said = new Set<string>();
  readonly agents: AgentId[] = [];
  readonly #folds = new Map<AgentId, ContextFold>();
  readonly #underWay = new Map<AgentId, UnderWay>();
  #seq = 0;
  #syscalls = 0;
  #texts = 0;

  readonly read = (id: AgentId): readonly KernelEvent[] =>
    this.moments.filter((moment) => moment.agentId === id).map(({ event }) => event);

  fold(id: AgentId): ContextFold {
    const fold = this.#folds.get(id);
    if (!fold) throw new Error(`${id} is no agent of this story`);
    return fold;
  }

  underWay(id: AgentId): UnderWay {
    const underWay = this.#underWay.get(id) ?? { step: null, tools: new Map() };
    this.#underWay.set(id, underWay);
    return underWay;
  }

  /** A text like no other. */
  text(): string {
    this.#texts += 1;
    return `text ${this.#texts} 😀`;
  }

  /** Writes one event of an agent, and keeps its context up with it. */
  event(id: AgentId, body: KernelEventBody): KernelEvent {
    this.#seq += 1;
    const event: KernelEvent = { v: 4, seq: seq(this.#seq), at: this.#seq, mono: this.#seq, ...body };
    const fold = this.#next(id, event);
    this.#folds.set(id, fold);
    this.moments.push({ event, agentId: id, fold: fold.fork(), seen: seenOf(fold) });
    return event;
  }

  #next(id: AgentId, event: KernelEvent): ContextFold {
    if (event.type === "context.rewound") return this.momentAt(id, event.snapshotId).fold.fork();
    if (event.type === "context.forked") return this.momentAt(event.from, event.snapshotId).fold.fork();
    const fold = this.#folds.get(id) ?? new ContextFold();
    fold.apply(event);
    return fold;
  }

  /** The last moment of an agent at or before a snapshot. */
  momentAt(id: AgentId, snapshotId: SnapshotId): Moment {
    const last = snapshotSeq(snapshotId);
    const moment = this.moments.findLast((each) => each.agentId === id && each.event.seq <= last);
    if (!moment) throw new Error(`${id} was not there at ${snapshotId}`);
    return moment;
  }

  launch(): AgentId {
    const id = this.#create(SPEC);
    this.append(id, [
      { role: "system", content: this.text() },
      { role: "user", content: this.text() },
    ]);
    return id;
  }

  fork(from: AgentId, snapshotId: SnapshotId): AgentId {
    const id = this.#create({ ...SPEC, forkedFrom: { agentId: from, snapshotId } });
    this.event(id, { type: "context.forked", agentId: id, from, snapshotId });
    return id;
  }

  #create(spec: AgentSpec): AgentId {
    const id = agentId(this.agents.length + 1);
    this.agents.push(id);
    this.event(id, { type: "agent.created", agentId: id, spec });
    return id;
  }

  append(id: AgentId, messages: readonly Message[]): void {
    for (const message of messages) this.said.add(JSON.stringify(message));
    this.event(id, { type: "context.appended", agentId: id, messages });
  }

  recall(id: AgentId): void {
    const recall = sampleRecall(this.text());
    this.said.add(JSON.stringify(recallMessage(recall)));
    this.event(id, { type: "context.recalled", agentId: id, recall });
  }

  /** Starts a step, going on with an answer that had begun. Does nothing while a call is open. */
  ask(id: AgentId, how: "state" | "prefill" | "again" | "not"): void {
    const underWay = this.underWay(id);
    const { partial } = this.fold(id);
    if (underWay.step || this.fold(id).unanswered().length > 0) return;
    const call = { kind: "llm", model: null, tools: [], maxOutputTokens: null, messages: null } as const;
    underWay.step = this.#start(id, call, []);
    if (!partial || how === "not") return;
    const [text, tokens] = how === "again" ? ["", 0] : [partial.text, partial.tokens];
    const continuation = { from: partial.syscallId, how, text, tokens, resentTokens: 0, costUsd: null };
    this.#ofStep(id, (ids) => ({ ...ids, type: "syscall.continued", continuation }));
  }

  stream(id: AgentId, text = this.text()): void {
    this.#ofStep(id, (ids) => ({ ...ids, type: "syscall.output", text, tokens: 1 }));
  }

  restartStream(id: AgentId): void {
    this.#ofStep(id, (ids) => ({ ...ids, type: "syscall.restarted", reason: "the stream broke" }));
  }

  suspend(id: AgentId, reason: SuspendReason = { type: "slice-end" }): void {
    this.#ofStep(id, (ids) => ({ ...ids, type: "syscall.suspended", reason, servedMs: 1, tokens: 1 }));
  }

  answer(id: AgentId, calls: number): readonly ToolCall[] {
    const toolCalls = Array.from({ length: calls }, (_, index): ToolCall => {
      return { id: `call_${this.#syscalls}_${index}`, name: "write", arguments: {} };
    });
    const message = { role: "assistant", content: this.text(), toolCalls } as const;
    const usage = { promptTokens: 1, outputTokens: 1, source: "reported" } as const;
    const finishReason = calls > 0 ? "tool-calls" : "stop";
    const result = { kind: "llm", message, model: "m", finishReason, usage } as const;
    if (this.underWay(id).step) this.said.add(JSON.stringify(message));
    this.#ofStep(id, (ids) => ({ ...ids, type: "syscall.done", result, times: TIMES }));
    this.underWay(id).step = null;
    return toolCalls;
  }

  /** Ends the step without an answer. */
  endStep(id: AgentId, ending: "failed" | "denied" | CancelCause): void {
    this.#ofStep(id, (ids): KernelEventBody => {
      if (ending === "failed") {
        return {
          ...ids,
          type: "syscall.failed",
          error: { code: "model-timed-out", message: "no" },
          times: TIMES,
        };
      }
      if (ending === "denied") return { ...ids, type: "syscall.denied", reason: "no", times: TIMES };
      return { ...ids, type: "syscall.cancelled", cause: ending, reason: "no", times: TIMES };
    });
    this.underWay(id).step = null;
  }

  /** Starts the tool call at `which` of those that are open and not under way. Returns its id; null for none. */
  startTool(id: AgentId, which: number, effects: readonly Effect[] = [WRITE]): string | null {
    const { tools } = this.underWay(id);
    const idle = this.fold(id)
      .unanswered()
      .filter((call) => !tools.has(call.id));
    const call = idle[which % Math.max(1, idle.length)];
    if (!call) return null;
    tools.set(
      call.id,
      this.#start(id, { kind: "tool", tool: call.name, arguments: {}, toolCallId: call.id }, effects),
    );
    return call.id;
  }

  endTool(id: AgentId, which: number, ending: ToolEnding): void {
    const { tools } = this.underWay(id);
    const toolCallId = [...tools.keys()][which % Math.max(1, tools.size)];
    const call = toolCallId === undefined ? undefined : tools.get(toolCallId);
    if (!call || toolCallId === undefined) return;
    tools.delete(toolCallId);
    const event = this.event(id, toolEnding({ agentId: id, syscallId: call }, ending, this.text()));
    const answer = isEnd(event) ? toolAnswer(event) : null;
    if (answer) this.said.add(JSON.stringify({ role: "tool", toolCallId, name: "write", ...answer }));
  }

  compact(id: AgentId, reductions: Compaction["reductions"]): KernelEvent {
    const by = { type: "none" } as const;
    const compaction = { cause: "person", reductions, by, tokensBefore: 2, tokensAfter: 1 } as const;
    return this.event(id, { type: "context.compacted", agentId: id, compaction });
  }

  /** Ends what is under way, before or after the rewind is in the log. */
  rewind(id: AgentId, snapshotId: SnapshotId, cancel: "before" | "after" = "before"): KernelEvent {
    const { step, tools } = this.underWay(id);
    const open = [...(step ? [step] : []), ...tools.values()];
    const cancelAll = (): void => {
      for (const call of open) {
        const ids = { agentId: id, syscallId: call, times: TIMES };
        this.event(id, { ...ids, type: "syscall.cancelled", cause: "rewound", reason: "rewound" });
      }
    };
    if (cancel === "before") cancelAll();
    const event = this.event(id, { type: "context.rewound", agentId: id, snapshotId, effects: [] });
    if (cancel === "after") cancelAll();
    this.#underWay.delete(id);
    return event;
  }

  /** The kernel stops and starts: what ran ends, and the contexts are those that `rebuild` makes of the log. */
  restart(rebuild: (id: AgentId) => ContextFold): void {
    for (const id of this.agents) {
      const { step, tools } = this.underWay(id);
      if (step) this.endStep(id, "kernel-stopped");
      while (tools.size > 0) this.endTool(id, 0, tools.size % 2 === 0 ? "unknown" : "stopped");
      this.event(id, { type: "agent.recovered", agentId: id, unknown: [] });
      this.#folds.set(id, rebuild(id));
    }
  }

  #start(id: AgentId, call: SyscallCall, effects: readonly Effect[]): SyscallId {
    this.#syscalls += 1;
    const ids = { agentId: id, syscallId: syscallId(this.#syscalls) } as const;
    const rest = { parent: null, priority: 5, deadline: null, tokenBudget: null } as const;
    this.event(id, { ...ids, type: "syscall.created", call, ...rest });
    const decision: Decision = { verdict: "allow", by: "no-effect", risk: "none", effects, reason: "" };
    this.event(id, { ...ids, type: "syscall.gated", decision });
    this.event(id, {
      ...ids,
      type: "syscall.running",
      placement: { coreId: coreId("core"), slot: 0 },
      decision: { policy: "fifo", winner: ids.syscallId, candidates: [], waiting: 1, reason: "" },
      waitedMs: 0,
    });
    return ids.syscallId;
  }

  #ofStep(id: AgentId, body: (ids: { agentId: AgentId; syscallId: SyscallId }) => KernelEventBody): void {
    const { step } = this.underWay(id);
    if (step) this.event(id, body({ agentId: id, syscallId: step }));
  }
}

/** The snapshot right after the last event of an agent. */
export const lastSnapshot = (story: ContextStory, id: AgentId): SnapshotId =>
  snapshotAt(story.read(id).at(-1)?.seq ?? 0);
