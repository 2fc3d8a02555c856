import { z } from "zod";
import type { AgentId, CoreId, Seq, SnapshotId, SyscallId } from "./ids.ts";
import type { Recall } from "./memory.ts";
import type { Message, ToolSpecification } from "./messages.ts";

export const CONTEXT_PARTS = ["system", "tools", "memory", "history", "partial"] as const;
/** The parts of a context, in the order in which a model reads them. `partial` is an answer that has only begun. */
export type ContextPart = (typeof CONTEXT_PARTS)[number];

/** Who counted: the model's own tokenizer, a library that knows the model's, or four characters a token. */
export type TokenSource = "tokenizer" | "library" | "estimate";

/** One thing that a compaction took out of what models see. Positions count the messages of the whole history from 0. */
export type Reduction =
  /** The content of an old tool result gave way to one line. */
  | { readonly type: "result-removed"; readonly position: number; readonly tokens: number }
  /** Only the beginning of a message is left, in characters. */
  | { readonly type: "cut"; readonly position: number; readonly characters: number; readonly tokens: number }
  /** The messages from `from` up to before `to` gave way to one message with `text`, but for those in `kept`. */
  | {
      readonly type: "summary";
      readonly from: number;
      readonly to: number;
      /** Positions in between that stay word for word: what the person said. */
      readonly kept: readonly number[];
      readonly text: string;
      readonly tokens: number;
    };

/** Why a context was made smaller: its window filled, a server refused it as too long, or the person asked. */
export type CompactionCause = "window" | "refused" | "person";

/** What made the summary: a model, in a syscall of its own, or a fixed extraction where no language model is at hand. */
export type Summariser =
  | { readonly type: "model"; readonly syscallId: SyscallId }
  | { readonly type: "extraction" }
  | { readonly type: "none" };

/** One compaction of a context. It is undone as one. */
export interface Compaction {
  readonly cause: CompactionCause;
  readonly reductions: readonly Reduction[];
  readonly by: Summariser;
  readonly tokensBefore: number;
  readonly tokensAfter: number;
}

/** A compaction is named by the position of its event in the log. */
export interface CompactionView extends Compaction {
  readonly seq: Seq;
  readonly at: number;
  readonly state: "in-force" | "undone";
}

export type SnapshotCause =
  | "slice-end"
  | "tool-wait"
  | "answer"
  | "person"
  | "crash-point"
  | "cancelled"
  | "before-compaction"
  | "before-rewind"
  | "ended";

/**
 * A snapshot: the context as it stood after one event of the log, for ever. It is a place in the log, so it costs
 * no copy, shares whatever comes before it with every other one, and cannot change.
 */
export interface SnapshotView {
  readonly id: SnapshotId;
  readonly at: number;
  readonly cause: SnapshotCause;
  /** The person's own words; empty for none. */
  readonly label: string;
  readonly pinned: "yes" | "no";
  readonly messages: number;
  /** Tokens and UTF-8 bytes of its messages and of the answer that had begun. */
  readonly tokens: number;
  readonly bytes: number;
  readonly partialTokens: number;
  /** `left`: it belongs to a course of events that a rewind left. */
  readonly course: "current" | "left";
}

/** What a rewind cannot take back. */
export interface StayingEffect {
  readonly syscallId: SyscallId;
  readonly tool: string;
  readonly at: number;
  /** Such as `write notes/a.txt`. */
  readonly effects: readonly string[];
  readonly outcome: "done" | "failed" | "unknown";
}

/** A message of a context with its tokens, and what a compaction made of it. */
export interface ContextMessage {
  readonly message: Message;
  readonly part: ContextPart;
  readonly tokens: number;
  /** `summary`: it stands for others that were taken out. */
  readonly shape: "whole" | "result-removed" | "cut" | "summary";
}

export interface PartUse {
  readonly part: ContextPart;
  readonly tokens: number;
  /** Tokens that the part may have; null where the window is not known. */
  readonly budget: number | null;
}

/** What memory had about one turn of a context. `shown`: what a compaction has left of its message. */
export interface RecallView {
  readonly seq: Seq;
  readonly at: number;
  readonly recall: Recall;
  readonly shown: "whole" | "cut" | "taken-out";
}

/** A context in full: what the next model call would be sent. */
export interface ContextView {
  readonly agentId: AgentId;
  /** null: as it stands now. */
  readonly snapshotId: SnapshotId | null;
  readonly seq: Seq;
  readonly at: number;
  readonly model: string;
  readonly coreId: CoreId | null;
  /** Tokens of the window and those of them that are kept free for the answer; null where it is not known. */
  readonly window: { readonly tokens: number; readonly reserve: number } | null;
  readonly countedBy: TokenSource;
  readonly parts: readonly PartUse[];
  readonly messages: readonly ContextMessage[];
  readonly tools: readonly ToolSpecification[];
  /** An answer that had begun when the snapshot was taken; null for none. */
  readonly partial: string | null;
  readonly compactions: readonly CompactionView[];
  /** What memory put into it, newest first. */
  readonly recalls: readonly RecallView[];
  /** What the core keeps of it, so that it need not be read again; null for nothing. */
  readonly kept: KeptState | null;
}

/** Key-value state that a core keeps for an agent. */
export interface KeptState {
  readonly where: "ram" | "disk";
  readonly tokens: number;
  readonly bytes: number;
}

/** Before and after one compaction: the messages that it changed and what stands in their place. */
export interface CompactionDetail {
  readonly compaction: CompactionView;
  readonly before: readonly ContextMessage[];
  readonly after: readonly ContextMessage[];
}

/** The server was sent more than it says that it read: it dropped the beginning without a word. */
export interface Truncation {
  readonly coreId: CoreId;
  readonly syscallId: SyscallId;
  readonly counted: number;
  readonly countedBy: TokenSource;
  readonly reported: number;
  readonly at: number;
}

export const snapshotIdSchema = z
  .string()
  .regex(/^n\d{1,15}$/, "expected an id such as n7")
  .transform((id) => id as SnapshotId);

/** The snapshot of a context right after the event `seq`. */
export const snapshotAt = (seq: number): SnapshotId => `n${seq}` as SnapshotId;
export const snapshotSeq = (id: SnapshotId): Seq => Number(id.slice(1)) as Seq;

/** Why `keep`, `save` or `drop`: what each would cost in ms by the speeds measured on this machine. */
export interface EvictionCosts {
  /** Key-value memory held idle, as time: other agents' states that it pushes out. 0 where there is room. */
  readonly keepMs: number;
  readonly saveMs: number;
  /** Reading the prompt again. */
  readonly dropMs: number;
}

/** What a core did with key-value state when a turn began. Times in ms. */
export interface SwitchReport {
  /** Where the state of this turn came from: it was there, it was copied or loaded, or the prompt was read again. */
  readonly from: "in-place" | "ram" | "disk" | "prefix" | "prompt";
  /** Tokens taken over, and those read anew. */
  readonly reusedTokens: number;
  readonly prefilledTokens: number;
  readonly restoredBytes: number;
  readonly restoreMs: number;
  readonly prefillMs: number;
  /** Why a kept state could not be used; absent where nothing was wrong. */
  readonly problem?: string;
  /** What had to make room, if anything. */
  readonly evicted: {
    readonly owner: string;
    readonly choice: "saved" | "dropped";
    readonly tokens: number;
    readonly bytes: number;
    readonly ms: number;
    readonly costs: EvictionCosts;
  } | null;
}

/** How a turn that was broken off goes on. */
export type Continuation = {
  /** The call whose answer had begun; null when it is this same call. */
  readonly from: SyscallId | null;
  /** `again`: from its beginning, since the core cannot continue a text. */
  readonly how: "state" | "prefill" | "again";
  /** The answer so far; empty when it starts again. */
  readonly text: string;
  readonly tokens: number;
  /** Prompt tokens that are sent a second time, and what they cost in US dollars; null where the price is unknown. */
  readonly resentTokens: number;
  readonly costUsd: number | null;
};
