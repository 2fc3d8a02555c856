import { structuredPatch } from "diff";
import type { Preview } from "../../../shared/permission.ts";

/** Unchanged lines shown around a change. */
const CONTEXT_LINES = 3;
/** Edits searched for before two texts count as unlike: keeps the screen's thread free. */
const MOST_EDITS = 2_000;

export type FileChange = Extract<Preview, { readonly type: "file-change" }>;

/** One line of a unified diff. Line numbers start at 1 and are null on the side where the line is not. */
export type DiffRow =
  | {
      readonly type: "same" | "added" | "removed";
      readonly before: number | null;
      readonly after: number | null;
      readonly text: string;
    }
  /** Unchanged lines left out. */
  | { readonly type: "gap"; readonly lines: number }
  | { readonly type: "no-newline" };

export interface FileDiff {
  readonly change: "new" | "deleted" | "changed" | "unchanged";
  readonly rows: readonly DiffRow[];
  readonly added: number;
  readonly removed: number;
}

/** Lines of a text without the empty one after its last line feed. */
function linesOf(text: string): readonly string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  return text.endsWith("\n") ? lines.slice(0, -1) : lines;
}

const addedRows = (text: string): readonly DiffRow[] =>
  linesOf(text).map((line, index) => ({ type: "added", before: null, after: index + 1, text: line }));
const removedRows = (text: string): readonly DiffRow[] =>
  linesOf(text).map((line, index) => ({ type: "removed", before: index + 1, after: null, text: line }));

/** The unified diff of a file change. Texts too unlike to align are shown as all removed, then all added. */
export function diffOf({ before, after }: FileChange): FileDiff {
  if (before === null && after === null) return { change: "unchanged", rows: [], added: 0, removed: 0 };
  if (before === null) return counted("new", addedRows(after ?? ""));
  if (after === null) return counted("deleted", removedRows(before));
  if (before === after) return { change: "unchanged", rows: [], added: 0, removed: 0 };
  return counted("changed", aligned(before, after) ?? [...removedRows(before), ...addedRows(after)]);
}

function counted(change: FileDiff["change"], rows: readonly DiffRow[]): FileDiff {
  const count = (type: DiffRow["type"]): number => rows.filter((row) => row.type === type).length;
  return { change, rows, added: count("added"), removed: count("removed") };
}

function aligned(before: string, after: string): readonly DiffRow[] | null {
  const patch = structuredPatch("", "", before, after, "", "", {
    context: CONTEXT_LINES,
    maxEditLength: MOST_EDITS,
  });
  if (!patch) return null;
  const rows: DiffRow[] = [];
  let old = 1;
  let now = 1;
  for (const hunk of patch.hunks) {
    if (hunk.oldStart > old) rows.push({ type: "gap", lines: hunk.oldStart - old });
    now += hunk.oldStart - old;
    old = hunk.oldStart;
    for (const line of hunk.lines) {
      const text = line.slice(1);
      switch (line[0]) {
        case "+":
          rows.push({ type: "added", before: null, after: now++, text });
          break;
        case "-":
          rows.push({ type: "removed", before: old++, after: null, text });
          break;
        case "\\":
          rows.push({ type: "no-newline" });
          break;
        default:
          rows.push({ type: "same", before: old++, after: now++, text });
      }
    }
  }
  const left = linesOf(before).length - (old - 1);
  if (left > 0) rows.push({ type: "gap", lines: left });
  return rows;
}
