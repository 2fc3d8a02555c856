import type { FileTree } from "../ports.ts";
import { FileToolbox, type FileToolParts } from "../storage/file-tool-parts.ts";
import { FakeVersionedFiles, FakeVersions } from "./fake-versions.ts";

/** What the storage tools work on, outside a kernel: a real tree with versions in memory. */
export function testToolbox(files: FileTree, parts: Partial<FileToolParts> = {}): FileToolbox {
  const versions = new FakeVersions();
  return new FileToolbox({
    files,
    versioned: new FakeVersionedFiles(files, versions),
    versions: versions.store,
    marks: { taintOf: () => [], originOf: () => null, carry: () => {} },
    nameOf: () => "helper",
    ...parts,
  });
}
