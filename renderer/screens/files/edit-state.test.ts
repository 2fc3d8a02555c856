import { expect, test } from "vitest";
import { contentLines, LINE_CHARACTERS, shownLine } from "./content-lines.ts";
import { conflictOf, type Draft, isChanged } from "./edit-state.ts";
import { madeVersion } from "./made-files.ts";

const draft = (text: string): Draft => ({ text, base: { text: "old", version: madeVersion(3) } });

test("a draft has changed when it is another text than the file's", () => {
  expect(isChanged(draft("old"))).toBe(false);
  expect(isChanged(draft("new"))).toBe(true);
});

test("a newer version with another content is a conflict", () => {
  expect(conflictOf(draft("new"), madeVersion(3))).toBeNull();
  expect(conflictOf(draft("new"), null)).toBeNull();
  expect(conflictOf(draft("new"), madeVersion(5))?.id).toBe("v5");
  expect(conflictOf(draft("new"), madeVersion(5, { hash: madeVersion(3).hash }))).toBeNull();
  expect(conflictOf(draft("new"), madeVersion(5, { hash: null, change: { type: "deleted" } }))?.id).toBe(
    "v5",
  );
});

test("a text is shown in lines, the last line feed ends the last one, and endless lines are cut", () => {
  expect(contentLines("a\r\nb\n\nc\n")).toEqual(["a", "b", "", "c"]);
  expect(contentLines("")).toEqual([]);
  expect(contentLines("\n")).toEqual([""]);
  expect(shownLine("x".repeat(LINE_CHARACTERS + 7))).toMatch(/ … \(7 more characters\)$/);
});
