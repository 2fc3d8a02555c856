import type { PrivilegeGroup, Rule } from "./access.ts";
import type { Compaction, Continuation, StayingEffect, SwitchReport, Truncation } from "./context.ts";
import type { CoreInfo } from "./cores.ts";
import type { KernelErrorData } from "./errors.ts";
import type { MemoryEventBody } from "./events-memory.ts";
import type {
  AgentId,
  ApprovalId,
  CoreId,
  ElicitationId,
  GrantId,
  RuleId,
  Seq,
  ServerName,
  SnapshotId,
  SyscallId,
} from "./ids.ts";
import type { JobEventBody } from "./jobs.ts";
import type { AddOnView } from "./local-models.ts";
import type { AgentManifest } from "./manifest.ts";
import type { Recall } from "./memory.ts";
import type { Message } from "./messages.ts";
import type {
  Approval,
  ApprovalAnswer,
  DecidedApproval,
  Decision,
  Grant,
  PermissionMode,
} from "./permission.ts";
import type { Elicitation, ElicitationAnswer, ServerInfo, ServerLogLine, ServerStatus } from "./servers.ts";
import type { Settings } from "./settings.ts";
import type {
  Placement,
  Progress,
  QueueName,
  QueueReason,
  ScheduleDecision,
  SuspendReason,
  SyscallCall,
  SyscallCaller,
  SyscallResult,
  SyscallTimes,
} from "./syscall.ts";
import type { ContextMark } from "./taint.ts";

/** Raised when a stored event must be read differently; `upgradeEvent` (upgrade-event.ts) then knows both. */
export const EVENT_VERSION = 4;

/** What an agent is started with: its manifest as it was then, and what the person chose. */
export interface AgentSpec {
  readonly manifest: AgentManifest;
  readonly task: string;
  readonly parent: AgentId | null;
  /** The tool call of the parent that started it: started once, however often the call is repeated. */
  readonly parentCall: string | null;
  readonly priority: number;
  readonly model: string | null;
  readonly mode: PermissionMode;
  /** The context it began with, when it was forked off another agent. */
  readonly forkedFrom?: { readonly agentId: AgentId; readonly snapshotId: SnapshotId };
}

/** `kernel-stopped` ends a call that the agent's next kernel makes again; the others are final for the agent too. */
export type CancelCause = "person" | "agent-ended" | "kernel-stopped" | "rewound";

export type AgentEnding = "done" | "failed" | "cancelled";

type OfAgent = { readonly agentId: AgentId };
/** Syscalls of programs without a process have `agentId: null`. */
type OfSyscall = { readonly agentId: AgentId | null; readonly syscallId: SyscallId };

/** What can happen. One union for the log, the screens, replay, recovery and export. */
export type KernelEventBody =
  | {
      readonly type: "kernel.started";
      readonly host: "desktop" | "headless";
      readonly pid: number;
      readonly version: string;
    }
  | { readonly type: "kernel.stopped"; readonly reason: string }
  | { readonly type: "settings.changed"; readonly settings: Settings }
  | { readonly type: "core.added"; readonly core: CoreInfo }
  | { readonly type: "core.changed"; readonly core: CoreInfo }
  | { readonly type: "core.removed"; readonly coreId: CoreId }
  | (OfAgent & { readonly type: "agent.created"; readonly spec: AgentSpec })
  | (OfAgent & { readonly type: "agent.paused" })
  | (OfAgent & { readonly type: "agent.resumed" })
  /** An agent that had ended `done` goes on, with a further message as its task. */
  | (OfAgent & { readonly type: "agent.reopened" })
  | (OfAgent & { readonly type: "agent.reprioritised"; readonly priority: number })
  /** After a restart: the agent goes on from here; `unknown` are calls whose outcome the crash hid. */
  | (OfAgent & { readonly type: "agent.recovered"; readonly unknown: readonly SyscallId[] })
  | (OfAgent & { readonly type: "agent.messaged"; readonly from: AgentId | "person"; readonly text: string })
  | (OfAgent & {
      readonly type: "agent.ended";
      readonly status: AgentEnding;
      readonly answer: string | null;
      readonly error: KernelErrorData | null;
    })
  /** Messages that join the context other than by a syscall's result: instructions, task, mail. */
  | (OfAgent & { readonly type: "context.appended"; readonly messages: readonly Message[] })
  /** The agent begins with the context of another: as its first event after `agent.created`. */
  | (OfAgent & {
      readonly type: "context.forked";
      readonly from: AgentId;
      readonly snapshotId: SnapshotId;
    })
  /** The context is again what it was at the snapshot: of the events in between none counts for it any more. */
  | (OfAgent & {
      readonly type: "context.rewound";
      readonly snapshotId: SnapshotId;
      readonly effects: readonly StayingEffect[];
      /** Agents that it had started since then: they end with the course. Absent in logs of before: none. */
      readonly children?: readonly AgentId[];
    })
  | (OfAgent & { readonly type: "context.compacted"; readonly compaction: Compaction })
  /** `compaction` is the position of its event. */
  | (OfAgent & { readonly type: "context.compactionUndone"; readonly compaction: Seq })
  | (OfAgent & { readonly type: "context.truncated"; readonly truncation: Truncation })
  /** What memory has about the turn that begins joins the context, word for word. */
  | (OfAgent & { readonly type: "context.recalled"; readonly recall: Recall })
  /** The person wants this very moment kept: the snapshot is that of this event. */
  | (OfAgent & { readonly type: "snapshot.taken"; readonly label: string })
  | (OfAgent & { readonly type: "snapshot.pinned"; readonly snapshotId: SnapshotId })
  | (OfAgent & { readonly type: "snapshot.unpinned"; readonly snapshotId: SnapshotId })
  | (OfSyscall & {
      readonly type: "syscall.created";
      readonly call: SyscallCall;
      readonly parent: SyscallId | null;
      readonly priority: number;
      /** Wall time in ms; null for none. */
      readonly deadline: number | null;
      readonly tokenBudget: number | null;
      /** Who asks when it is no agent: the person at a screen, a server, a program at a door. */
      readonly caller?: SyscallCaller;
    })
  | (OfSyscall & { readonly type: "syscall.gated"; readonly decision: Decision })
  | (OfSyscall & { readonly type: "approval.requested"; readonly approval: Approval })
  | (OfSyscall & {
      readonly type: "approval.decided";
      readonly approvalId: ApprovalId;
      readonly answer: ApprovalAnswer;
      readonly by: DecidedApproval["by"];
    })
  /** After a restart: the whole time to answer is granted again. */
  | (OfSyscall & {
      readonly type: "approval.extended";
      readonly approvalId: ApprovalId;
      readonly expiresAt: number;
    })
  | (OfSyscall & {
      readonly type: "syscall.queued";
      readonly queue: QueueName;
      readonly reason: QueueReason;
    })
  | (OfSyscall & {
      readonly type: "syscall.running";
      readonly placement: Placement;
      readonly decision: ScheduleDecision;
      /** Time in the queue since it was last put there, in ms. */
      readonly waitedMs: number;
    })
  | (OfSyscall & {
      readonly type: "syscall.suspended";
      readonly reason: SuspendReason;
      readonly servedMs: number;
      /** Output tokens made in this turn on the slot. */
      readonly tokens: number;
    })
  /** What the core did with key-value state when the turn began. Local models only. */
  | (OfSyscall & { readonly type: "syscall.switched"; readonly report: SwitchReport })
  /** An answer that had begun goes on: in this call after a broken stream, or from an earlier one. */
  | (OfSyscall & { readonly type: "syscall.continued"; readonly continuation: Continuation })
  /** A piece of a streamed answer, in order; together they are the partial output. Flushed at least every 250 ms. */
  | (OfSyscall & { readonly type: "syscall.output"; readonly text: string; readonly tokens: number })
  /** How far a running tool is, in its own words. At most one each PROGRESS_MS. */
  | (OfSyscall & { readonly type: "syscall.progressed"; readonly progress: Progress })
  /** What was streamed so far is void: the call starts again from its prompt. */
  | (OfSyscall & { readonly type: "syscall.restarted"; readonly reason: string })
  | (OfSyscall & {
      readonly type: "syscall.done";
      readonly result: SyscallResult;
      readonly times: SyscallTimes;
    })
  | (OfSyscall & {
      readonly type: "syscall.failed";
      readonly error: KernelErrorData;
      readonly times: SyscallTimes;
    })
  | (OfSyscall & {
      readonly type: "syscall.cancelled";
      readonly cause: CancelCause;
      readonly reason: string;
      readonly times: SyscallTimes;
    })
  | (OfSyscall & { readonly type: "syscall.denied"; readonly reason: string; readonly times: SyscallTimes })
  | (OfAgent & { readonly type: "grant.added"; readonly grant: Grant })
  | (OfAgent & {
      readonly type: "grant.ended";
      readonly grantId: GrantId;
      readonly reason: "revoked" | "agent-ended";
    })
  /** From here on the context holds text of outside origin, or private data. Logged before the call runs. */
  | (OfAgent & { readonly type: "context.marked"; readonly mark: ContextMark })
  /** The person took responsibility for what the context holds. */
  | (OfAgent & { readonly type: "context.declassified"; readonly what: "taint" | "private" })
  /** A file of the workspace came from outside, or was written by an agent that had read such text. */
  | { readonly type: "file.marked"; readonly path: string; readonly origin: string }
  | { readonly type: "group.changed"; readonly group: PrivilegeGroup }
  | { readonly type: "group.removed"; readonly name: string }
  | { readonly type: "rule.added"; readonly rule: Rule }
  | {
      readonly type: "rule.ended";
      readonly ruleId: RuleId;
      readonly reason: "revoked" | "expired" | "workspace-changed";
    }
  | MemoryEventBody
  | { readonly type: "addon.changed"; readonly addOn: AddOnView }
  | JobEventBody
  /** Added, or anything about it but its status and its log has changed. */
  | { readonly type: "server.changed"; readonly server: ServerInfo }
  /** Its status alone: the texts of its tools may be long, and do not come with each start and crash. */
  | {
      readonly type: "server.status";
      readonly name: ServerName;
      readonly status: ServerStatus;
      readonly restarts: number;
    }
  | { readonly type: "server.removed"; readonly name: ServerName }
  | { readonly type: "server.logged"; readonly name: ServerName; readonly line: Omit<ServerLogLine, "at"> }
  | { readonly type: "elicitation.requested"; readonly elicitation: Elicitation }
  | {
      readonly type: "elicitation.ended";
      readonly elicitationId: ElicitationId;
      readonly answer: ElicitationAnswer["type"];
      readonly by: "person" | "expired" | "server-gone";
    };

export interface EventHead {
  readonly v: typeof EVENT_VERSION;
  readonly seq: Seq;
  /** Wall time, ms since 1970. */
  readonly at: number;
  /** Monotonic time, ms since this kernel started. Compare only between two `kernel.started`. */
  readonly mono: number;
}

export type KernelEvent = EventHead & KernelEventBody;
export type EventType = KernelEvent["type"];
export type EventOf<T extends EventType> = Extract<KernelEvent, { readonly type: T }>;

/** The agent an event belongs to, or null for the kernel's own. */
export const eventAgent = (event: KernelEventBody): AgentId | null =>
  "agentId" in event ? event.agentId : null;

/** Longest text that `slim` leaves in an event, in characters. */
export const SLIM_CHARACTERS = 200;

/** A text as a table shows it: at most SLIM_CHARACTERS. */
export const cutText = (text: string): string =>
  text.length <= SLIM_CHARACTERS ? text : `${text.slice(0, SLIM_CHARACTERS - 1).toWellFormed()}…`;

/**
 * The event as a screen needs it that does not look at this agent: without pieces of streams and of contexts,
 * long texts cut. The system state is the same whether it is reduced from slim events or whole ones.
 */
export function slim(event: KernelEvent): KernelEvent {
  switch (event.type) {
    case "context.appended":
      return { ...event, messages: [] };
    case "agent.messaged":
      return { ...event, text: cutText(event.text) };
    case "syscall.output":
      return { ...event, text: "" };
    case "syscall.continued":
      return { ...event, continuation: { ...event.continuation, text: "" } };
    case "context.recalled":
      return { ...event, recall: { ...event.recall, query: "", items: [] } };
    case "context.compacted":
      return { ...event, compaction: { ...event.compaction, reductions: [] } };
    case "syscall.created":
      return event.call.kind === "llm"
        ? { ...event, call: { ...event.call, messages: null, tools: [] } }
        : { ...event, call: { ...event.call, arguments: {} } };
    case "syscall.done":
      return event.result.kind === "llm"
        ? {
            ...event,
            result: { ...event.result, message: { role: "assistant", content: "", toolCalls: [] } },
          }
        : { ...event, result: { ...event.result, text: "" } };
    case "agent.ended":
      return event.answer === null ? event : { ...event, answer: cutText(event.answer) };
    default:
      return event;
  }
}
