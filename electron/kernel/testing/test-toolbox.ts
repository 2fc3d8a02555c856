import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSystemClock } from "../../adapters/system-clock.ts";
import { openVersionKeeper } from "../../adapters/versions/version-keeper.ts";
import type { FileTree, VersionStore } from "../ports.ts";
import { createFileSearch } from "../storage/file-search.ts";
import { FileToolbox, type FileToolParts } from "../storage/file-tool-parts.ts";
import { VersionedTree } from "../storage/versioned-tree.ts";

/** A real store of versions in a folder of its own, without its thread. `close` removes it. */
export function openTestVersions(): {
  readonly versions: VersionStore;
  close(): Promise<void>;
} {
  const folder = mkdtempSync(join(tmpdir(), "aios-toolbox-"));
  const versions = openVersionKeeper(join(folder, "versions.db"), join(folder, "versions"));
  return {
    versions,
    async close() {
      await versions.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What the storage tools work on, outside a kernel: a real tree with real versions. */
export function testToolbox(
  files: FileTree,
  versions: VersionStore,
  parts: Partial<FileToolParts> = {},
): FileToolbox {
  const clock = createSystemClock();
  return new FileToolbox({
    files,
    versioned: new VersionedTree({ tree: files, store: versions, clock, changed: () => {} }),
    versions,
    marks: { taintOf: () => [], originOf: () => null, carry: () => {} },
    search: createFileSearch({ files, indexing: null, vectorOf: async () => null }),
    nameOf: () => "helper",
    ...parts,
  });
}
