import type { Effect } from "../../../shared/permission.ts";
import { sensitivity } from "../access/sensitive-paths.ts";
import { FILE_EFFECTS } from "../limits.ts";
import { type FilePaths, type FileUse, fileEffect } from "./file-paths.ts";

/** A change of an entry as a whole, on canonical paths. */
export type TreeChange =
  | { readonly type: "move" | "copy"; readonly from: string; readonly to: string }
  | { readonly type: "delete"; readonly path: string };

/**
 * What a change of a file, or of a folder with all that is in it, does. A folder takes keys along, and what steers
 * programs, so everything in it is looked at under both of its names; that of which `inside` knows nothing is not
 * there. Throws what `inside` throws.
 */
export async function treeEffects(
  change: TreeChange,
  inside: (folder: string) => Promise<readonly string[]>,
): Promise<readonly Effect[]> {
  const from = change.type === "delete" ? change.path : change.from;
  const uses = USES[change.type];
  const within = await inside(from);
  // Rules about reading and deleting look into a folder by themselves; sensitive names are for us to find.
  const taken = within.filter((path) => sensitivity(path) !== null);
  const effects = uses.flatMap((use) => [from, ...taken].map((path) => fileEffect(use, path)));
  if (change.type === "delete") return effects;
  const { to } = change;
  const written = [to, ...within.map((path) => to + path.slice(from.length))].map((path) =>
    fileEffect("write", path),
  );
  const named = written.filter(({ type }, index) => type !== "write" || index < FILE_EFFECTS);
  const left = written.length - named.length;
  return [
    ...effects,
    ...named.map((effect, index) => (left > 0 && index === 0 ? summed(effect, left) : effect)),
  ];
}

const USES: Readonly<Record<TreeChange["type"], readonly FileUse[]>> = {
  move: ["read", "delete"],
  copy: ["read"],
  delete: ["delete"],
};

const summed = (effect: Effect, left: number): Effect => ({
  ...effect,
  opaque: `it writes ${left} more files than are named here`,
});

/** The effects of one call. */
export const changeEffects = (paths: FilePaths, change: TreeChange): Promise<readonly Effect[]> =>
  treeEffects(change, (folder) => paths.within(folder));
