import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { moveToTrash } from "./file-trash.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "aios-trash-"));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});
const at = new Date("2026-11-22T19:41:05.123Z");

describe("moving to the trash", () => {
  test("keeps name and content, and records where it was and when", async () => {
    mkdirSync(join(root, "notes"));
    writeFileSync(join(root, "notes/a.txt"), "text");
    const trashed = await moveToTrash(root, ["notes", "a.txt"], at);
    expect(trashed).toMatch(/^\.trash\/20261122-194105-[0-9a-f]{8}\/a\.txt$/);
    expect(readFileSync(join(root, trashed), "utf8")).toBe("text");
    expect(existsSync(join(root, "notes/a.txt"))).toBe(false);
    const record = readFileSync(join(root, trashed.replace(/\/a\.txt$/, ".json")), "utf8");
    expect(JSON.parse(record)).toEqual({ path: "notes/a.txt", trashedAt: at.getTime() });
  });

  test("gives the same name at the same time two places", async () => {
    const places = new Set<string>();
    for (let round = 0; round < 3; round++) {
      writeFileSync(join(root, "a.txt"), String(round));
      places.add(await moveToTrash(root, ["a.txt"], at));
    }
    expect(places.size).toBe(3);
    expect(readdirSync(root)).toEqual([".trash"]);
  });
});
