import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { FileWatcher, WatchMode } from "../kernel/ports.ts";
import { createFileWatcher, WATCH_LIMITS } from "./file-watcher.ts";

let root: string;
let watcher: FileWatcher;
let told: Set<string>;
let modes: WatchMode[];
let wake: () => void;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "aios-watch-")));
  told = new Set();
  modes = [];
  wake = () => {};
});
afterEach(async () => {
  await watcher.close();
  rmSync(root, { recursive: true });
});

async function start(limits: Partial<Record<keyof typeof WATCH_LIMITS, number>> = {}): Promise<void> {
  watcher = createFileWatcher(root, { limits: { ...WATCH_LIMITS, ...limits } });
  await watcher.watch(
    (paths) => {
      for (const path of paths) told.add(path);
      wake();
    },
    (mode) => modes.push(mode),
  );
  await hears(".");
  told.clear();
}

/** Waits until all of them were told. */
async function hears(...paths: readonly string[]): Promise<void> {
  while (!paths.every((path) => told.has(path))) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

test("tells what was made, changed, moved and deleted, in new folders too", async () => {
  writeFileSync(join(root, "old.txt"), "old");
  await start();
  expect(modes).toEqual([{ type: "watching" }]);
  writeFileSync(join(root, "old.txt"), "changed");
  mkdirSync(join(root, "new/deep"), { recursive: true });
  writeFileSync(join(root, "new/deep/file.txt"), "new");
  await hears("old.txt", "new/deep/file.txt");
  told.clear();
  renameSync(join(root, "new"), join(root, "moved"));
  rmSync(join(root, "old.txt"));
  await hears("old.txt", "new/deep/file.txt", "moved/deep/file.txt");
});

test("leaves out the trash, unfinished writes and what programs make again, and follows no link", async () => {
  const outside = realpathSync(mkdtempSync(join(tmpdir(), "aios-watch-outside-")));
  symlinkSync(outside, join(root, "link"));
  for (const folder of [".trash/x", ".git", "node_modules/pack", "inner"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  await start();
  for (const path of [".trash/x/a", ".git/HEAD", "node_modules/pack/a.js", ".aios-0123456789abcdef.tmp"]) {
    writeFileSync(join(root, path), "x");
  }
  writeFileSync(join(outside, "a"), "x");
  writeFileSync(join(root, "inner/.aios-0123456789abcdef.tmp"), "x");
  writeFileSync(join(root, "inner/last.txt"), "x");
  await hears("inner/last.txt");
  expect([...told].filter((path) => path !== "inner")).toEqual(["inner/last.txt"]);
  rmSync(outside, { recursive: true });
});

test("says that a tree is too large, and has it looked through from time to time", async () => {
  for (const n of [1, 2, 3, 4, 5]) writeFileSync(join(root, `${n}.txt`), "x");
  await start({ entries: 4, scanMs: 5 });
  expect(modes).toEqual([{ type: "scanning", reason: "it has more than 4 entries" }]);
  await hears(".");
  told.clear();
  await hears(".");
});

test("a burst of changes is told as one look at everything", async () => {
  await start({ paths: 10 });
  for (let n = 0; n < 50; n++) writeFileSync(join(root, `${n}.txt`), "x");
  await hears(".");
});
