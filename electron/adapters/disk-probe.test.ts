import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDiskProbe } from "./disk-probe.ts";

let dataFolder = "";
beforeEach(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), "aios-disk-"));
  for (const name of ["workspace/inner", "versions"])
    await mkdir(join(dataFolder, name), { recursive: true });
});
afterEach(() => rmSync(dataFolder, { recursive: true, force: true }));

const probeOf = (now: () => number = () => 0) =>
  createDiskProbe({
    dataFolder,
    workspace: join(dataFolder, "workspace"),
    versions: join(dataFolder, "versions"),
    memoryFile: join(dataFolder, "memory.db"),
    eventsFile: join(dataFolder, "events.db"),
    now,
  });

test("holds a reserve, gives it away, and takes it again with a try that leaves nothing behind", async () => {
  const disk = probeOf();
  await disk.reserve();
  const { size } = statSync(join(dataFolder, "reserve"));
  expect(size).toBeGreaterThan(0);
  expect(size).toBeLessThanOrEqual(4 * 1024 * 1024);
  await disk.release();
  await disk.release();
  expect(readdirSync(dataFolder).sort()).toEqual(["versions", "workspace"]);
  await disk.probe();
  expect(readdirSync(dataFolder).sort()).toEqual(["reserve", "versions", "workspace"]);
  expect(readdirSync(join(dataFolder, "workspace"))).toEqual(["inner"]);
});

test("names the folder that cannot be written", async () => {
  rmSync(join(dataFolder, "versions"), { recursive: true });
  writeFileSync(join(dataFolder, "versions"), "in the way");
  await expect(probeOf().probe()).rejects.toMatchObject({
    data: { code: "storage-failed", message: expect.stringContaining(join(dataFolder, "versions")) },
  });
});

test("adds up what each part takes, follows no link, and walks again after a while only", async () => {
  writeFileSync(join(dataFolder, "workspace/inner/a.txt"), Buffer.alloc(100_000, 1));
  writeFileSync(join(dataFolder, "versions/v"), Buffer.alloc(50_000, 1));
  writeFileSync(join(dataFolder, "memory.db"), Buffer.alloc(8_192, 1));
  writeFileSync(join(dataFolder, "events.db"), Buffer.alloc(8_192, 1));
  writeFileSync(join(dataFolder, "events.db-wal"), Buffer.alloc(4_096, 1));
  symlinkSync("/usr", join(dataFolder, "workspace/elsewhere"));
  let now = 0;
  const disk = probeOf(() => now);
  const use = await disk.measure();
  expect(use).toMatchObject({ memoryBytes: 8_192, logBytes: 12_288 });
  expect(use.workspaceBytes).toBeGreaterThanOrEqual(100_000);
  expect(use.workspaceBytes).toBeLessThan(120_000);
  expect(use.versionBytes).toBeGreaterThanOrEqual(50_000);
  expect(use.dataBytes).toBeGreaterThanOrEqual(use.workspaceBytes + use.versionBytes + 20_480);
  expect(use.dataBytes).toBeLessThan(300_000);
  expect(use.freeBytes).toBeGreaterThan(0);
  writeFileSync(join(dataFolder, "workspace/b.txt"), Buffer.alloc(100_000, 1));
  now = 29_000;
  expect((await disk.measure()).workspaceBytes).toBe(use.workspaceBytes);
  now = 30_000;
  expect((await disk.measure()).workspaceBytes).toBeGreaterThanOrEqual(200_000);
});
