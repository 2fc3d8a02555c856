import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { changedFiles } from "./changed-files.ts";

let folder = "";
const write = (path: string): string => {
  const place = join(folder, path);
  mkdirSync(join(place, ".."), { recursive: true });
  writeFileSync(place, "x");
  return place;
};
/** Long enough for the file system's clock to tell before from after. */
const laterOn = () => new Promise((resolve) => setTimeout(resolve, 60));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-changed-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("names what was written, at any depth, and nothing else", async () => {
  write("old.txt");
  write("notes/old.txt");
  await laterOn();
  const since = Date.now();
  write("new.txt");
  write("notes/new.txt");
  write("notes/old.txt");
  symlinkSync("/etc", join(folder, "link"));
  expect((await changedFiles(folder, since)).toSorted()).toEqual([
    "link",
    "new.txt",
    "notes/new.txt",
    "notes/old.txt",
  ]);
});

test("a program cannot hide a change by setting the clock of a file back", async () => {
  const since = Date.now();
  utimesSync(write("a.txt"), 1, 1);
  expect(await changedFiles(folder, since)).toEqual(["a.txt"]);
});

test("many files are named by their folder, many at the top by the whole", async () => {
  const since = Date.now();
  for (let n = 0; n < 150; n += 1) write(`many/deep/${n}`);
  write("few/1");
  expect((await changedFiles(folder, since)).toSorted()).toEqual(["few/1", "many"]);
  for (let n = 0; n < 150; n += 1) write(`${n}`);
  expect((await changedFiles(folder, since)).toSorted()).toEqual([".", "few/1", "many"]);
});

test("a folder that is gone holds nothing that changed", async () => {
  expect(await changedFiles(join(folder, "nowhere"), 0)).toEqual([]);
});
