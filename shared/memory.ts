import { z } from "zod";
import { nameSchema } from "./access.ts";
import type { AgentId, SyscallId } from "./ids.ts";

declare const brand: unique symbol;
/** `m12`: one item, named after the syscall that added it. Unique over all owners. */
export type MemoryId = `m${number}` & { readonly [brand]: "MemoryId" };
/** `person`, `agent:clerk` or `group:office`. */
export type MemoryOwner = ("person" | `agent:${string}` | `group:${string}`) & {
  readonly [brand]: "MemoryOwner";
};

export const memoryIdSchema = z
  .string()
  .regex(/^m[1-9]\d{0,14}$/, "expected an id such as m12")
  .transform((id) => id as MemoryId);
export const memoryOwnerSchema = z
  .string()
  .refine(
    (owner) =>
      owner === "person" || (/^(agent|group):/.test(owner) && nameSchema.safeParse(owner.slice(6)).success),
    "expected person, agent:<name> or group:<name>",
  )
  .transform((owner) => owner as MemoryOwner);

export const memoryId = (n: number): MemoryId => `m${n}` as MemoryId;

/** Where an item came from. */
export interface MemoryProvenance {
  readonly by: "agent" | "person";
  readonly agentId: AgentId | null;
  readonly syscallId: SyscallId | null;
  /** What its writer had read from outside, in words; null when nothing. It marks whoever reads the item. */
  readonly origin: string | null;
}

/** One thing remembered. */
export interface MemoryItem {
  readonly id: MemoryId;
  readonly owner: MemoryOwner;
  readonly text: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly keywords: readonly string[];
  readonly tags: readonly string[];
  /** Other items of owners that the reader may see; those that are gone are left out when it is shown. */
  readonly links: readonly MemoryId[];
  readonly provenance: MemoryProvenance;
  readonly pinned: "yes" | "no";
  /** Bytes of the item as it is held: see `MemoryUsage`. */
  readonly bytes: number;
  readonly uses: number;
  readonly lastUsedAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** An item and where it is held now. Everything is on disk; `ram` says that it is held in memory besides. */
export interface MemoryItemView {
  readonly item: MemoryItem;
  readonly place: "ram" | "disk";
  /** Why a search found it; null in a plain list. */
  readonly match: MemoryMatch | null;
}

/** The parts of a score by reciprocal rank fusion. Ranks begin at 1. */
export interface MemoryMatch {
  readonly score: number;
  /** `bm25`: as SQLite gives it, the smaller the better. */
  readonly words: { readonly rank: number; readonly bm25: number } | null;
  /** `distance`: cosine, 0 to 2. */
  readonly meaning: { readonly rank: number; readonly distance: number } | null;
}

/** How a search was made. */
export type SearchedBy =
  | { readonly type: "words-and-meaning"; readonly model: string }
  | { readonly type: "words"; readonly reason: string };

/** What one owner holds. Bytes of RAM are those of the items held there, their bookkeeping included. */
export interface MemoryUsage {
  readonly items: number;
  readonly bytes: number;
  readonly ramItems: number;
  readonly ramBytes: number;
  readonly budgetBytes: number;
}

/** One owner as screens show it. */
export interface MemoryOwnerView {
  readonly owner: MemoryOwner;
  readonly usage: MemoryUsage;
  /** Since the data folder was made. */
  readonly evictions: number;
  readonly evictedBytes: number;
  readonly loads: number;
  readonly loadedBytes: number;
}

/** Items that left RAM, or one that came back, as it happens. */
export interface MemoryMove {
  readonly at: number;
  readonly owner: MemoryOwner;
  readonly direction: "evicted" | "loaded";
  /** The first few; `count` and `bytes` are of all. */
  readonly ids: readonly MemoryId[];
  readonly count: number;
  readonly bytes: number;
}

/** Whether items can be found by meaning. */
export type MeaningStatus =
  | { readonly type: "words-only"; readonly reason: string }
  /** Texts are being embedded in the background. */
  | { readonly type: "indexing"; readonly model: string; readonly done: number; readonly total: number }
  /** `dimensions`: 0 until the first text is embedded. */
  | { readonly type: "ready"; readonly model: string; readonly dimensions: number };

export type MemoryChange =
  | "added"
  | "updated"
  | "removed"
  | "restored"
  | "merged"
  | "unmerged"
  | "pinned"
  | "unpinned"
  | "linked"
  | "unlinked"
  | "moved"
  | "noted";

/** A near-duplicate that was taken into an item when it was added. It can be undone. */
export interface MemoryMerge {
  readonly id: number;
  readonly at: number;
  /** The text that the item had before, and the one that was added. */
  readonly before: string;
  readonly added: string;
  /** Share of words in common, 0 to 1. */
  readonly similarity: number;
}

/** One item in full. */
export interface MemoryItemDetail extends MemoryItemView {
  readonly links: readonly { readonly id: MemoryId; readonly owner: MemoryOwner; readonly text: string }[];
  readonly linkedFrom: readonly {
    readonly id: MemoryId;
    readonly owner: MemoryOwner;
    readonly text: string;
  }[];
  /** Newest first; those that can still be undone. */
  readonly merges: readonly MemoryMerge[];
}

/** What was put into a prompt out of memory, with reasons. */
export interface Recall {
  /** What was searched for: the beginning of the turn's message. */
  readonly query: string;
  readonly searchedBy: SearchedBy;
  readonly items: readonly RecalledItem[];
  /** Items that matched and had no room in the budget. */
  readonly left: number;
  readonly tokens: number;
  readonly budgetTokens: number;
}

export interface RecalledItem {
  readonly id: MemoryId;
  readonly owner: MemoryOwner;
  /** As it was when it was recalled. */
  readonly text: string;
  readonly origin: string | null;
  readonly match: MemoryMatch;
  readonly tokens: number;
}
