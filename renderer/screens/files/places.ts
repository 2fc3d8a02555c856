import type { WorkspaceView } from "../../../shared/files.ts";
import { isUnder, ROOT } from "./paths.ts";

export type PlaceKind = "common" | "agent" | "group" | "mount";

/** A workspace as the list of places shows it. */
export interface Place extends WorkspaceView {
  readonly kind: PlaceKind;
  /** Its name without its kind. */
  readonly label: string;
}

export interface PlaceGroup {
  readonly title: string;
  readonly places: readonly Place[];
}

const TITLES: Readonly<Record<PlaceKind, string>> = {
  common: "Common",
  agent: "Agents",
  group: "Groups",
  mount: "Mounted",
};
const KINDS = ["common", "agent", "group", "mount"] as const satisfies readonly PlaceKind[];

export function placeOf(workspace: WorkspaceView): Place {
  const [kind = "", ...rest] = workspace.name.split(":");
  const known = KINDS.find((each) => each === kind);
  return known === undefined || known === "common"
    ? { ...workspace, kind: "common", label: "Workspace" }
    : { ...workspace, kind: known, label: rest.join(":") };
}

/** Places by kind, in the order of the list; kinds without any are left out. */
export function placeGroups(workspaces: readonly WorkspaceView[]): readonly PlaceGroup[] {
  const places = workspaces.map(placeOf);
  return KINDS.flatMap((kind) => {
    const own = places.filter((place) => place.kind === kind);
    return own.length === 0 ? [] : [{ title: TITLES[kind], places: own }];
  });
}

/** The workspace that a path lies in: the deepest; null where none holds it. */
export function placeHolding(workspaces: readonly WorkspaceView[], path: string): Place | null {
  const holding = workspaces
    .filter((each) => each.path === path || each.path === ROOT || isUnder(path, each.path))
    .sort((one, other) => depth(other.path) - depth(one.path))[0];
  return holding ? placeOf(holding) : null;
}

const depth = (path: string): number => (path === ROOT ? 0 : path.split("/").length);
