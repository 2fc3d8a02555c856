import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lockFolder } from "./folder-lock.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-lock-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("folder lock", () => {
  test("can be taken again after release, and release does no harm twice", async () => {
    const lock = await lockFolder(folder);
    lock.release();
    const next = await lockFolder(folder);
    lock.release();
    await expect(lockFolder(folder)).rejects.toMatchObject({ data: { code: "data-folder-in-use" } });
    next.release();
    expect(readdirSync(folder)).toEqual(["kernel.lock"]);
  });

  test("a holder whose name cannot be read is still refused", async () => {
    const lock = await lockFolder(folder);
    writeFileSync(join(folder, "kernel.holder.json"), "not json");
    await expect(lockFolder(folder)).rejects.toThrow("in use by another process");
    lock.release();
  });

  test("a lock file with foreign content is reported with the way out", async () => {
    writeFileSync(join(folder, "kernel.lock"), "x".repeat(5_000));
    await expect(lockFolder(folder)).rejects.toMatchObject({ data: { code: "storage-failed" } });
  });
});
