import type { MountName, MountView } from "../../shared/files.ts";

export interface FileEntry {
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  readonly type: "file" | "folder";
  readonly bytes: number;
  readonly modifiedAt: number;
}

/** What is known of an entry without opening it. Links are never followed: they are `other`. */
export interface FileFacts {
  readonly path: string;
  readonly type: "file" | "folder" | "other";
  readonly bytes: number;
  readonly modifiedAt: number;
  /** Equal while nobody has touched the file: its place on the disk, its size and its times. */
  readonly stamp: string;
  /** `fresh`: touched so lately that one more change might not show in the stamp. */
  readonly age: "settled" | "fresh";
}

/** What a change may replace or remove: the file with this stamp, nothing at all, or whatever is there. */
export type Over =
  | { readonly type: "stamp"; readonly stamp: string }
  /** A folder that holds these files, by their paths in the tree, and no others. */
  | { readonly type: "files"; readonly stamps: ReadonlyMap<string, string> }
  | { readonly type: "absent" }
  | { readonly type: "anything" };

export interface SearchHit {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/**
 * Folders of this machine that are part of the tree, as `mounts/<name>`, for every workspace. What they hold stays
 * where it is.
 */
export interface MountPoints {
  /**
   * Returns it with the folder's real path. Throws, naming the field, `bad-input` (no absolute path, no folder),
   * `not-found`, `conflict` (its name is taken, or it overlaps with one that is mounted) and `not-allowed` (what holds
   * this program's own data, or is the system's).
   */
  add(mount: MountView): Promise<MountView>;
  /** One of before the last stop. Its folder may be gone: it is then looked for with each use. */
  restore(mount: MountView): void;
  /** Does not touch the folder. */
  remove(name: MountName): "removed" | "absent";
}

/**
 * One workspace folder. Every path is relative to it; one that leads outside, by `..`, absolute form or a link, is
 * refused with `outside-workspace`. Other failures are `not-found`, `conflict`, `not-allowed` (key material and what
 * steers programs) or `storage-failed`.
 */
export interface FileTree {
  readonly root: string;
  /**
   * The canonical relative path, or throws: what the other methods take, which follow no link and refuse with
   * `outside-workspace` a path that a link leads elsewhere. Does not need the file to exist. With a `base` the path is relative to that
   * folder and may not climb out of it, but by a link; `mounts/…` alone is the tree's.
   */
  resolve(path: string, base?: string): Promise<string>;
  /**
   * `away`: the canonical path lies in a folder of this machine that is not mounted, or was not there when it was last
   * used. That nothing is found there says nothing of it.
   */
  presence(path: string): "here" | "away";
  list(
    path: string,
    limit: number,
  ): Promise<{ readonly entries: readonly FileEntry[]; readonly more: number }>;
  /** UTF-8 text, at most `maxBytes`; `bytes` is the size on disk. Binary files are refused. */
  read(path: string, maxBytes: number): Promise<{ readonly text: string; readonly bytes: number }>;
  /** A whole file, and its facts as it was read. Throws `limit-reached` for a larger one. */
  readBytes(
    path: string,
    maxBytes: number,
  ): Promise<{ readonly content: Uint8Array<ArrayBuffer>; readonly facts: FileFacts }>;
  /** null where nothing is. */
  stat(path: string): Promise<FileFacts | null>;
  /** Atomic: the old content or the new, never a mixture. Makes folders as needed. */
  write(
    path: string,
    text: string,
  ): Promise<{ readonly bytes: number; readonly created: "created" | "replaced" }>;
  /** The same for bytes. `changed`: what is there is not what may be replaced, and was left alone. */
  writeBytes(
    path: string,
    content: Uint8Array,
    over: Over,
  ): Promise<{ readonly type: "created" | "replaced" | "changed" }>;
  /** A file or a folder with all that is in it. Makes folders as needed. Throws `conflict` where `to` is there. */
  move(from: string, to: string): Promise<void>;
  /** With those above it. Throws `conflict` where a file is. */
  makeFolder(path: string): Promise<{ readonly type: "made" | "there" }>;
  /** For good: a file, or a folder with all that is in it. `changed` as for `writeBytes`. */
  remove(path: string, over: Over): Promise<{ readonly type: "removed" | "changed" }>;
  /**
   * Everything below a folder, in pages, folders before what is in them; without the trash and unfinished writes. Of a
   * file its own facts, and nothing where nothing is. `whole` tells at the end whether there was more than may be
   * looked at.
   */
  walk(path: string): AsyncGenerator<readonly FileFacts[], { readonly whole: "yes" | "no" }>;
  /** Removes what unfinished changes have left. Only while none is under way. */
  clean(): Promise<void>;
  /** Case-insensitive words in names and text files. */
  search(query: string, limit: number, signal: AbortSignal): Promise<readonly SearchHit[]>;
  /** Moves into the workspace's trash; returns where it went. */
  trash(path: string): Promise<{ readonly trashedAs: string }>;
}
