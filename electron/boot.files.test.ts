import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { FileVersion } from "../shared/files.ts";
import { type BootedKernel, bootKernel } from "./boot.ts";

let folder: string;
let kernel: BootedKernel;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-boot-files-"));
});
afterEach(async () => {
  await kernel.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Waits until the state has a change of that file. */
async function changeOf(path: string, hash: "there" | "gone"): Promise<FileVersion> {
  for (;;) {
    const found = kernel.feed
      .state()
      .fileChanges.find((each) => each.path === path && (each.hash === null) === (hash === "gone"));
    if (found) return found;
    await new Promise<void>((resolve) => {
      const stop = kernel.feed.onCommit(() => {
        stop();
        resolve();
      });
    });
  }
}

test("what other programs do is a version, while the program runs and while it does not", async () => {
  const discoveryPorts = { ollama: null, "lm-studio": null, "llama-server": null, vllm: null };
  const boot = () => bootKernel({ host: "headless", dataFolder: folder, discoveryPorts });
  mkdirSync(join(folder, "workspace"));
  writeFileSync(join(folder, "workspace/before.txt"), "before");
  kernel = await boot();
  expect(await changeOf("before.txt", "there")).toMatchObject({ author: { type: "outside" }, bytes: 6 });
  writeFileSync(join(folder, "workspace/while.txt"), "while it runs");
  expect(await changeOf("while.txt", "there")).toMatchObject({ change: { type: "created" } });
  await kernel.stop();
  rmSync(join(folder, "workspace/before.txt"));
  kernel = await boot();
  expect(await changeOf("before.txt", "gone")).toMatchObject({ change: { type: "deleted" } });
});
