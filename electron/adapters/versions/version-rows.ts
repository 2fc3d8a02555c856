import type { FileVersion } from "../../../shared/files.ts";
import type { VersionDraft } from "../../kernel/ports.ts";

/** The tables, by migration. `paths` says what the newest version of each path is; `contents` which hashes are kept. */
export const MIGRATIONS = [
  `CREATE TABLE versions (
     number INTEGER PRIMARY KEY AUTOINCREMENT, change_number INTEGER NOT NULL, state TEXT NOT NULL,
     path TEXT NOT NULL, change TEXT NOT NULL, hash TEXT, bytes INTEGER NOT NULL, author TEXT NOT NULL,
     syscall_id TEXT, at REAL NOT NULL, pinned TEXT NOT NULL
   ) STRICT;
   CREATE INDEX versions_by_path ON versions (path, number);
   CREATE INDEX versions_by_hash ON versions (hash) WHERE hash IS NOT NULL;
   CREATE INDEX versions_by_age ON versions (at);
   CREATE INDEX versions_begun ON versions (number) WHERE state = 'begun';
   CREATE TABLE paths (
     path TEXT PRIMARY KEY, newest INTEGER NOT NULL, presence TEXT NOT NULL, stamp TEXT
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX paths_by_newest ON paths (newest);
   CREATE INDEX paths_by_presence ON paths (presence, newest);
   CREATE TABLE contents (
     hash TEXT PRIMARY KEY, bytes INTEGER NOT NULL, stored INTEGER NOT NULL, encoding TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;`,
] as const;

export const COLUMNS = "number, path, change, hash, bytes, author, syscall_id, at, pinned";

export interface VersionRow {
  readonly number: number;
  readonly path: string;
  readonly change: string;
  readonly hash: string | null;
  readonly bytes: number;
  readonly author: string;
  readonly syscall_id: string | null;
  readonly at: number;
  readonly pinned: string;
}

/** How content lies on the disk; zstd's and plain files can be opened with any program. */
export type Encoding = "plain" | "zstd" | "gzip";

export interface ContentFacts {
  /** Of the content, and of the file that holds it. */
  readonly bytes: number;
  readonly stored: number;
  readonly encoding: Encoding;
}

/** Whether a path is there after a version, and if not, whether it was deleted or lives on elsewhere. */
export type Presence = "present" | "deleted" | "moved";

export function presenceOf(row: Pick<VersionRow, "hash" | "change">): Presence {
  if (row.hash !== null) return "present";
  return (JSON.parse(row.change) as FileVersion["change"]).type === "moved-away" ? "moved" : "deleted";
}

export const numberOf = (id: FileVersion["id"]): number => Number(id.slice(1));

export function toVersion(row: VersionRow): FileVersion {
  return {
    id: `v${row.number}` as FileVersion["id"],
    path: row.path,
    change: JSON.parse(row.change),
    hash: row.hash,
    bytes: row.bytes,
    author: JSON.parse(row.author),
    syscallId: row.syscall_id as FileVersion["syscallId"],
    at: row.at,
    pinned: row.pinned as FileVersion["pinned"],
  };
}

export function toRow(draft: VersionDraft): Omit<VersionRow, "number"> {
  return {
    path: draft.path,
    change: JSON.stringify(draft.change),
    hash: draft.hash,
    bytes: draft.bytes,
    author: JSON.stringify(draft.author),
    syscall_id: draft.syscallId,
    at: draft.at,
    pinned: draft.pinned,
  };
}
