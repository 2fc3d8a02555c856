import type { AgentId, SyscallId } from "../../../shared/ids.ts";
import type {
  MemoryChange,
  MemoryId,
  MemoryItem,
  MemoryItemDetail,
  MemoryItemView,
  MemoryOwner,
  MemoryUsage,
  SearchedBy,
} from "../../../shared/memory.ts";
import type { MemoryListQuery, QueryVector } from "../ports.ts";

/** Who does something to a memory; both null for the kernel's own doing. */
export interface MemoryCaller {
  readonly agentId: AgentId | null;
  readonly syscallId: SyscallId | null;
}

/** What is to be remembered. */
export interface MemoryDraft {
  /** The same id again changes nothing: a repeated call keeps one item. */
  readonly id: MemoryId;
  readonly owner: MemoryOwner;
  readonly text: string;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  /** What its writer had read from outside, in words; null when nothing. */
  readonly origin: string | null;
  /** `merge`: a near-duplicate is taken into the item that is there. `keep`: each is an item of its own. */
  readonly duplicates: "merge" | "keep";
}

/** Absent fields stay. */
export interface MemoryEdit {
  readonly text?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly keywords?: readonly string[] | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** What the writer had read from outside; the item keeps its own mark otherwise. */
  readonly origin?: string | null | undefined;
}

/** What a model says about an item. Everything is added to what is there; ids that are not there are left out. */
export interface MemoryNotes {
  readonly keywords: readonly string[];
  readonly tags: readonly string[];
  readonly links: readonly MemoryId[];
}

export interface MemorySearch {
  readonly text: string;
  /** Whose items; null: everybody's. */
  readonly owners: readonly MemoryOwner[] | null;
  readonly tag: string | null;
  readonly limit: number;
  /** null: by words alone. */
  readonly vector: QueryVector | null;
  /** `use`: what is found is used, so that it counts and comes into RAM. `look`: nothing changes. */
  readonly as: "use" | "look";
}

/** RAM budgets in bytes: the one of owners without one of their own, and those that have one. */
export interface MemoryBudgets {
  readonly standard: number;
  readonly own: Readonly<Record<string, number>>;
}

/** Told after each change of an item, when it is on disk. Must be quick and never throw. */
export type MemoryListener = (change: {
  readonly change: MemoryChange;
  readonly item: MemoryItem;
  readonly by: MemoryCaller;
}) => void;

/**
 * Owns what is remembered: all of it on disk, and above it a RAM tier per owner with a budget. Who may touch whose
 * memory is the gate's to decide before; here an owner is always named, and an item of another owner is not there.
 * Methods reject with `not-found` (naming the item), `limit-reached`, `conflict`, and with what the disk rejects with.
 */
export interface MemoryManager {
  /** Reads the totals from disk. RAM starts empty. Call once, before anything else. */
  open(): Promise<void>;
  add(
    draft: MemoryDraft,
    by: MemoryCaller,
  ): Promise<{ readonly item: MemoryItem; readonly merged: "yes" | "no" }>;
  /** Reads an item for use: it counts, and comes into RAM. */
  use(owner: MemoryOwner, id: MemoryId): Promise<MemoryItem>;
  /** The owners of items, wherever they are; ids that are not there are left out. */
  ownersOf(ids: readonly MemoryId[]): Promise<ReadonlyMap<MemoryId, MemoryOwner>>;
  /** Everything about one item, as screens show it. Does not count as use. */
  detail(owner: MemoryOwner, id: MemoryId): Promise<MemoryItemDetail>;
  update(owner: MemoryOwner, id: MemoryId, edit: MemoryEdit, by: MemoryCaller): Promise<MemoryItem>;
  note(owner: MemoryOwner, id: MemoryId, notes: MemoryNotes, by: MemoryCaller): Promise<MemoryItem>;
  remove(owner: MemoryOwner, id: MemoryId, by: MemoryCaller): Promise<void>;
  restore(owner: MemoryOwner, id: MemoryId, by: MemoryCaller): Promise<MemoryItem>;
  pin(owner: MemoryOwner, id: MemoryId, pinned: "yes" | "no", by: MemoryCaller): Promise<MemoryItem>;
  move(owner: MemoryOwner, id: MemoryId, to: MemoryOwner, by: MemoryCaller): Promise<MemoryItem>;
  link(
    owner: MemoryOwner,
    id: MemoryId,
    to: MemoryId,
    linked: "yes" | "no",
    by: MemoryCaller,
  ): Promise<MemoryItem>;
  /** Gives the item back what it was, unless it has changed since, and makes an item of what was merged into it. */
  undoMerge(owner: MemoryOwner, id: MemoryId, merge: number, by: MemoryCaller): Promise<MemoryItem>;
  search(
    search: MemorySearch,
  ): Promise<{ readonly items: readonly MemoryItemView[]; readonly searchedBy: SearchedBy }>;
  list(
    query: MemoryListQuery,
  ): Promise<{ readonly items: readonly MemoryItemView[]; readonly total: number }>;
  tags(owner: MemoryOwner | null): Promise<readonly { readonly tag: string; readonly items: number }[]>;
  usage(owner: MemoryOwner): MemoryUsage;
  /** Owners that have items. */
  owners(): readonly MemoryOwner[];
  /** Takes effect at once: what is too much leaves RAM. */
  setBudgets(budgets: MemoryBudgets): void;
  /** Returns the way to stop listening. */
  onChange(listener: MemoryListener): () => void;
  /** Writes down what it had not yet. Never rejects. */
  close(): Promise<void>;
}
