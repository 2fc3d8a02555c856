/** Paths of the tree as the kernel writes them: `agents/clerk/notes/a.md`, and `.` for the whole. */

export const ROOT = ".";

export const parentOf = (path: string): string => {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? ROOT : path.slice(0, slash);
};

export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

export const joined = (folder: string, name: string): string =>
  folder === ROOT ? name : `${folder}/${name}`;

/** Whether a path lies in a folder, at any depth. */
export const isUnder = (path: string, folder: string): boolean =>
  folder === ROOT ? path !== ROOT : path.startsWith(`${folder}/`);

/** The folders from `from` down to a path, without either: those that must be open for it to be seen. */
export function foldersBetween(from: string, path: string): readonly string[] {
  if (!isUnder(path, from)) return [];
  const between: string[] = [];
  for (let folder = parentOf(path); folder !== from && folder !== ROOT; folder = parentOf(folder))
    between.unshift(folder);
  return between;
}

export interface Crumb {
  readonly path: string;
  readonly label: string;
}

/** The way from a workspace down to a folder, both included. */
export function crumbs(workspace: Crumb, folder: string): readonly Crumb[] {
  if (folder === workspace.path || !isUnder(folder, workspace.path)) return [workspace];
  return [
    workspace,
    ...[...foldersBetween(workspace.path, folder), folder].map((path) => ({ path, label: nameOf(path) })),
  ];
}

/** A free name beside others: `notes copy.md`, then `notes copy 2.md`. */
export function copyName(name: string, taken: ReadonlySet<string>): string {
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  for (let count = 1; ; count += 1) {
    const candidate = `${stem} copy${count === 1 ? "" : ` ${count}`}${ending}`;
    if (!taken.has(candidate)) return candidate;
  }
}
