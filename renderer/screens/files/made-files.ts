import {
  type FileAuthor,
  type FileChange,
  type FileRow,
  type FileVersion,
  versionId,
} from "../../../shared/files.ts";
import { nameOf } from "./paths.ts";

/** A version for tests. */
export function madeVersion(
  n: number,
  more: Partial<Omit<FileVersion, "id">> & {
    readonly change?: FileChange;
    readonly author?: FileAuthor;
  } = {},
): FileVersion {
  return {
    id: versionId(n),
    path: "notes.md",
    change: { type: "written" },
    hash: `${n}`.repeat(8),
    bytes: 100 * n,
    author: { type: "person" },
    syscallId: null,
    at: 1_800_000_000_000 + n * 60_000,
    pinned: "no",
    ...more,
  };
}

/** A file's or folder's row for tests; a path that ends in a slash is a folder's. */
export function madeRow(path: string, more: Partial<FileRow> = {}): FileRow {
  const isFolder = path.endsWith("/");
  const own = isFolder ? path.slice(0, -1) : path;
  return {
    path: own,
    name: nameOf(own),
    type: isFolder ? "folder" : "file",
    bytes: 120,
    modifiedAt: 1_800_000_000_000,
    version: null,
    versions: isFolder ? 0 : 1,
    origin: null,
    sensitivity: "plain",
    ...more,
  };
}
