import { realpathSync } from "node:fs";
import { lstat, opendir, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { KernelError } from "../../shared/errors.ts";
import type { FileEntry, FileTree } from "../kernel/ports.ts";
import { notAFile, readWhole, writeWhole } from "./file-bytes.ts";
import { factsOf, statOf } from "./file-facts.ts";
import { makeFolders, moveEntry, removeEntry } from "./file-moves.ts";
import { searchFiles, TEMPORARY_FILE } from "./file-search.ts";
import { decodeText, readStart } from "./file-text.ts";
import { moveToTrash } from "./file-trash.ts";
import { cleanTree, pathsBelow, walkTree } from "./file-walk.ts";
import { fileError, isCode, type OpenFolder, withFolder } from "./workspace-folder.ts";
import { isTrash, parseWorkspacePath, pathIn, refused, shown } from "./workspace-path.ts";

/** Entries of one folder that are sorted; more are only counted. */
const SORTED_AT_MOST = 50_000;

/** Throws what forbids the use of a canonical path inside the workspace. */
export type PathGuard = (path: string, use: "read" | "write") => void;

/**
 * The workspace in a real folder, which must exist. Only `resolve` follows links: to read or change what it has told
 * is refused once a link leads that path elsewhere, and is opened link by link, so that one swapped in at the last
 * moment leads nowhere. The guard judges what is opened.
 */
export function createFileTree(folder: string, guard: PathGuard = () => {}): FileTree {
  const root = realpathSync.native(folder);
  const guarded = async <T>(
    path: string,
    use: "resolve" | "stat" | Parameters<PathGuard>[1],
    action: (parts: readonly string[]) => Promise<T>,
  ): Promise<T> => {
    try {
      const parts = await resolveParts(root, path);
      const canonical = parts.join("/") || ".";
      if (use === "stat") guard(canonical, "read");
      else if (use !== "resolve") {
        // Whoever decided about the path was told where its links led then.
        if (canonical !== (parseWorkspacePath(path).join("/") || ".")) {
          throw refused(path, "leads elsewhere by a link");
        }
        guard(canonical, use);
      }
      return await action(parts);
    } catch (error) {
      throw fileError(path, error);
    }
  };
  const writeBytes: FileTree["writeBytes"] = (path, content, over) =>
    guarded(path, "write", async (parts) => {
      if (parts.length === 0) throw notAFile(path, "is the workspace itself");
      return withFolder(root, folderOf(parts), "create", (opened) =>
        writeWhole(opened, nameOf(parts), path, content, over),
      );
    });
  /** What lies in a folder is judged as if it were changed by itself: where it is, and where it would come to be. */
  const guardAll = async (
    parts: readonly string[],
    places: readonly (readonly string[])[],
  ): Promise<void> => {
    const entry = await lstat(join(root, ...parts));
    if (!entry.isDirectory()) return;
    const start = parts.join("/").length;
    for await (const inner of pathsBelow(root, parts)) {
      for (const place of places) guard(place.join("/") + inner.slice(start), "write");
    }
  };
  return {
    root,
    resolve: async (path, base = ".") =>
      guarded(base === "." ? path : pathIn(base, path), "resolve", async (parts) => parts.join("/") || "."),
    presence: () => "here",
    list: (path, limit) =>
      guarded(path, "read", (parts) =>
        withFolder(root, parts, "refuse", (opened) => listFolder(root, parts, opened, limit)),
      ),
    read: (path, maxBytes) =>
      guarded(path, "read", (parts) =>
        withFolder(root, folderOf(parts), "refuse", (opened) => readText(opened, path, parts, maxBytes)),
      ),
    readBytes: (path, maxBytes) =>
      guarded(path, "read", (parts) => {
        if (parts.length === 0) throw notAFile(path, "is the workspace itself, a folder");
        return withFolder(root, folderOf(parts), "refuse", (opened) =>
          readWhole(opened.at(nameOf(parts)), parts.join("/"), maxBytes),
        );
      }),
    stat: (path) =>
      guarded(path, "stat", async (parts) => {
        // By its opening the workspace itself would be a link of the system's.
        if (parts.length === 0) return factsOf(".", await lstat(root, { bigint: true }));
        const name = nameOf(parts);
        const found = await withFolder(root, folderOf(parts), "refuse", (opened) =>
          statOf(opened.at(name)),
        ).catch((error) => {
          if (isCode(error, "ENOENT") || isConflict(error)) return null;
          throw error;
        });
        return found && factsOf(parts.join("/"), found);
      }),
    async write(path, text) {
      const bytes = Buffer.from(text, "utf8");
      const { type } = await writeBytes(path, bytes, { type: "anything" });
      return { bytes: bytes.length, created: type === "created" ? "created" : "replaced" };
    },
    writeBytes,
    move: (from, to) =>
      guarded(from, "write", (source) =>
        guarded(to, "write", async (target) => {
          if (source.length === 0) throw notAFile(from, "is the workspace itself, which cannot be moved");
          if (target.length === 0) throw notAFile(to, "is the workspace itself");
          if (source.every((part, n) => target[n] === part)) {
            throw notAFile(to, `lies in "${shown(from)}" itself`);
          }
          await guardAll(source, [source, target]);
          await moveEntry(root, source, target);
        }),
      ),
    makeFolder: (path) => guarded(path, "write", (parts) => makeFolders(root, parts)),
    remove: (path, over) =>
      guarded(path, "write", async (parts) => {
        if (parts.length === 0) throw notAFile(path, "is the workspace itself, which cannot be deleted");
        await guardAll(parts, [parts]);
        return removeEntry(root, parts, over);
      }),
    async *walk(path) {
      const parts = await guarded(path, "read", async (resolved) => resolved);
      try {
        return yield* walkTree(root, parts);
      } catch (error) {
        throw fileError(path, error);
      }
    },
    clean: () => cleanTree(root),
    search: async (query, limit, signal) => {
      try {
        return await searchFiles(root, query, limit, signal);
      } catch (error) {
        throw fileError(".", error);
      }
    },
    trash: (path) =>
      guarded(path, "write", async (parts) => {
        if (parts.length === 0) throw notAFile(path, "is the workspace itself, which cannot be deleted");
        await guardAll(parts, [parts]);
        return { trashedAs: await moveToTrash(root, parts, new Date()) };
      }),
  };
}

const folderOf = (parts: readonly string[]): readonly string[] => parts.slice(0, -1);
const isConflict = (error: unknown): boolean =>
  error instanceof KernelError && error.data.code === "conflict";
const nameOf = (parts: readonly string[]): string => parts.at(-1) ?? "";

/** The parts of the path with every link followed. What does not exist yet is taken as it is written. */
async function resolveParts(root: string, path: string): Promise<readonly string[]> {
  const parts = parseWorkspacePath(path);
  for (let known = parts.length; known >= 0; known--) {
    const real = await followLinks(join(root, ...parts.slice(0, known)), path);
    if (real === null) continue;
    const inside = relative(root, real);
    if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
      throw refused(path, "leads outside the workspace by a link");
    }
    const canonical = [...(inside === "" ? [] : inside.split(sep)), ...parts.slice(known)];
    if (isTrash(canonical)) throw refused(path, "leads into the trash, which agents cannot open");
    return canonical;
  }
  throw new KernelError("not-found", "The workspace folder is gone", {
    hint: "Restart to have it made again.",
  });
}

/** The real path, or null where nothing is. A link to nowhere is refused: what it will lead to is unknown. */
async function followLinks(place: string, path: string): Promise<string | null> {
  try {
    return await realpath(place);
  } catch (error) {
    if (isCode(error, "ELOOP")) throw refused(path, "is a link that leads in a circle");
    if (!isCode(error, "ENOENT", "ENOTDIR")) throw error;
  }
  const entry = await lstat(place).catch(() => null);
  if (entry?.isSymbolicLink()) throw refused(path, "is a link that leads nowhere");
  return null;
}

async function listFolder(
  root: string,
  parts: readonly string[],
  folder: OpenFolder,
  limit: number,
): Promise<{ entries: FileEntry[]; more: number }> {
  const found: { name: string; type: FileEntry["type"] }[] = [];
  let uncounted = 0;
  for await (const { name, ...entry } of namesOf(folder)) {
    if (isTrash([...parts, name]) || TEMPORARY_FILE.test(name)) continue;
    const type = entry.type === "link" ? await typeOfLink(root, [...parts, name]) : entry.type;
    if (type === null) continue;
    if (found.length < SORTED_AT_MOST) found.push({ name, type });
    else uncounted += 1;
  }
  found.sort((a, b) => (a.type === b.type ? (a.name < b.name ? -1 : 1) : a.type === "folder" ? -1 : 1));
  const entries: FileEntry[] = [];
  for (const { name, type } of found.slice(0, limit)) {
    const details = await stat(folder.at(name)).catch(() => null);
    entries.push({
      path: [...parts, name].join("/"),
      type,
      bytes: type === "file" ? (details?.size ?? 0) : 0,
      modifiedAt: Math.floor(details?.mtimeMs ?? 0),
    });
  }
  return { entries, more: Math.max(0, found.length - limit) + uncounted };
}

async function* namesOf(
  folder: OpenFolder,
): AsyncGenerator<{ name: string; type: FileEntry["type"] | "link" }> {
  for await (const entry of await opendir(folder.at(""))) {
    if (entry.isDirectory()) yield { name: entry.name, type: "folder" };
    else if (entry.isFile()) yield { name: entry.name, type: "file" };
    else if (entry.isSymbolicLink()) yield { name: entry.name, type: "link" };
  }
}

/** What a link inside the workspace leads to; null for one that leads out, nowhere, or to no file. */
async function typeOfLink(root: string, parts: readonly string[]): Promise<FileEntry["type"] | null> {
  try {
    const target = await stat(join(root, ...(await resolveParts(root, parts.join("/")))));
    return target.isDirectory() ? "folder" : target.isFile() ? "file" : null;
  } catch {
    return null;
  }
}

async function readText(
  folder: OpenFolder,
  path: string,
  parts: readonly string[],
  maxBytes: number,
): Promise<{ text: string; bytes: number }> {
  if (parts.length === 0) throw notAFile(path, "is the workspace itself, a folder");
  const start = await readStart(folder.at(nameOf(parts)), maxBytes);
  if (start.type !== "file")
    throw notAFile(path, start.type === "folder" ? "is a folder" : "is no regular file");
  const text = decodeText(start.content, start.part);
  if (text === null) throw notAFile(path, "is not a UTF-8 text file");
  return { text, bytes: start.bytes };
}
