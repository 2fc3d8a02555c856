import { opendir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { FileFacts } from "../kernel/ports.ts";
import { factsOf, statOf } from "./file-facts.ts";
import { TEMPORARY_FILE } from "./file-search.ts";
import { isCode, type OpenFolder, withFolder } from "./workspace-folder.ts";
import { isTrash, TRASH_FOLDER } from "./workspace-path.ts";

/** Bounds of one walk: what a workspace of a person holds, many times over. */
export const WALK_LIMITS = { entries: 200_000, depth: 32, page: 256 } as const;

/**
 * Everything below a folder, in pages, folders before what is in them. Follows no link and opens folder by folder, so
 * that none swapped in meanwhile leads out. Of a file its own facts. What vanishes meanwhile is left out.
 */
export async function* walkTree(
  root: string,
  start: readonly string[],
  limits: typeof WALK_LIMITS | { entries: number; depth: number; page: number } = WALK_LIMITS,
): AsyncGenerator<readonly FileFacts[], { whole: "yes" | "no" }> {
  const self = await withFolder(root, start.slice(0, -1), "refuse", (folder) =>
    start.length === 0 ? Promise.resolve(null) : statOf(folder.at(start.at(-1) ?? "")),
  ).catch(ifGone(null));
  if (self !== null && !self.isDirectory()) {
    yield [factsOf(start.join("/"), self)];
    return { whole: "yes" };
  }
  if (self === null && start.length > 0) return { whole: "yes" };
  const folders: (readonly string[])[] = [start];
  let seen = 0;
  let whole: "yes" | "no" = "yes";
  for (let parts = folders.pop(); parts; parts = folders.pop()) {
    const inner: (readonly string[])[] = [];
    for await (const page of pagesOf(root, parts, limits.page)) {
      seen += page.length;
      for (const { path, type } of page) if (type === "folder") inner.push(path.split("/"));
      yield page;
      if (seen >= limits.entries) return { whole: "no" };
    }
    if (parts.length < limits.depth) folders.push(...inner.reverse());
    else if (inner.length > 0) whole = "no";
  }
  return { whole };
}

/** The entries of one folder. Their names are gathered first: between pages the folder need not stay open. */
async function* pagesOf(
  root: string,
  parts: readonly string[],
  size: number,
): AsyncGenerator<readonly FileFacts[]> {
  const names = await withFolder(root, parts, "refuse", (folder) => namesOf(folder, parts)).catch(
    ifGone<readonly string[]>([]),
  );
  for (let from = 0; from < names.length; from += size) {
    const part = names.slice(from, from + size);
    const page = await withFolder(root, parts, "refuse", async (folder) => {
      const stats = await Promise.all(part.map((name) => statOf(folder.at(name)).catch(() => null)));
      return stats.flatMap((stat, n) => (stat ? [factsOf([...parts, part[n]].join("/"), stat)] : []));
    }).catch(ifGone<readonly FileFacts[]>([]));
    if (page.length > 0) yield page;
  }
}

async function namesOf(folder: OpenFolder, parts: readonly string[]): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of await opendir(folder.at(""))) {
    if (names.length === WALK_LIMITS.entries) break;
    if (!isTrash([...parts, name]) && !TEMPORARY_FILE.test(name)) names.push(name);
  }
  return names.sort();
}

/** Removes what unfinished writes and removals have left, in the workspace and in its trash. */
export async function cleanTree(root: string): Promise<void> {
  const folders: (readonly string[])[] = [[]];
  for (let parts = folders.pop(); parts; parts = folders.pop()) {
    const at = parts;
    await withFolder(root, at, "refuse", async (folder) => {
      for await (const entry of await opendir(folder.at(""))) {
        if (TEMPORARY_FILE.test(entry.name)) {
          await rm(folder.at(entry.name), { recursive: true, force: true });
        } else if (entry.isDirectory() && !at.includes(TRASH_FOLDER) && at.length < WALK_LIMITS.depth) {
          folders.push([...at, entry.name]);
        }
      }
    }).catch(() => {
      // A folder that cannot be opened, or has gone, is no reason to leave the others as they are.
    });
  }
}

/** What is gone, or has become a link, meanwhile is left out; the root itself must be there. */
const ifGone =
  <T>(nothing: T) =>
  (error: unknown): T => {
    const code = error instanceof Error && "data" in error ? (error.data as { code?: string }).code : "";
    if (isCode(error, "ENOENT", "ENOTDIR", "EACCES") || code === "outside-workspace" || code === "conflict") {
      return nothing;
    }
    throw error;
  };

/** The places of everything below a folder, links and all: what a guard is asked about before it is moved. */
export async function* pathsBelow(root: string, parts: readonly string[]): AsyncGenerator<string> {
  const folders: (readonly string[])[] = [parts];
  for (let at = folders.pop(); at; at = folders.pop()) {
    for await (const entry of await opendir(join(root, ...at))) {
      yield [...at, entry.name].join("/");
      if (entry.isDirectory()) folders.push([...at, entry.name]);
    }
  }
}
