import { KernelError } from "../../../shared/errors.ts";
import { MEMORY_MERGES_KEPT, MEMORY_REMOVED_KEPT } from "../../../shared/limits.ts";
import type { MemoryStore } from "../../kernel/memory-ports.ts";
import { openMemoryTables } from "../memory/memory-tables.ts";

/** The real tables without the thread, which takes longer to start than most tests take. Each write is one commit. */
export function openMemoryInProcess(file: string): MemoryStore {
  const tables = openMemoryTables(file, { removedKept: MEMORY_REMOVED_KEPT, mergesKept: MEMORY_MERGES_KEPT });
  const { answers } = tables;
  return {
    async write(changes) {
      const [error] = tables.commit([changes]);
      if (error) throw KernelError.from(error);
    },
    get: async (...args) => answers.get(...args),
    find: async (...args) => answers.find(...args),
    list: async (...args) => answers.list(...args),
    search: async (...args) => answers.search(...args),
    linkedFrom: async (...args) => answers.linkedFrom(...args),
    merges: async (...args) => answers.merges(...args),
    merge: async (...args) => answers.merge(...args),
    removed: async (...args) => answers.removed(...args),
    totals: async (...args) => answers.totals(...args),
    tags: async (...args) => answers.tags(...args),
    pendingEmbeddings: async (...args) => answers.pendingEmbeddings(...args),
    saveEmbeddings: async (...args) => answers.saveEmbeddings(...args),
    embeddingCounts: async (...args) => answers.embeddingCounts(...args),
    keepEmbeddings: async (...args) => answers.keepEmbeddings(...args),
    close: async () => tables.close(),
  };
}
