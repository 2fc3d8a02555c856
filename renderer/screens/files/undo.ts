import type { MethodOutput } from "../../../shared/contract.ts";
import type { FileVersion, VersionId } from "../../../shared/files.ts";
import { isUnder } from "./paths.ts";

type TrashRow = MethodOutput<"files.trash">["rows"][number];

/** The versions that bring back what was just deleted at a path, the files of a folder included. */
export const restorable = (
  rows: readonly TrashRow[],
  path: string,
  before: ReadonlySet<VersionId>,
): readonly VersionId[] =>
  rows
    .filter((row) => (row.path === path || isUnder(row.path, path)) && !before.has(row.deleted.id))
    .map((row) => row.last.id);

/** The newer of what two looks found: the list and the pane are not read at the same time. */
export function newerOf(one: FileVersion | null, other: FileVersion | null): FileVersion | null {
  if (!one || !other) return one ?? other;
  return Number(one.id.slice(1)) >= Number(other.id.slice(1)) ? one : other;
}

/** The version that a roll back is taken back with: the newest that holds something. `versions` are newest first. */
export const beforeRollBack = (versions: readonly FileVersion[]): VersionId | null => {
  const [newest] = versions;
  return newest && newest.hash !== null ? newest.id : null;
};
