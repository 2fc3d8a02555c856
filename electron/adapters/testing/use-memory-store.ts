import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { MemoryStore } from "../../kernel/memory-ports.ts";
import { type MemoryStoreOptions, openMemoryStore } from "../memory-store.ts";

/** A store in a folder of its own for each test of a file. */
export function useMemoryStore(options: MemoryStoreOptions = {}) {
  const use = { folder: "", file: "", disk: null as unknown as MemoryStore, reopen };
  async function reopen(): Promise<void> {
    await use.disk.close();
    use.disk = await openMemoryStore(use.file, options);
  }
  beforeEach(async () => {
    use.folder = mkdtempSync(join(tmpdir(), "aios-memory-"));
    use.file = join(use.folder, "memory.db");
    use.disk = await openMemoryStore(use.file, options);
  });
  afterEach(async () => {
    await use.disk.close();
    rmSync(use.folder, { recursive: true });
  });
  return use;
}
