import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { MountName } from "../../shared/files.ts";
import type { FileWatcher } from "../kernel/ports.ts";
import { createFileWatcher } from "./file-watcher.ts";
import { createMountedWatcher } from "./mounted-watcher.ts";
import { MountTable } from "./mounts/mount-table.ts";

let base: string;
let mounts: MountTable;
let watcher: FileWatcher;
const told = new Set<string>();
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "aios-mounted-watch-")));
  for (const folder of ["workspace", "before", "later"]) mkdirSync(join(base, folder));
  told.clear();
  mounts = new MountTable({ own: [], isSecret: () => false, isTaken: async () => false }, () => {});
  watcher = createMountedWatcher(createFileWatcher(join(base, "workspace")), mounts);
});
afterEach(async () => {
  await watcher.close();
  rmSync(base, { recursive: true });
});

const mount = (name: string) =>
  mounts.add({ name: name as MountName, folder: join(base, name), access: "read-write" });
const isTold = (path: string) => vi.waitFor(() => expect(told).toContain(path), { timeout: 20_000 });

test("tells what happens in the workspace and in every mounted folder, as long as it is mounted", async () => {
  await mount("before");
  await watcher.watch((paths) => {
    for (const path of paths) told.add(path);
  });
  await isTold("mounts/before");
  await mount("later");
  await isTold("mounts/later");
  writeFileSync(join(base, "workspace/a.md"), "a");
  writeFileSync(join(base, "before/b.md"), "b");
  writeFileSync(join(base, "later/c.md"), "c");
  for (const path of ["a.md", "mounts/before/b.md", "mounts/later/c.md"]) await isTold(path);
  mounts.remove("before" as MountName);
  writeFileSync(join(base, "before/d.md"), "d");
  writeFileSync(join(base, "later/e.md"), "e");
  await isTold("mounts/later/e.md");
  expect(told).not.toContain("mounts/before/d.md");
});
