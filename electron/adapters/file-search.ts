import { opendir } from "node:fs/promises";
import { KernelError } from "../../shared/errors.ts";
import type { SearchHit } from "../kernel/ports.ts";
import { decodeText, readStart } from "./file-text.ts";
import { type OpenFolder, withFolder } from "./workspace-folder.ts";
import { isTrash } from "./workspace-path.ts";

/** Bounds of one search: together they keep it within a second or two on a large workspace. */
export const SEARCH_LIMITS = {
  /** Files are looked into up to here. */
  fileBytes: 1024 * 1024,
  totalBytes: 64 * 1024 * 1024,
  files: 10_000,
  depth: 16,
  hitsPerFile: 10,
  words: 16,
  hitCharacters: 240,
} as const;

/** What stands for the text of a hit in a file's name; its line is 0. */
export const NAME_HIT = "(the name matches)";

/** Temporary files of unfinished writes. */
export const TEMPORARY_FILE = /^\.aios-[0-9a-f]{16}\.tmp$/;

interface Walk {
  readonly root: string;
  readonly words: readonly string[];
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly hits: SearchHit[];
  readonly folders: (readonly string[])[];
  bytes: number;
  files: number;
}

/**
 * Finds names and lines that hold every word of the query, whatever the case; a hit in a name has line 0. Goes
 * through folders in order of their names, looks into text files only, follows no link, leaves the trash out, and
 * stops at the limits. Throws `cancelled` when the signal aborts.
 */
export async function searchFiles(
  root: string,
  query: string,
  limit: number,
  signal: AbortSignal,
): Promise<readonly SearchHit[]> {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean).slice(0, SEARCH_LIMITS.words);
  const walk: Walk = { root, words, limit, signal, hits: [], folders: [[]], bytes: 0, files: 0 };
  if (words.length === 0) return [];
  for (let folder = walk.folders.pop(); folder && !isOver(walk); folder = walk.folders.pop()) {
    await searchFolder(walk, folder).catch((error: unknown) => {
      const cancelled = error instanceof KernelError && error.data.code === "cancelled";
      // A folder that was deleted meanwhile, or may not be read, is no reason to end the search.
      if (cancelled || folder.length === 0) throw error;
    });
  }
  return walk.hits;
}

const isOver = (walk: Walk): boolean =>
  walk.hits.length >= walk.limit ||
  walk.files >= SEARCH_LIMITS.files ||
  walk.bytes >= SEARCH_LIMITS.totalBytes;

async function searchFolder(walk: Walk, parts: readonly string[]): Promise<void> {
  await withFolder(walk.root, parts, "refuse", async (folder) => {
    const inner: (readonly string[])[] = [];
    for (const entry of await entriesOf(folder)) {
      const path = [...parts, entry.name];
      if (isTrash(path)) continue;
      if (walk.signal.aborted) throw new KernelError("cancelled", "The search was cancelled");
      if (isOver(walk)) return;
      if (entry.type === "folder" && path.length < SEARCH_LIMITS.depth) inner.push(path);
      if (holdsAll(entry.name, walk.words)) walk.hits.push({ path: path.join("/"), line: 0, text: NAME_HIT });
      if (entry.type === "file") await searchFile(walk, folder.at(entry.name), path.join("/"));
    }
    walk.folders.push(...inner.reverse());
  });
}

interface FolderEntry {
  readonly name: string;
  readonly type: "file" | "folder";
}

async function entriesOf(folder: OpenFolder): Promise<FolderEntry[]> {
  const entries: FolderEntry[] = [];
  for await (const entry of await opendir(folder.at(""))) {
    if (entries.length === SEARCH_LIMITS.files) break;
    if (entry.isDirectory()) entries.push({ name: entry.name, type: "folder" });
    else if (entry.isFile() && !TEMPORARY_FILE.test(entry.name))
      entries.push({ name: entry.name, type: "file" });
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Adds the hits of one file. One that cannot be read is no reason to end the search. */
async function searchFile(walk: Walk, file: string, path: string): Promise<void> {
  walk.files += 1;
  const start = await readStart(file, SEARCH_LIMITS.fileBytes).catch(() => null);
  if (start?.type !== "file") return;
  walk.bytes += start.content.length;
  const text = decodeText(start.content, start.part);
  if (text === null || !holdsAll(text, walk.words)) return;
  const most = Math.min(walk.limit, walk.hits.length + SEARCH_LIMITS.hitsPerFile);
  for (const [index, line] of text.split("\n").entries()) {
    if (walk.hits.length >= most) return;
    if (holdsAll(line, walk.words)) {
      walk.hits.push({ path, line: index + 1, text: excerpt(line, walk.words) });
    }
  }
}

function holdsAll(text: string, words: readonly string[]): boolean {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}

/** A long line is cut around its first word found. */
function excerpt(line: string, words: readonly string[]): string {
  const whole = line.trim();
  if (whole.length <= SEARCH_LIMITS.hitCharacters) return whole;
  const first = Math.min(...words.map((word) => whole.toLowerCase().indexOf(word)));
  const from = Math.max(0, Math.min(first - 60, whole.length - SEARCH_LIMITS.hitCharacters));
  const cut = whole.slice(from, from + SEARCH_LIMITS.hitCharacters - 2);
  return `${from === 0 ? "" : "…"}${cut}${from + cut.length < whole.length ? "…" : ""}`;
}
