import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DiffRow, diffOf, type FileChange } from "./file-diff.ts";

const change = (before: string | null, after: string | null): FileChange => ({
  type: "file-change",
  path: "notes.md",
  before,
  after,
  cut: "whole",
});
const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\n`).join("");
const drawn = (rows: readonly DiffRow[]): readonly string[] =>
  rows.map((row) => {
    switch (row.type) {
      case "gap":
        return `~${row.lines}`;
      case "no-newline":
        return "\\";
      default:
        return `${{ same: " ", added: "+", removed: "-" }[row.type]}${row.before ?? ""}:${row.after ?? ""} ${row.text}`;
    }
  });

describe("diff of a file change", () => {
  test("a new file is all added, a deleted one all removed", () => {
    expect(diffOf(change(null, "1\n4\n"))).toMatchObject({ change: "new", added: 2, removed: 0 });
    expect(drawn(diffOf(change("1\n4\n", null)).rows)).toEqual(["-1: 1", "-2: 4"]);
    expect(diffOf(change(null, "")).rows).toEqual([]);
  });

  test("a change shows three lines around it, both line numbers, and how much is left out", () => {
    const before = numbered(1, 20);
    const { rows, added, removed } = diffOf(
      change(before, before.replace("line 10\n", "line ten\nand more\n")),
    );
    expect([added, removed]).toEqual([2, 1]);
    expect(drawn(rows)).toEqual([
      "~6",
      " 7:7 line 7",
      " 8:8 line 8",
      " 9:9 line 9",
      "-10: line 10",
      "+:10 line ten",
      "+:11 and more",
      " 11:12 line 11",
      " 12:13 line 12",
      " 13:14 line 13",
      "~7",
    ]);
  });

  test("a line feed that goes missing at the end is said", () => {
    expect(drawn(diffOf(change("a\n", "a")).rows)).toEqual(["-1: a", "+:1 a", "\\"]);
  });

  test("equal sides are unchanged", () => {
    expect(diffOf(change("same\n", "same\n"))).toMatchObject({ change: "unchanged", rows: [] });
  });

  test("texts too unlike to align are removed and added whole", () => {
    const before = Array.from({ length: 4_000 }, (_, index) => `old ${index}\n`).join("");
    const after = Array.from({ length: 4_000 }, (_, index) => `new ${index}\n`).join("");
    expect(diffOf(change(before, after))).toMatchObject({ change: "changed", added: 4_000, removed: 4_000 });
  });

  test("the rows hold every line of both sides, in order and numbered without a hole", () => {
    const text = fc
      .array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 30 })
      .map((lines) => lines.map((line) => `${line}\n`).join(""));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const { rows } = diffOf(change(before, after));
        const linesAfter = after.split("\n");
        const linesBefore = before.split("\n");
        for (const row of rows) {
          if (row.type === "gap" || row.type === "no-newline") continue;
          if (row.after !== null) expect(linesAfter[row.after - 1]).toBe(row.text);
          if (row.before !== null) expect(linesBefore[row.before - 1]).toBe(row.text);
        }
        const count = (type: DiffRow["type"]): number => rows.filter((row) => row.type === type).length;
        const net = linesAfter.length - linesBefore.length;
        expect(count("added") - count("removed")).toBe(net);
      }),
    );
  });
});
