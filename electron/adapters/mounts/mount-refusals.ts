import { realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, parse, relative, sep } from "node:path";
import { KernelError } from "../../../shared/errors.ts";
import { isCode } from "../workspace-folder.ts";
import { shown } from "../workspace-path.ts";

/** Folders of the system that are no files of a person's, or change by being looked at. */
const OF_THE_SYSTEM = [
  "/proc",
  "/sys",
  "/dev",
  "/boot",
  "/etc",
  "/System",
  "/Library",
  "C:\\Windows",
] as const;

/** What may not be mounted. */
export interface MountRules {
  /** What is this program's own: neither it, nor what holds it, nor what it holds. */
  readonly own: readonly string[];
  /** Whether a path names key material. */
  readonly isSecret: (path: string) => boolean;
}

/**
 * The real path of a folder that a person wants to mount. Throws `bad-input`, `not-found` and `not-allowed`, each
 * naming the field.
 */
export async function mountableFolder(folder: string, { own, isSecret }: MountRules): Promise<string> {
  if (!isAbsolute(folder)) {
    throw refusal(
      "bad-input",
      `"${shown(folder)}" is no absolute path`,
      "Write the whole path, from the root on",
    );
  }
  const real = await realPath(folder);
  const forbidden = (why: string): KernelError =>
    refusal("not-allowed", `"${shown(real)}" ${why}`, "Mount a folder of your own files");
  if (real === parse(real).root) throw forbidden("is the whole disk");
  if (OF_THE_SYSTEM.some((each) => isWithin(each, real))) throw forbidden("belongs to the system");
  if (own.some((each) => isWithin(each, real) || isWithin(real, each)))
    throw forbidden("holds this program's own data, or is a part of it");
  if (isWithin(real, homedir())) throw forbidden("is your whole home folder, with its keys, or holds it");
  if (isSecret(real)) throw forbidden("holds key material");
  return real;
}

async function realPath(folder: string): Promise<string> {
  try {
    const real = await realpath(folder);
    if ((await stat(real)).isDirectory()) return real;
  } catch (error) {
    if (!isCode(error, "ENOENT", "ENOTDIR", "ELOOP")) {
      const reason = error instanceof Error ? error.message : String(error);
      throw refusal("not-allowed", `"${shown(folder)}" cannot be opened: ${reason}`, "Check who may read it");
    }
    throw refusal("not-found", `There is no folder "${shown(folder)}"`, "Check how it is written");
  }
  throw refusal("bad-input", `"${shown(folder)}" is no folder`, "Mount the folder that holds it");
}

const refusal = (code: "bad-input" | "not-found" | "not-allowed", text: string, hint: string): KernelError =>
  new KernelError(code, text, { hint, field: "folder" });

/** Whether `path` is `folder` or lies in it. */
export function isWithin(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  return inside === "" || (inside !== ".." && !inside.startsWith(`..${sep}`) && !isAbsolute(inside));
}
