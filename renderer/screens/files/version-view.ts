import type { FileVersion, VersionId } from "../../../shared/files.ts";

/** What the pane shows of a file's versions. */
export interface VersionView {
  /** null: the newest. */
  readonly chosen: VersionId | null;
  /** Chosen to be compared, two at most. */
  readonly marked: readonly VersionId[];
  readonly show: "change" | "content" | "comparison";
}

export const FIRST_VIEW: VersionView = { chosen: null, marked: [], show: "change" };

export type ViewStep =
  | { readonly type: "choose"; readonly id: VersionId }
  /** Marks a version to be compared, or takes the mark off. The second mark shows the two side by side. */
  | { readonly type: "mark"; readonly id: VersionId }
  | { readonly type: "show"; readonly show: "change" | "content" };

export function nextView(view: VersionView, step: ViewStep): VersionView {
  switch (step.type) {
    case "choose":
      // A choice leaves a comparison that is complete; one that waits for its other side goes on waiting.
      return view.marked.length === 2
        ? { chosen: step.id, marked: [], show: "change" }
        : { ...view, chosen: step.id };
    case "mark": {
      if (view.marked.includes(step.id)) {
        const marked = view.marked.filter((id) => id !== step.id);
        return { chosen: step.id, marked, show: "change" };
      }
      const marked = [...view.marked.slice(-1), step.id];
      return { chosen: step.id, marked, show: marked.length === 2 ? "comparison" : view.show };
    }
    case "show":
      return { ...view, marked: [], show: step.show };
  }
}

/** The two sides to show, older first; `before` is null where there was no file. `versions` are newest first. */
export function sidesOf(
  view: VersionView,
  versions: readonly FileVersion[],
): { readonly before: FileVersion | null; readonly after: FileVersion } | null {
  if (view.show === "comparison") {
    const [after, before] = versions.filter(({ id }) => view.marked.includes(id));
    return after && before ? { before, after } : null;
  }
  const at = view.chosen === null ? 0 : versions.findIndex(({ id }) => id === view.chosen);
  const after = versions[at];
  return after ? { before: versions[at + 1] ?? null, after } : null;
}

/** What a key means in the list of versions. */
export type VersionCommand =
  | { readonly type: "move"; readonly to: number }
  | { readonly type: "act"; readonly action: "content" | "mark" | "roll-back" | "pin" };

export function versionCommand(key: string, at: number, length: number): VersionCommand | null {
  const move = (to: number): VersionCommand => ({
    type: "move",
    to: Math.min(length - 1, Math.max(0, to)),
  });
  switch (key) {
    case "ArrowDown":
      return move(at + 1);
    case "ArrowUp":
      return move(at - 1);
    case "Home":
      return move(0);
    case "End":
      return move(length - 1);
    case "Enter":
      return { type: "act", action: "content" };
    case "c":
      return { type: "act", action: "mark" };
    case "r":
      return { type: "act", action: "roll-back" };
    case "p":
      return { type: "act", action: "pin" };
    default:
      return null;
  }
}
