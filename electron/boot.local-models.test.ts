import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { MethodParsed } from "../shared/contract.ts";
import { coreId } from "../shared/ids.ts";
import { addOnEntry } from "./adapters/llama/add-on-folder.ts";
import { TINY, writeRandomModel } from "./adapters/llama/testing/random-model.ts";
import { openFileServer, serveFile } from "./adapters/model-files/testing/file-server.ts";
import { type BootedKernel, bootKernel, PROGRAM_FOLDER } from "./boot.ts";

const NOWHERE = { ollama: null, "lm-studio": null, "llama-server": null, vllm: null };
const CHOICE: Omit<MethodParsed<"models.addLocal">, "file"> = {
  title: "",
  slots: 2,
  contextTokens: 8_192,
  kvRamBytes: null,
  kvDiskBytes: null,
  threads: 1,
};

let folder = "";
let bytes = Buffer.alloc(0);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-local-"));
  const file = join(folder, "source.gguf");
  writeRandomModel(file, TINY);
  bytes = readFileSync(file);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const running: BootedKernel[] = [];
afterEach(async () => {
  for (const kernel of running.splice(0)) await kernel.stop();
});

async function boot(): Promise<BootedKernel> {
  const kernel = await bootKernel({
    host: "headless",
    dataFolder: join(folder, "data"),
    discoveryPorts: NOWHERE,
  });
  running.push(kernel);
  return kernel;
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 10) {
    if (waited > 20_000) throw new Error(`Never came true: ${String(condition)}`);
    await delay(10);
  }
}

const ID = coreId("local/tiny");
const coreOf = ({ feed }: BootedKernel) => feed.state().cores.get(ID);
const jobsOf = ({ feed }: BootedKernel) => [...feed.state().jobs.values()];

describe("a model file, by the program as it is", () => {
  test("is got from an address, added, and there again after a restart", async () => {
    const server = await openFileServer(serveFile(bytes));
    const kernel = await boot();
    try {
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      await kernel.handlers["models.download"]({ url: server.address, sha256 });
      await until(() => jobsOf(kernel).at(-1)?.end !== null);
    } finally {
      await server.close();
    }
    const file = join(folder, "data", "models", "tiny.gguf");
    expect(jobsOf(kernel).at(-1)?.end).toEqual({ status: "done", text: file });
    expect((await kernel.handlers["models.files"]({})).files).toMatchObject([
      { file, architecture: "llama" },
    ]);
    await kernel.handlers["models.addLocal"]({ file, ...CHOICE });
    expect(coreOf(kernel)).toMatchObject({ model: "tiny", local: { file, bytes: bytes.length } });
    await kernel.stop();
    running.splice(0);
    const again = await boot();
    await until(() => coreOf(again) !== undefined);
    expect(coreOf(again)).toMatchObject({ id: ID, capabilities: { contextTokens: 8_192 } });
  });

  test.runIf(addOnEntry(PROGRAM_FOLDER) !== null)(
    "is loaded, answers an agent, and is unloaded",
    async () => {
      const kernel = await boot();
      await kernel.handlers["cores.load"]({ coreId: ID });
      await until(() => coreOf(kernel)?.local?.load.status === "loaded");
      const { agentId } = await kernel.handlers["agents.launch"]({
        agent: "maths-tutor",
        task: "1 + 1",
        model: "tiny",
      });
      await until(
        () =>
          (kernel.feed.state().agents.get(agentId)?.outputTokens ?? 0) > 0 ||
          (kernel.feed.state().agents.get(agentId)?.ending ?? null) !== null,
      );
      expect(kernel.feed.state().agents.get(agentId)?.error ?? null).toBeNull();
      await kernel.handlers["agents.kill"]({ agentId }).catch(() => {});
      await until(() => [...kernel.feed.state().syscalls.values()].length === 0);
      await kernel.handlers["cores.unload"]({ coreId: ID });
      await until(() => coreOf(kernel)?.local?.load.status === "unloaded");
    },
  );

  test("whose file is gone is still listed, with the reason", async () => {
    const file = join(folder, "data", "models", "tiny.gguf");
    renameSync(file, `${file}.away`);
    const kernel = await boot();
    renameSync(`${file}.away`, file);
    await until(() => coreOf(kernel)?.health.status === "failing");
    expect(coreOf(kernel)).toMatchObject({
      health: { status: "failing", error: { code: "not-found" } },
      local: { load: { status: "failed" } },
    });
  });

  test("that is removed leaves its file and is listed no more", async () => {
    const kernel = await boot();
    await kernel.handlers["cores.remove"]({ coreId: ID });
    await until(() => coreOf(kernel) === undefined);
    expect(existsSync(join(folder, "data", "models", "tiny.gguf"))).toBe(true);
  });
});
