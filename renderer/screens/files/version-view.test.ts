import { expect, test } from "vitest";
import { versionId } from "../../../shared/files.ts";
import { madeVersion } from "./made-files.ts";
import {
  FIRST_VIEW,
  nextView,
  sidesOf,
  type VersionView,
  type ViewStep,
  versionCommand,
} from "./version-view.ts";

const versions = [9, 7, 4].map((n) => madeVersion(n));
const after = (...steps: readonly ViewStep[]): VersionView => steps.reduce(nextView, FIRST_VIEW);
const sides = (view: VersionView) => {
  const found = sidesOf(view, versions);
  return found && [found.before?.id ?? null, found.after.id];
};
const mark = (n: number): ViewStep => ({ type: "mark", id: versionId(n) });
const choose = (n: number): ViewStep => ({ type: "choose", id: versionId(n) });

test("a version is shown against the one before it, the first against nothing", () => {
  expect(sides(FIRST_VIEW)).toEqual(["v7", "v9"]);
  expect(sides(after(choose(4)))).toEqual([null, "v4"]);
  expect(sidesOf(FIRST_VIEW, [])).toBeNull();
});

test("two marks compare, the older first, in whatever order they were made", () => {
  expect(sides(after(mark(4), mark(9)))).toEqual(["v4", "v9"]);
  expect(sides(after(mark(9), mark(4)))).toEqual(["v4", "v9"]);
  expect(after(mark(9)).show).toBe("change");
});

test("moving about keeps the first mark; a third mark takes the place of the first", () => {
  expect(after(mark(9), choose(7)).marked).toEqual(["v9"]);
  expect(sides(after(mark(9), mark(7), mark(4)))).toEqual(["v4", "v7"]);
});

test("a comparison is left by choosing, by taking a mark off, and by showing something else", () => {
  const both = [mark(9), mark(4)];
  expect(after(...both, choose(7))).toEqual({ chosen: "v7", marked: [], show: "change" });
  expect(after(...both, mark(9))).toMatchObject({ marked: ["v4"], show: "change" });
  expect(after(...both, { type: "show", show: "content" })).toMatchObject({ marked: [], show: "content" });
});

test("a mark whose version is gone compares nothing", () => {
  expect(sides(after(mark(1), mark(4)))).toBeNull();
});

test("keys move inside the list and act", () => {
  expect(versionCommand("ArrowUp", 0, 3)).toEqual({ type: "move", to: 0 });
  expect(versionCommand("End", 0, 3)).toEqual({ type: "move", to: 2 });
  expect(versionCommand("r", 0, 3)).toEqual({ type: "act", action: "roll-back" });
  expect(versionCommand("x", 0, 3)).toBeNull();
});
