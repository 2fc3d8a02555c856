import type { WorkspaceScope } from "../../../shared/files.ts";
import type { AgentManifest } from "../../../shared/manifest.ts";
import { GROUP_WORKSPACES, MOUNTS, OWN_WORKSPACES } from "../../../shared/workspaces.ts";
import { sensitivity } from "./sensitive-paths.ts";

/** The person's: all of the tree. */
export const WHOLE_TREE: WorkspaceScope = { type: "tree" };
export const COMMON: WorkspaceScope = { type: "common" };

/** Folders of the tree that hold the workspaces of single agents and groups. */
export const CLOSED_FOLDERS: readonly string[] = [OWN_WORKSPACES, GROUP_WORKSPACES];

/** Which part of the tree an agent works in, by its manifest. */
export function scopeOf({ name, workspace }: Pick<AgentManifest, "name" | "workspace">): WorkspaceScope {
  if (workspace === "own") return { type: "folder", path: `${OWN_WORKSPACES}/${name}` };
  const group = workspaceGroup(workspace);
  return group === null ? COMMON : { type: "folder", path: `${GROUP_WORKSPACES}/${group}` };
}

/** The group whose workspace it is; null for another kind. */
export const workspaceGroup = (workspace: AgentManifest["workspace"]): string | null =>
  /^group:(.+)$/.exec(workspace)?.[1] ?? null;

/** Whether a canonical path lies where a caller of this scope may reach. */
export function isInScope(scope: WorkspaceScope, path: string): boolean {
  switch (scope.type) {
    case "tree":
      return true;
    case "common":
      return !isClosed(path);
    case "folder":
      return path === scope.path || path.startsWith(`${scope.path}/`) || firstOf(path) === MOUNTS;
  }
}

/** Whether a path lies in the workspace of some agent or group, or is the folder of them all. */
export const isClosed = (path: string): boolean =>
  // Some file systems take names for the same that differ in case.
  CLOSED_FOLDERS.includes(firstOf(path).toLowerCase());

const firstOf = (path: string): string => path.split("/", 1)[0] ?? "";

/** How a program meets a path: it runs for the common workspace, and the others are hidden from it as keys are. */
export const sensitivityToPrograms = (path: string): ReturnType<typeof sensitivity> =>
  isClosed(path) ? "secret" : sensitivity(path);
