import { GROUP_WORKSPACES, OWN_WORKSPACES } from "../../../shared/workspaces.ts";

/** Stands for all that is in no agent's and no group's own workspace. No folder has this name. */
const COMMON = "/common";

/**
 * Where a file lies, each place a tag of its texts: its path, all folders above it, the tree's root left out, and
 * whether it is in the common workspace. So a search within a folder is one within a tag.
 */
export function placesOf(path: string): readonly string[] {
  const parts = path.split("/");
  const places = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
  return isCommon(parts) ? [COMMON, ...places] : places;
}

const isCommon = ([first]: readonly string[]): boolean =>
  first !== OWN_WORKSPACES && first !== GROUP_WORKSPACES;

/** The tags to look through, null for everything; and whether what is found may still have to be left out. */
export function placesToSearch(
  under: readonly string[],
  except: readonly string[],
): readonly (string | null)[] {
  if (!under.includes(".")) return [...new Set(under)];
  return except.includes(OWN_WORKSPACES) && except.includes(GROUP_WORKSPACES) ? [COMMON] : [null];
}

/** Whether a path is one of these or lies in one. */
export const isUnder = (path: string, folders: readonly string[]): boolean =>
  folders.some((folder) => folder === "." || path === folder || path.startsWith(`${folder}/`));
