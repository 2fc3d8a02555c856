import { mkdir, opendir, rename, rm, unlink } from "node:fs/promises";
import { join } from "node:path";
import { KernelError } from "../../shared/errors.ts";
import type { Over } from "../kernel/ports.ts";
import { linkNew, notAFile, temporaryName } from "./file-bytes.ts";
import { isExpected, stampOf, statOf } from "./file-facts.ts";
import { isCode, type OpenFolder, withFolder } from "./workspace-folder.ts";
import { shown, TRASH_FOLDER } from "./workspace-path.ts";

const folderOf = (parts: readonly string[]): readonly string[] => parts.slice(0, -1);
const nameOf = (parts: readonly string[]): string => parts.at(-1) ?? "";

/** A file or a folder. Never replaces anything: at most an empty folder that came to be there in the same moment. */
export async function moveEntry(root: string, from: readonly string[], to: readonly string[]): Promise<void> {
  const inTheWay = (): KernelError =>
    new KernelError("conflict", `"${shown(to.join("/"))}" is there already`, {
      hint: "Choose another name, or delete what is there first.",
    });
  await withFolder(root, folderOf(from), "refuse", async (source) => {
    const place = source.at(nameOf(from));
    const entry = await statOf(place);
    if (!entry) throw notThere(from);
    if (!entry.isFile() && !entry.isDirectory()) throw notAFile(from.join("/"), "is no regular file");
    await withFolder(root, folderOf(to), "create", async (target) => {
      const goal = target.at(nameOf(to));
      if ((await statOf(goal)) !== null) throw inTheWay();
      const linked = entry.isFile() ? await linkNew(place, goal) : "unsupported";
      if (linked === "taken") throw inTheWay();
      if (linked === "made") await unlink(place);
      else await rename(place, goal);
      await target.sync();
    });
    await source.sync();
  });
}

export async function makeFolders(
  root: string,
  parts: readonly string[],
): Promise<{ type: "made" | "there" }> {
  if (parts.length === 0) return { type: "there" };
  return withFolder(root, folderOf(parts), "create", async (folder) => {
    try {
      await mkdir(folder.at(nameOf(parts)));
    } catch (error) {
      if (!isCode(error, "EEXIST")) throw error;
      const entry = await statOf(folder.at(nameOf(parts)));
      if (!entry?.isDirectory()) throw notAFile(parts.join("/"), "is a file");
      return { type: "there" };
    }
    await folder.sync();
    return { type: "made" };
  });
}

/**
 * For good. A folder goes from its place in one step, by way of the trash, so that after a crash it is whole or gone;
 * what is left of it there is removed by `cleanTrash`.
 */
export async function removeEntry(
  root: string,
  parts: readonly string[],
  over: Over,
): Promise<{ type: "removed" | "changed" }> {
  return withFolder(root, folderOf(parts), "refuse", async (folder) => {
    const place = folder.at(nameOf(parts));
    const entry = await statOf(place);
    if (!entry) {
      if (over.type === "stamp") return { type: "changed" };
      throw notThere(parts);
    }
    if (!isExpected(over, entry)) return { type: "changed" };
    if (entry.isDirectory()) return removeFolder(root, parts, folder, place, over);
    await unlink(place);
    await folder.sync();
    return { type: "removed" };
  });
}

async function removeFolder(
  root: string,
  parts: readonly string[],
  from: OpenFolder,
  place: string,
  over: Over,
): Promise<{ type: "removed" | "changed" }> {
  return withFolder(root, [TRASH_FOLDER], "create", async (trash) => {
    const doomed = trash.at(temporaryName());
    await rename(place, doomed);
    // Out of everybody's reach it cannot change any more: now is the time to look at what it holds.
    if (over.type === "files" && !(await holdsOnly(doomed, parts.join("/"), over.stamps))) {
      await rename(doomed, place);
      return { type: "changed" };
    }
    await from.sync();
    await rm(doomed, { recursive: true, force: true }).catch(() => {});
    return { type: "removed" };
  });
}

async function holdsOnly(
  folder: string,
  path: string,
  stamps: ReadonlyMap<string, string>,
): Promise<boolean> {
  for await (const entry of await opendir(folder)) {
    const inner = `${path}/${entry.name}`;
    if (entry.isDirectory() && !(await holdsOnly(join(folder, entry.name), inner, stamps))) return false;
    if (!entry.isFile()) continue;
    const stat = await statOf(join(folder, entry.name));
    if (!stat || stamps.get(inner) !== stampOf(stat)) return false;
  }
  return true;
}

function notThere(parts: readonly string[]): KernelError {
  return new KernelError("not-found", `There is no "${shown(parts.join("/"))}" in the workspace`, {
    hint: "List the files to see what is there.",
  });
}
