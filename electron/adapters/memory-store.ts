import { MEMORY_MERGES_KEPT, MEMORY_REMOVED_KEPT } from "../../shared/limits.ts";
import type { MemoryStore } from "../kernel/memory-ports.ts";
import { MemoryThread } from "./memory/memory-thread.ts";

export interface MemoryStoreOptions {
  /** Removed items of one owner that can be restored. */
  readonly removedKept?: number;
  /** Merges of one item that can be undone. */
  readonly mergesKept?: number;
}

/**
 * Memory in one SQLite file, on a thread of its own. A file of an earlier version is brought up to date, after a copy
 * was made. Rejects with `database-damaged`, leaving the file as it is, and `storage-failed`.
 *
 * `remove`, and `put` of the same item, do no harm when they are made again. `restore` and `unmerge` of what is gone
 * reject with `not-found`; vectors of another length than those that are kept, with `bad-input`.
 */
export async function openMemoryStore(
  file: string,
  { removedKept = MEMORY_REMOVED_KEPT, mergesKept = MEMORY_MERGES_KEPT }: MemoryStoreOptions = {},
): Promise<MemoryStore> {
  const thread = new MemoryThread({ file, limits: { removedKept, mergesKept } });
  await thread.opened();
  return {
    async write(changes) {
      if (changes.length > 0) await thread.write(changes);
    },
    get: (owner, ids) => thread.ask("get", owner, ids),
    find: (ids) => thread.ask("find", ids),
    list: (query) => thread.ask("list", query),
    search: (query) => thread.ask("search", query),
    linkedFrom: (id) => thread.ask("linkedFrom", id),
    merges: (owner, id) => thread.ask("merges", owner, id),
    merge: (owner, id, merge) => thread.ask("merge", owner, id, merge),
    removed: (owner, id) => thread.ask("removed", owner, id),
    totals: () => thread.ask("totals"),
    tags: (owner) => thread.ask("tags", owner),
    pendingEmbeddings: (model, limit) => thread.ask("pendingEmbeddings", model, limit),
    saveEmbeddings: (model, vectors) => thread.ask("saveEmbeddings", model, vectors),
    embeddingCounts: (model) => thread.ask("embeddingCounts", model),
    keepEmbeddings: (model) => thread.ask("keepEmbeddings", model),
    close: () => thread.close(),
  };
}
