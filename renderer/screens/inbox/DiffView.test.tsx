import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { DiffView } from "./DiffView.tsx";
import type { FileChange } from "./file-diff.ts";

const change = (before: string | null, after: string | null, cut: FileChange["cut"] = "whole"): string =>
  renderToStaticMarkup(<DiffView change={{ type: "file-change", path: "notes.md", before, after, cut }} />);

test("a new and a deleted file are called so", () => {
  expect(change(null, "one\n")).toContain("New file");
  expect(change("one\n", null)).toContain("Deleted file");
  expect(change(null, "")).toContain("The file is empty");
});

test("added and removed lines are told apart by more than colour", () => {
  const markup = change("old\n", "new\n");
  expect(markup).toContain("−");
  expect(markup).toContain(">removed<");
  expect(markup).toContain(">added<");
});

test("a cut preview says that it is cut, and hidden characters are named", () => {
  expect(change(null, "a\u202Eb\n", "cut")).toContain("The preview is cut");
  expect(change(null, "a\u202Eb\n")).toContain(">RLO<");
  expect(change(null, "a\u202Eb\n")).not.toContain("\u202E");
});

test("a long diff is drawn in part, and the rest is counted", () => {
  expect(change(null, "line\n".repeat(1_000))).toContain("Show the other 600 lines");
});
