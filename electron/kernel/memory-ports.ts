import type {
  MemoryId,
  MemoryItem,
  MemoryMatch,
  MemoryMerge,
  MemoryOwner,
  SearchedBy,
} from "../../shared/memory.ts";

/** A vector of a query, and the model that made it: it is compared with vectors of that model alone. */
export interface QueryVector {
  readonly model: string;
  readonly vector: Float32Array;
}

/** One change of what is kept. `at`: wall time in ms. */
export type MemoryWrite =
  /** Adds the item or replaces the one of this id. */
  | { readonly type: "put"; readonly item: MemoryItem }
  /** Can be restored until MEMORY_REMOVED_KEPT others of the owner were removed. */
  | { readonly type: "remove"; readonly owner: MemoryOwner; readonly id: MemoryId; readonly at: number }
  | { readonly type: "restore"; readonly owner: MemoryOwner; readonly id: MemoryId }
  /** `item` takes in `added`, which never was an item of its own; `before` is what the item was. */
  | {
      readonly type: "merge";
      readonly item: MemoryItem;
      readonly before: MemoryItem;
      readonly added: MemoryItem;
      readonly similarity: number;
      readonly at: number;
    }
  /** The item as it then is, and the one that was merged into it as one of its own. */
  | {
      readonly type: "unmerge";
      readonly merge: number;
      readonly item: MemoryItem;
      readonly added: MemoryItem;
    }
  /** To another owner, under the same id. */
  | { readonly type: "move"; readonly item: MemoryItem; readonly from: MemoryOwner }
  /** How often it has been used by now, and when last; what a crash loses of it does no harm. */
  | {
      readonly type: "used";
      readonly owner: MemoryOwner;
      readonly id: MemoryId;
      readonly uses: number;
      readonly at: number;
    };

export interface MemoryListQuery {
  /** Whose items; null: everybody's. */
  readonly owners: readonly MemoryOwner[] | null;
  readonly tag: string | null;
  readonly sort: "newest" | "last-used" | "largest" | "most-used";
  readonly offset: number;
  readonly limit: number;
}

export interface MemorySearchQuery {
  readonly owners: readonly MemoryOwner[] | null;
  readonly tag: string | null;
  readonly text: string;
  /** null: by words alone. */
  readonly vector: QueryVector | null;
  readonly limit: number;
}

export interface MemoryHit {
  readonly item: MemoryItem;
  readonly match: MemoryMatch;
}

/** Texts that want vectors. Work of the background; every method may reject with `storage-failed`. */
export interface EmbeddingSource {
  /**
   * Texts that have no vector of this model, or have changed since, at most `limit`. A key stands for the text as it
   * is now: a vector saved for a text that has changed meanwhile is dropped.
   */
  pendingEmbeddings(
    model: string,
    limit: number,
  ): Promise<readonly { readonly key: string; readonly text: string }[]>;
  /** All vectors of one model have the same length. */
  saveEmbeddings(
    model: string,
    vectors: readonly { readonly key: string; readonly vector: Float32Array }[],
  ): Promise<void>;
  embeddingCounts(model: string): Promise<{ readonly done: number; readonly total: number }>;
  /** Lets go of the vectors of every other model. */
  keepEmbeddings(model: string): Promise<void>;
}

/**
 * Items on disk, by owner. Every method may reject with `database-damaged` or `storage-failed`. Nothing here holds
 * the event loop: the work is done on a thread.
 */
export interface MemoryStore extends EmbeddingSource {
  /** All or nothing; durable when it resolves. Calls that come together are committed together (group commit). */
  write(changes: readonly MemoryWrite[]): Promise<void>;
  /** In the order asked for; null for one that is not there, or is not of this owner. */
  get(owner: MemoryOwner, ids: readonly MemoryId[]): Promise<readonly (MemoryItem | null)[]>;
  /** The owners of items, for links; ids that are not there are left out. */
  find(ids: readonly MemoryId[]): Promise<readonly MemoryItem[]>;
  list(query: MemoryListQuery): Promise<{ readonly items: readonly MemoryItem[]; readonly total: number }>;
  /** By words (FTS5, BM25) and meaning, joined by reciprocal rank fusion; best first. */
  search(
    query: MemorySearchQuery,
  ): Promise<{ readonly hits: readonly MemoryHit[]; readonly searchedBy: SearchedBy }>;
  /** Items that link to this one. */
  linkedFrom(id: MemoryId): Promise<readonly MemoryItem[]>;
  /** Those that can be undone, newest first. */
  merges(owner: MemoryOwner, id: MemoryId): Promise<readonly MemoryMerge[]>;
  /** What was merged, in full. null once it is gone. */
  merge(
    owner: MemoryOwner,
    id: MemoryId,
    merge: number,
  ): Promise<{ readonly before: MemoryItem; readonly added: MemoryItem } | null>;
  removed(owner: MemoryOwner, id: MemoryId): Promise<MemoryItem | null>;
  totals(): Promise<
    readonly { readonly owner: MemoryOwner; readonly items: number; readonly bytes: number }[]
  >;
  tags(owner: MemoryOwner | null): Promise<readonly { readonly tag: string; readonly items: number }[]>;
  close(): Promise<void>;
}
