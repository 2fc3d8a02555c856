import { KernelError } from "../../shared/errors.ts";
import { MOUNTS } from "../../shared/workspaces.ts";

/** The folder at the root of a workspace that holds what was deleted. Hidden from every other operation. */
export const TRASH_FOLDER = ".trash";

/** Deeper or longer paths serve nobody, and every part costs calls of the file system. */
const DEEPEST = 32;
const LONGEST_CHARACTERS = 1_024;

const PATH_HINT = "Paths are relative to the workspace, such as notes/today.md.";

/**
 * The parts of a relative path, `.` and `..` worked off; none for the workspace itself. Judges the text alone,
 * the same on every system. Throws `outside-workspace` for a path that leads out or is no path.
 */
export function parseWorkspacePath(path: string): readonly string[] {
  const refusal = refusalOf(path);
  if (refusal !== null) throw refused(path, refusal);
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) throw refused(path, "leads outside the workspace");
  }
  if (parts.length > DEEPEST) throw refused(path, `is deeper than ${DEEPEST} folders`);
  // Without its leading "./" a path can be what it was not before, such as a drive.
  const unveiled = parts.length === 0 ? null : refusalOf(parts.join("/"));
  if (unveiled !== null) throw refused(path, unveiled);
  if (isTrash(parts)) throw refused(path, "lies in the trash, which agents cannot open");
  return parts;
}

/** A path relative to a folder of the tree as one of the tree; what is mounted is seen from every folder. */
export function pathIn(base: string, path: string): string {
  const parts = parseWorkspacePath(path);
  return parts[0] === MOUNTS ? parts.join("/") : [base, ...parts].join("/");
}

export const isTrash = (parts: readonly string[]): boolean => parts[0]?.toLowerCase() === TRASH_FOLDER;

export function refused(path: string, why: string): KernelError {
  return new KernelError("outside-workspace", `The path "${shown(path)}" ${why}`, { hint: PATH_HINT });
}

/** A path as it may stand in a message: short, and without characters that a terminal would obey. */
export function shown(path: string): string {
  const printable = path.replace(/\p{Cc}/gu, "�");
  return printable.length <= 200 ? printable : `${printable.slice(0, 199)}…`;
}

function refusalOf(path: string): string | null {
  if (path === "") return "is empty";
  if (path.length > LONGEST_CHARACTERS) return `is longer than ${LONGEST_CHARACTERS} characters`;
  if (/\p{Cc}/u.test(path)) return "holds a control character";
  if (!path.isWellFormed()) return "is no valid text";
  if (path.startsWith("/")) return "is absolute";
  if (/^[a-z]:/i.test(path)) return "names a drive";
  if (path.includes("\\")) return "holds a backslash; folders are separated by /";
  if (path === "~" || path.startsWith("~/")) return "names a home folder";
  if (
    process.platform === "win32" &&
    /[:*?"<>|]|[. ](?:\/|$)/.test(path.replace(/(^|\/)\.{1,2}(?=\/|$)/g, "$1"))
  )
    return "holds a character that this system does not allow";
  return null;
}
