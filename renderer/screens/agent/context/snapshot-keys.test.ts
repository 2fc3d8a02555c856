import { expect, test } from "vitest";
import { movedIndex, snapshotCommand } from "./snapshot-keys.ts";

const press = { ctrlKey: false, metaKey: false, altKey: false };

test("letters act on the chosen snapshot, and never with a modifier", () => {
  expect(snapshotCommand({ ...press, key: "f" })).toEqual({ type: "act", action: "fork" });
  expect(snapshotCommand({ ...press, key: "Enter" })).toEqual({ type: "act", action: "view" });
  expect(snapshotCommand({ ...press, key: "r", ctrlKey: true })).toBeNull();
  expect(snapshotCommand({ ...press, key: "constructor" })).toBeNull();
});

test("arrows stop at both ends, and the first of them chooses the first", () => {
  expect(movedIndex(-1, 3, "next")).toBe(0);
  expect(movedIndex(-1, 3, "previous")).toBe(0);
  expect(movedIndex(2, 3, "next")).toBe(2);
  expect(movedIndex(0, 3, "previous")).toBe(0);
  expect(movedIndex(0, 3, "last")).toBe(2);
});
