import { expect, test } from "vitest";
import { versionId } from "../../../shared/files.ts";
import { madeVersion } from "./made-files.ts";
import { beforeRollBack, newerOf, restorable } from "./undo.ts";

const row = (path: string, deleted: number, last: number) => ({
  path,
  deleted: madeVersion(deleted, { path, hash: null, change: { type: "deleted" } }),
  last: madeVersion(last, { path }),
});

test("what was just deleted comes back, a folder's files with it, and nothing deleted earlier", () => {
  const rows = [
    row("notes/a.md", 9, 3),
    row("notes/b.md", 8, 4),
    row("notes-old/c.md", 7, 2),
    row("notes/z.md", 5, 1),
  ];
  expect(restorable(rows, "notes", new Set([versionId(5)]))).toEqual(["v3", "v4"]);
  expect(restorable(rows, "notes/a.md", new Set())).toEqual(["v3"]);
  expect(restorable(rows, "elsewhere", new Set())).toEqual([]);
});

test("a roll back is taken back by the newest version, unless the file was not there", () => {
  expect(beforeRollBack([madeVersion(9), madeVersion(3)])).toBe("v9");
  expect(beforeRollBack([madeVersion(9, { hash: null }), madeVersion(3)])).toBeNull();
  expect(beforeRollBack([])).toBeNull();
});

test("of two looks the newer counts, by the number of its version", () => {
  expect(newerOf(madeVersion(9), madeVersion(10))?.id).toBe("v10");
  expect(newerOf(madeVersion(10), madeVersion(9))?.id).toBe("v10");
  expect(newerOf(null, madeVersion(9))?.id).toBe("v9");
  expect(newerOf(null, null)).toBeNull();
});
