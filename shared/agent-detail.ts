import type { Continuation, SwitchReport } from "./context.ts";
import { noteOf } from "./detail-notes.ts";
import type { KernelErrorData } from "./errors.ts";
import type { AgentEnding, AgentSpec, EventOf, KernelEvent } from "./events.ts";
import type { AgentId, Seq, SyscallId } from "./ids.ts";
import { MARK_SOURCES_KEPT, TRANSCRIPT_ITEMS_KEPT } from "./limits.ts";
import type { Recall } from "./memory.ts";
import type { Approval, ApprovalAnswer, DecidedApproval, Decision } from "./permission.ts";
import type {
  Placement,
  Progress,
  ScheduleDecision,
  SuspendReason,
  SyscallCall,
  SyscallResult,
  SyscallState,
  SyscallTimes,
} from "./syscall.ts";
import type { ContextMark } from "./taint.ts";

/** One turn of a syscall on a slot. */
export interface Turn {
  readonly placement: Placement;
  readonly schedule: ScheduleDecision;
  readonly startedAt: number;
  readonly waitedMs: number;
  readonly ended: { readonly at: number; readonly reason: SuspendReason } | null;
  /** What it cost to bring the state of the context back; local models only. */
  readonly switched: SwitchReport | null;
}

/** One syscall in full, ended or not. Replaced, never mutated. */
export interface SyscallDetail {
  readonly id: SyscallId;
  readonly seq: Seq;
  readonly call: SyscallCall;
  readonly state: SyscallState;
  readonly priority: number;
  readonly createdAt: number;
  readonly since: number;
  readonly decision: Decision | null;
  readonly approval: Approval | null;
  readonly answer: {
    readonly answer: ApprovalAnswer;
    readonly by: DecidedApproval["by"];
    readonly at: number;
  } | null;
  readonly turns: readonly Turn[];
  /** Where an answer that had been broken off went on. */
  readonly continuations: readonly Continuation[];
  /** Streamed so far, by a model or a tool; the whole answer is in `result`. */
  readonly partial: string;
  readonly outputTokens: number;
  /** How far a running tool is, in its own words; null until it says. */
  readonly progress: Progress | null;
  readonly result: SyscallResult | null;
  readonly error: KernelErrorData | null;
  /** Why it was cancelled or denied. */
  readonly reason: string | null;
  readonly times: SyscallTimes | null;
}

export type TranscriptItem =
  | {
      readonly kind: "message";
      readonly seq: Seq;
      readonly at: number;
      readonly role: "system" | "user";
      readonly content: string;
      readonly from: AgentId | null;
    }
  | { readonly kind: "syscall"; readonly seq: Seq; readonly at: number; readonly syscall: SyscallDetail }
  /** What memory put into the context at the beginning of a turn. */
  | { readonly kind: "recall"; readonly seq: Seq; readonly at: number; readonly recall: Recall }
  | { readonly kind: "note"; readonly seq: Seq; readonly at: number; readonly text: string }
  | {
      readonly kind: "ending";
      readonly seq: Seq;
      readonly at: number;
      readonly status: AgentEnding;
      readonly answer: string | null;
      readonly error: KernelErrorData | null;
    };

/** One agent's transcript, oldest first: what the Agent screen shows. Changes in place; items are replaced. */
export interface AgentDetail {
  readonly agentId: AgentId;
  seq: Seq;
  spec: AgentSpec | null;
  readonly items: TranscriptItem[];
  /** Marks on its context with the calls that brought them, oldest first. */
  marks: readonly ContextMark[];
  /** Items left out at the front because of TRANSCRIPT_ITEMS_KEPT. */
  dropped: number;
}

export const emptyDetail = (agentId: AgentId): AgentDetail => ({
  agentId,
  seq: 0 as Seq,
  spec: null,
  items: [],
  marks: [],
  dropped: 0,
});

/** Adds one event to a transcript, in place. Ignores events of other agents and those already taken in. */
export function reduceDetail(detail: AgentDetail, event: KernelEvent): AgentDetail {
  if (event.seq <= detail.seq || !("agentId" in event) || event.agentId !== detail.agentId) return detail;
  detail.seq = event.seq;
  const text = noteOf(event);
  if (text !== null) push(detail, { kind: "note", seq: event.seq, at: event.at, text });
  switch (event.type) {
    case "agent.created":
      detail.spec = event.spec;
      break;
    case "agent.reprioritised":
      if (detail.spec) detail.spec = { ...detail.spec, priority: event.priority };
      break;
    case "context.marked":
      // As in the state: so many of each kind.
      if (detail.marks.filter(({ type }) => type === event.mark.type).length < MARK_SOURCES_KEPT) {
        detail.marks = [...detail.marks, event.mark];
      }
      break;
    case "context.declassified":
      detail.marks = detail.marks.filter(({ type }) => type !== event.what);
      break;
    case "context.appended":
      for (const message of event.messages) {
        if (message.role !== "system" && message.role !== "user") continue;
        const from = message.role === "user" ? (message.from ?? null) : null;
        push(detail, {
          kind: "message",
          seq: event.seq,
          at: event.at,
          role: message.role,
          content: message.content,
          from,
        });
      }
      break;
    case "context.recalled":
      push(detail, { kind: "recall", seq: event.seq, at: event.at, recall: event.recall });
      break;
    case "agent.ended":
      push(detail, {
        kind: "ending",
        seq: event.seq,
        at: event.at,
        status: event.status,
        answer: event.answer,
        error: event.error,
      });
      break;
    case "syscall.created":
      push(detail, { kind: "syscall", seq: event.seq, at: event.at, syscall: newSyscall(event) });
      break;
    case "syscall.gated":
      update(detail, event, () => ({ state: "gated", since: event.at, decision: event.decision }));
      break;
    case "approval.requested":
      update(detail, event, () => ({ approval: event.approval, answer: null }));
      break;
    case "approval.extended":
      update(detail, event, ({ approval }) => ({
        approval: approval && { ...approval, expiresAt: event.expiresAt },
      }));
      break;
    case "approval.decided":
      update(detail, event, () => ({ answer: { answer: event.answer, by: event.by, at: event.at } }));
      break;
    case "syscall.queued":
      update(detail, event, () => ({ state: "queued", since: event.at }));
      break;
    case "syscall.running":
      update(detail, event, (call) => ({
        state: "running",
        since: event.at,
        turns: [...call.turns, newTurn(event)],
      }));
      break;
    case "syscall.suspended":
      update(detail, event, (call) => ({
        state: "suspended",
        since: event.at,
        turns: call.turns.map((turn) =>
          turn.ended ? turn : { ...turn, ended: { at: event.at, reason: event.reason } },
        ),
      }));
      break;
    case "syscall.output":
      update(detail, event, (call) => ({
        partial: call.partial + event.text,
        outputTokens: call.outputTokens + event.tokens,
      }));
      break;
    case "syscall.progressed":
      update(detail, event, () => ({ progress: event.progress }));
      break;
    case "syscall.restarted":
      update(detail, event, () => ({ partial: "", outputTokens: 0 }));
      break;
    case "syscall.continued":
      update(detail, event, (call) => ({
        partial: event.continuation.text,
        outputTokens: event.continuation.tokens,
        continuations: [...call.continuations, event.continuation],
      }));
      break;
    case "syscall.switched":
      update(detail, event, ({ turns }) => ({
        turns: turns.map((turn, index) =>
          index === turns.length - 1 ? { ...turn, switched: event.report } : turn,
        ),
      }));
      break;
    case "syscall.done":
      update(detail, event, () => ({
        state: "done",
        since: event.at,
        result: event.result,
        times: event.times,
      }));
      break;
    case "syscall.failed":
      update(detail, event, () => ({
        state: "failed",
        since: event.at,
        error: event.error,
        times: event.times,
      }));
      break;
    case "syscall.cancelled":
    case "syscall.denied":
      update(detail, event, () => ({
        state: event.type === "syscall.denied" ? "denied" : "cancelled",
        since: event.at,
        reason: event.reason,
        times: event.times,
      }));
      break;
    default:
      break;
  }
  return detail;
}

function newSyscall(event: EventOf<"syscall.created">): SyscallDetail {
  return {
    id: event.syscallId,
    seq: event.seq,
    call: event.call,
    state: "created",
    priority: event.priority,
    createdAt: event.at,
    since: event.at,
    decision: null,
    approval: null,
    answer: null,
    turns: [],
    continuations: [],
    partial: "",
    outputTokens: 0,
    progress: null,
    result: null,
    error: null,
    reason: null,
    times: null,
  };
}

const newTurn = (event: EventOf<"syscall.running">): Turn => ({
  placement: event.placement,
  schedule: event.decision,
  startedAt: event.at,
  waitedMs: event.waitedMs,
  ended: null,
  switched: null,
});

function push(detail: AgentDetail, item: TranscriptItem): void {
  detail.items.push(item);
  if (detail.items.length <= TRANSCRIPT_ITEMS_KEPT) return;
  detail.items.shift();
  detail.dropped += 1;
}

/** Live syscalls are near the end, so the search runs backwards. */
function update(
  detail: AgentDetail,
  event: { readonly syscallId: SyscallId },
  change: (call: SyscallDetail) => Partial<SyscallDetail>,
): void {
  const index = detail.items.findLastIndex(
    (item) => item.kind === "syscall" && item.syscall.id === event.syscallId,
  );
  const item = detail.items[index];
  if (item?.kind !== "syscall") return;
  detail.items[index] = { ...item, syscall: { ...item.syscall, ...change(item.syscall) } };
}
