import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { PlanPreviewStep } from "../../../shared/permission.ts";
import { PlanView } from "./PlanView.tsx";

const shown = (steps: readonly PlanPreviewStep[], cut: "whole" | "cut" = "whole"): string =>
  renderToStaticMarkup(<PlanView preview={{ type: "plan", steps, cut }} />);

const move = (n: number): PlanPreviewStep => ({
  step: { type: "move", from: `a${n}.txt`, to: `b/a${n}.txt` },
  now: "file",
});

test("steps stand under what they do, numbered through", () => {
  const markup = shown([{ step: { type: "make-folder", path: "b" }, now: "nothing" }, move(1), move(2)]);
  expect(markup).toContain("Make 1 folder");
  expect(markup).toContain("Move 2 files or folders");
  expect(markup).toContain('start="2"');
});

test("what is replaced, and what is more than a file, is said", () => {
  const markup = shown(
    [
      { step: { type: "write", path: "a.txt", content: "new\u202E" }, now: "file" },
      { step: { type: "delete", path: "old" }, now: "folder" },
    ],
    "cut",
  );
  expect(markup).toContain("replaces the file");
  expect(markup).toContain("the folder with all that is in it");
  expect(markup).toContain("Texts are cut here");
  expect(markup).not.toContain("\u202E");
});

test("a long plan is drawn in part, and the rest is counted", () => {
  expect(shown(Array.from({ length: 450 }, (_, n) => move(n)))).toContain("Show the other 250 steps");
});
