import type { TreeLine } from "./tree.ts";

/** What a key does in the tree (WAI-ARIA Authoring Practices, "Treegrid", rows only). */
export type TreeCommand =
  | { readonly type: "move"; readonly to: number }
  | { readonly type: "open"; readonly path: string }
  | { readonly type: "close"; readonly path: string }
  | { readonly type: "choose" }
  | { readonly type: "up" }
  | { readonly type: "rename" }
  | { readonly type: "delete" };

/** The command of a key on the line at `at` (-1: none yet); null when it is none. `page` is the lines in view. */
export function treeCommand(
  key: string,
  lines: readonly TreeLine[],
  at: number,
  page: number,
): TreeCommand | null {
  const line = lines[at];
  const move = (to: number): TreeCommand | null =>
    lines.length === 0 ? null : { type: "move", to: Math.min(lines.length - 1, Math.max(0, to)) };
  switch (key) {
    case "ArrowDown":
      return move(at + 1);
    case "ArrowUp":
      return move(at < 0 ? 0 : at - 1);
    case "PageDown":
      return move(Math.max(at, 0) + page);
    case "PageUp":
      return move(at - page);
    case "Home":
      return move(0);
    case "End":
      return move(lines.length - 1);
    case "ArrowRight":
      if (line?.type !== "entry" || line.expansion === "none") return null;
      return line.expansion === "closed" ? { type: "open", path: line.row.path } : move(at + 1);
    case "ArrowLeft": {
      if (!line) return null;
      if (line.type === "entry" && line.expansion === "open") return { type: "close", path: line.row.path };
      const parent = lines.findLastIndex((each, index) => index < at && each.level < line.level);
      return parent < 0 ? null : move(parent);
    }
    case "Enter":
    case " ":
      return line ? { type: "choose" } : null;
    case "Backspace":
      return { type: "up" };
    case "F2":
      return line?.type === "entry" ? { type: "rename" } : null;
    case "Delete":
      return line?.type === "entry" ? { type: "delete" } : null;
    default:
      return null;
  }
}
