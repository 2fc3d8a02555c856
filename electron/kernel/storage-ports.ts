import type { FileVersion, VersionId, VersionLimits } from "../../shared/files.ts";
import type { SearchedBy } from "../../shared/memory.ts";
import type { EmbeddingSource, QueryVector } from "./memory-ports.ts";

/** A version that is about to be made. */
export type VersionDraft = Omit<FileVersion, "id">;

/**
 * Versions of files, on disk beside the workspaces. A version is written down before the file changes and counts
 * from then on that `finish` has it; after a crash `unfinished` tells what was under way. Every method may reject
 * with `storage-failed` or `database-damaged`.
 */
export interface VersionStore {
  /** The content's SHA-256 in hex; keeps nothing. */
  hash(content: Uint8Array): Promise<string>;
  /**
   * Keeps content, compressed, once for each hash. Durable when it resolves. Returns its SHA-256 in hex. It stays at
   * least until `release`, after that as long as a version has it.
   */
  keep(content: Uint8Array): Promise<string>;
  /** Once for each `keep`. */
  release(hashes: readonly string[]): Promise<void>;
  /** Throws `not-found` for content that was let go, and `database-damaged`, naming the file, for one that is not what it was. */
  content(hash: string): Promise<Uint8Array>;
  /** All or none; durable when it resolves. Drafts that begin together are one change: all of them happen or none. */
  begin(drafts: readonly VersionDraft[]): Promise<readonly FileVersion[]>;
  /** Durable when it resolves. Calls that come together are committed together. */
  finish(ids: readonly VersionId[]): Promise<void>;
  abandon(ids: readonly VersionId[]): Promise<void>;
  /** By change, oldest first. */
  unfinished(): Promise<readonly (readonly FileVersion[])[]>;
  version(id: VersionId): Promise<FileVersion | null>;
  /** The newest of each path, in the order asked for. */
  newest(paths: readonly string[]): Promise<readonly (FileVersion | null)[]>;
  /** Newest first. */
  versions(
    path: string,
    limit: number,
  ): Promise<{ readonly versions: readonly FileVersion[]; readonly more: number }>;
  count(paths: readonly string[]): Promise<readonly number[]>;
  /** The newest version of every path that is there, in pages by path. */
  present(after: string, limit: number): Promise<readonly FileVersion[]>;
  /** What the files looked like when they were last seen to be their newest version; null where nothing is known. */
  stamps(paths: readonly string[]): Promise<readonly (string | null)[]>;
  /** Notes it, where `id` is still the newest. A cache: it may be lost. */
  stamp(seen: readonly { readonly id: VersionId; readonly stamp: string }[]): Promise<void>;
  /** Paths that were deleted, not moved, and whose content can be brought back, newest first. */
  trash(limit: number): Promise<{
    readonly rows: readonly {
      readonly path: string;
      readonly deleted: FileVersion;
      readonly last: FileVersion;
    }[];
    readonly more: number;
  }>;
  pin(id: VersionId, pinned: "yes" | "no"): Promise<void>;
  /** Lets go of the oldest unpinned versions beyond the limits; never of the newest of a file that is there. */
  prune(limits: VersionLimits, now: number): Promise<{ readonly versions: number; readonly bytes: number }>;
  totals(): Promise<{ readonly versions: number; readonly bytes: number }>;
  close(): Promise<void>;
}

/** `scanning`: the tree is too large to be watched, or cannot be, and is looked through from time to time. */
export type WatchMode =
  | { readonly type: "watching" }
  | { readonly type: "scanning"; readonly reason: string };

/** Notices what other programs do to the tree. */
export interface FileWatcher {
  /**
   * Calls `changed` with canonical paths, soon after and not more often than every 100 ms; a folder's stands for all
   * that is in it, and the whole tree's comes first, for what happened before. One listener. `mode` is told once it is known, and when it changes.
   */
  watch(changed: (paths: readonly string[]) => void, mode?: (mode: WatchMode) => void): Promise<void>;
  close(): Promise<void>;
}

/** A piece of a file's text. */
export interface FileChunk {
  /** Of its first line, from 1; null where the text has no lines of its own. */
  readonly line: number | null;
  readonly text: string;
}

/** Gets the text out of Markdown, code, HTML, PDF and office files, on a thread, bounded in time and memory. */
export interface TextExtractor {
  /** `skipped`: binary, too big, or unreadable; says why. Rejects with `cancelled` alone. */
  extract(
    path: string,
    content: Uint8Array,
    signal: AbortSignal,
  ): Promise<
    | { readonly type: "chunks"; readonly chunks: readonly FileChunk[] }
    | { readonly type: "skipped"; readonly reason: string }
  >;
  close(): Promise<void>;
}

/** The words, and vectors, of the tree's files. A cache: it can be built again from the files. */
export interface FileIndex extends EmbeddingSource {
  /** Replaces what is known of a path. `stamp`: tells whether the file has changed since. */
  put(path: string, stamp: string, chunks: readonly FileChunk[]): Promise<void>;
  skip(path: string, stamp: string, reason: string): Promise<void>;
  /** The path, and everything under it where it is a folder. */
  remove(path: string): Promise<void>;
  stamps(after: string, limit: number): Promise<readonly { readonly path: string; readonly stamp: string }[]>;
  counts(): Promise<{ readonly files: number; readonly skipped: number }>;
  clear(): Promise<void>;
  search(query: {
    readonly text: string;
    readonly vector: QueryVector | null;
    /** A path is looked at when it is under one of these; `.` for all. */
    readonly under: readonly string[];
    /** And under none of these. */
    readonly except: readonly string[];
    readonly limit: number;
  }): Promise<{
    readonly hits: readonly {
      readonly path: string;
      readonly chunk: FileChunk;
      readonly score: number;
      readonly words: { readonly rank: number; readonly bm25: number } | null;
      readonly meaning: { readonly rank: number; readonly distance: number } | null;
    }[];
    readonly searchedBy: SearchedBy;
  }>;
  close(): Promise<void>;
}

export type * from "./disk-ports.ts";
export type * from "./share-ports.ts";
