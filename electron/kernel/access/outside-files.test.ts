import { expect, test } from "vitest";
import { outsideAmong } from "./outside-files.ts";

const OUTSIDE = ["downloads", "notes/summary.txt", "mail/a", "mail/b", "mail/c", "mail/d"];

test.each([
  [["notes/summary.txt"], ["notes/summary.txt"]],
  [["notes"], ["notes/summary.txt"]],
  [["downloads/deep/file"], ["downloads"]],
  [["notes/summary", "download", "own.txt"], []],
  [[], []],
])("%j brings in %j", (paths, found) => {
  expect(outsideAmong(paths, OUTSIDE)).toEqual(found);
});

test("a workspace that is marked as a whole marks whoever reads anything in it", () => {
  expect(outsideAmong(["own.txt"], ["."])).toEqual(["."]);
  expect(outsideAmong([], ["."])).toEqual([]);
});

test("the workspace as a whole, or what nobody knows, brings in everything, a few named", () => {
  expect(outsideAmong(["."], OUTSIDE)).toEqual(OUTSIDE.slice(0, 4));
  expect(outsideAmong(null, OUTSIDE)).toEqual(OUTSIDE.slice(0, 4));
  expect(outsideAmong(null, [])).toEqual([]);
});
