import { constants, existsSync } from "node:fs";
import { type FileHandle, lstat, mkdir, open, realpath } from "node:fs/promises";
import { join } from "node:path";
import { KernelError } from "../../shared/errors.ts";
import { refused, shown } from "./workspace-path.ts";

/** A folder of the workspace, held open. `at(name)` is a path for calls of the file system while it is held. */
export interface OpenFolder {
  at(name: string): string;
  /** Makes renames and new names in this folder survive a loss of power. */
  sync(): Promise<void>;
}

/** Linux names an open folder by its descriptor: a path through it cannot be turned elsewhere by a swapped link. */
const DESCRIPTORS = "/proc/self/fd";
const hasDescriptors = process.platform === "linux" && existsSync(DESCRIPTORS);
const OPEN_FOLDER = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * Opens the folder at `parts`, walking down from the root one part at a time without following a link, and
 * closes it after `use`. Throws `outside-workspace` where a part has become a link since its path was resolved.
 */
export async function withFolder<T>(
  root: string,
  parts: readonly string[],
  missing: "create" | "refuse",
  use: (folder: OpenFolder) => Promise<T>,
): Promise<T> {
  if (process.platform === "win32") return withPlainFolder(root, parts, missing, use);
  let path = root;
  let handle = await open(root, OPEN_FOLDER);
  try {
    for (const part of parts) {
      const next = join(hasDescriptors ? `${DESCRIPTORS}/${handle.fd}` : path, part);
      if (missing === "create") await makeFolder(next);
      const inner = await openFolder(next, parts);
      await handle.close();
      handle = inner;
      path = join(path, part);
    }
    if (!hasDescriptors) await checkPlace(path, parts);
    const base = hasDescriptors ? `${DESCRIPTORS}/${handle.fd}` : path;
    return await use({ at: (name) => join(base, name), sync: () => handle.sync() });
  } finally {
    await handle.close();
  }
}

async function openFolder(path: string, parts: readonly string[]): Promise<FileHandle> {
  try {
    return await open(path, OPEN_FOLDER);
  } catch (error) {
    if (!isCode(error, "ELOOP", "ENOTDIR")) throw error;
    const stat = await lstat(path);
    if (stat.isSymbolicLink()) throw refused(parts.join("/"), "has become a link");
    throw new KernelError(
      "conflict",
      `"${shown(parts.join("/"))}" leads through a file that is not a folder`,
    );
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
  }
}

/** Where folders cannot be held open by name, their place is compared before use: the best such a system offers. */
async function withPlainFolder<T>(
  root: string,
  parts: readonly string[],
  missing: "create" | "refuse",
  use: (folder: OpenFolder) => Promise<T>,
): Promise<T> {
  const path = join(root, ...parts);
  if (missing === "create") await mkdir(path, { recursive: true });
  await checkPlace(path, parts);
  return use({ at: (name) => join(path, name), sync: async () => {} });
}

async function checkPlace(path: string, parts: readonly string[]): Promise<void> {
  if ((await realpath(path)) !== path) throw refused(parts.join("/"), "has become a link");
}

export const isCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && "code" in error && codes.includes(String(error.code));

/** A failure of the file system as a typed error that names the workspace path and no other. */
export function fileError(path: string, error: unknown): KernelError {
  if (error instanceof KernelError) return error;
  const name = shown(path);
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  switch (code) {
    case "ENOENT":
      return new KernelError("not-found", `There is no "${name}" in the workspace`, {
        hint: "List the files to see what is there.",
      });
    case "ENOTDIR":
    case "EISDIR":
    case "EEXIST":
    case "ENOTEMPTY":
      return new KernelError(
        "conflict",
        `"${name}" is in the way: a file where a folder is needed, or the reverse`,
      );
    case "ELOOP":
      return refused(path, "has become a link");
    case "ENOSPC":
    case "EDQUOT":
      return new KernelError("storage-failed", `There is no space left for "${name}"`, {
        hint: "Free some space on the disk of the workspace.",
      });
    default:
      return new KernelError("storage-failed", `The file system refused "${name}" (${code})`, {
        hint: "Check that the workspace can be read and written by this user.",
      });
  }
}
