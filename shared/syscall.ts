import type { CoreId, ResultId, ServerName, SyscallId } from "./ids.ts";
import type { AssistantMessage, JsonObject, Message, TokenUsage, ToolOutcome } from "./messages.ts";

export const QUEUE_NAMES = ["llm", "memory", "storage", "tool"] as const;
/** The kinds of syscall; each has its queue, as in the AIOS paper (arXiv 2403.16971, section 3). */
export type QueueName = (typeof QUEUE_NAMES)[number];

/** The states of a syscall. The last four are final. */
export type SyscallState =
  | "created"
  | "gated"
  | "queued"
  | "running"
  | "suspended"
  | "done"
  | "failed"
  | "cancelled"
  | "denied";

/** Who makes a syscall that is no agent's. */
export type SyscallCaller =
  | { readonly type: "person" }
  | { readonly type: "server"; readonly server: ServerName }
  | { readonly type: "program" }
  /** The kernel's own work in the background. */
  | { readonly type: "kernel" };

/** How far a call is. `total` is null where nobody knows it; the unit is the tool's own. */
export interface Progress {
  readonly done: number;
  readonly total: number | null;
  readonly message: string;
}

/** What a tool returned besides text, kept in a file. */
export interface Attachment {
  readonly id: ResultId;
  readonly type: "image" | "text";
  /** Such as image/png. */
  readonly mimeType: string;
  readonly bytes: number;
}

/**
 * What a call of the kernel's own is for. `embedding`: its messages are texts, of which the log keeps the beginnings,
 * and its answer is vectors, which are not logged. `memory-notes`: keywords, tags and links of an item. `file-plan`: steps for a request about files.
 */
export type LlmPurpose = "summary" | "embedding" | "memory-notes" | "file-plan";

/** What a syscall asks for. */
export type SyscallCall =
  | {
      readonly kind: "llm";
      /** The model asked for; null for the default. */
      readonly model: string | null;
      /** Names of the tools offered to the model. */
      readonly tools: readonly string[];
      readonly maxOutputTokens: number | null;
      /**
       * The prompt of a caller without a context of its own. null: the caller's context as it stood in the
       * log when the syscall was created, which is how a prompt can be shown later without being stored twice.
       */
      readonly messages: readonly Message[] | null;
      /** A call of the kernel's own in the name of the agent. Absent for a step of the agent. */
      readonly purpose?: LlmPurpose;
    }
  | {
      readonly kind: "memory" | "storage" | "tool";
      readonly tool: string;
      readonly arguments: JsonObject;
      /** The call of the model that this answers; null for callers that are not models. */
      readonly toolCallId: string | null;
    };

export type SyscallResult =
  | {
      readonly kind: "llm";
      readonly message: AssistantMessage;
      readonly model: string;
      readonly finishReason: "stop" | "tool-calls" | "length";
      readonly usage: TokenUsage;
    }
  | {
      readonly kind: "memory" | "storage" | "tool";
      /** What the model reads. At most RESULT_BYTES, and a few lines about what was kept. */
      readonly text: string;
      readonly outcome: ToolOutcome;
      /** Images, and the whole of a text that is only begun here. Absent means none. */
      readonly attachments?: readonly Attachment[];
    };

/** Durations of a finished syscall in ms: queued or asking, on a slot, and end to end. */
export interface SyscallTimes {
  readonly waitMs: number;
  readonly serviceMs: number;
  readonly turnaroundMs: number;
}

export type QueueReason =
  | "new"
  | "slice-end"
  | "preempted"
  | "rate-limited"
  | "retry"
  | "wait-over"
  | "resumed";

/** Why a syscall left its slot before its end. */
export type SuspendReason =
  | { readonly type: "slice-end" }
  | { readonly type: "preempted"; readonly by: SyscallId }
  | { readonly type: "rate-limited"; readonly until: number; readonly message: string }
  | { readonly type: "retry"; readonly until: number; readonly message: string }
  | { readonly type: "waiting-for-agents"; readonly agents: readonly string[] }
  | { readonly type: "paused" };

/** One entry that a policy weighed. `key` is the number it ordered by: the smallest runs. */
export interface ScheduleCandidate {
  readonly syscallId: SyscallId;
  readonly key: number;
}

/** Why this syscall runs now: the answer to "why this agent?". */
export interface ScheduleDecision {
  readonly policy: string;
  readonly winner: SyscallId;
  /** The winner and the next few, in order; never more than DECISION_CANDIDATES. */
  readonly candidates: readonly ScheduleCandidate[];
  /** Entries that waited in all. */
  readonly waiting: number;
  readonly reason: string;
}

/** Where a syscall runs. Queues other than `llm` have a pool of their own, named after the queue. */
export interface Placement {
  readonly coreId: CoreId;
  readonly slot: number;
}
