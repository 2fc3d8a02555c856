import { expect, test } from "vitest";
import { type PlanStep, versionId } from "../../../shared/files.ts";
import { groupTitle, inverseOf, planGroups, stepText } from "./plan-groups.ts";

const move = (from: string, to: string): PlanStep => ({ type: "move", from, to });
const folder: PlanStep = { type: "make-folder", path: "grant" };

test("steps are grouped where they follow one another, and keep their places", () => {
  const groups = planGroups([folder, move("a", "grant/a"), move("b", "grant/b"), folder]);
  expect(groups.map(groupTitle)).toEqual(["Make 1 folder", "Move 2 files or folders", "Make 1 folder"]);
  expect(groups[1]?.steps.map(({ index }) => index)).toEqual([1, 2]);
  expect(planGroups([])).toEqual([]);
});

test("each step is said in a line", () => {
  expect(stepText(move("a", "grant/a"))).toBe("a → grant/a");
  expect(stepText({ type: "roll-back", path: "a", to: versionId(4) })).toBe("a to v4");
  expect(stepText({ type: "write", path: "a", content: "hello" })).toBe("a (5 characters)");
});

test("a plan of moves and copies is taken back in the reverse order", () => {
  expect(inverseOf([folder, move("a", "b"), { type: "copy", from: "b", to: "c" }, move("c", "d")])).toEqual([
    move("d", "c"),
    { type: "delete", path: "c" },
    move("b", "a"),
  ]);
});

test("a plan that changes contents is left to versions and the trash", () => {
  expect(inverseOf([move("a", "b"), { type: "delete", path: "c" }])).toBeNull();
  expect(inverseOf([{ type: "write", path: "c", content: "" }])).toBeNull();
  expect(inverseOf([folder])).toBeNull();
});
