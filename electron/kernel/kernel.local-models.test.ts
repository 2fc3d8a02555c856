import { describe, expect, test } from "vitest";
import { KernelError } from "../../shared/errors.ts";
import { coreId } from "../../shared/ids.ts";
import type { JsonObject } from "../../shared/messages.ts";
import { FakeLocalCore } from "./testing/fake-local-core.ts";
import { FakeAddOn, FakeModelFiles, modelFacts } from "./testing/fake-models.ts";
import { settle } from "./testing/manual-clock.ts";
import { says } from "./testing/scripted-core.ts";
import { memoryConfig } from "./testing/test-kernel.ts";
import { type StartOptions, useKernels } from "./testing/use-kernels.ts";

const start = useKernels();
const FILE = "/models/small.gguf";
const ID = coreId("local/small");

const CHOICE = {
  title: "",
  slots: 2,
  contextTokens: null,
  kvRamBytes: null,
  kvDiskBytes: null,
  threads: null,
};

async function withModels(options: StartOptions & { readonly engine?: "there" | "missing" } = {}) {
  const models = new FakeModelFiles([modelFacts(FILE)]);
  const addOn = new FakeAddOn(options.engine === "missing" ? "missing" : "installed");
  const opened = new Map<string, FakeLocalCore>();
  const openLocal: NonNullable<StartOptions["factory"]>["openLocal"] = (config) => {
    const core = new FakeLocalCore(config);
    opened.set(config.id, core);
    return core;
  };
  const started = await start(() => says("built in"), { models, addOn, factory: { openLocal }, ...options });
  const add = (file = FILE, choice: Partial<typeof CHOICE> = {}) =>
    started.handlers["models.addLocal"]({ file, ...CHOICE, ...choice });
  const info = (id = ID) => started.kernel.kernel.feed.state().cores.get(id);
  return { ...started, models, addOn, opened, add, info };
}

describe("a model file that a person adds", () => {
  test("serves agents that name no model, and is listed as it is", async () => {
    const { kernel, add, info } = await withModels();
    expect(await add()).toMatchObject({
      id: ID,
      title: "small",
      model: "small",
      kind: "local",
      health: { status: "ready" },
      local: { file: FILE, load: { status: "unloaded" }, kv: { ramBudget: 4 * 8_192 * 1_000 } },
    });
    expect((await kernel.ended(await kernel.launch())).answer).toBe("local");
    expect(info()?.source).toBe("added");
  });

  test("is there once; another of its name is another model", async () => {
    const { add, models } = await withModels();
    await add();
    await expect(add()).rejects.toMatchObject({ data: { code: "conflict", field: "file" } });
    models.files.set("/other/small.gguf", modelFacts("/other/small.gguf"));
    expect(await add("/other/small.gguf")).toMatchObject({ id: "local/small-2", model: "small-2" });
  });

  test("that is not there, or is no model, is refused", async () => {
    const { add } = await withModels();
    await expect(add("/models/gone.gguf")).rejects.toMatchObject({ data: { code: "not-found" } });
  });

  test("is there again after a restart, with its slots and its budget", async () => {
    const config = memoryConfig();
    const { add, handlers } = await withModels({ config });
    await add();
    await handlers["cores.setSlots"]({ coreId: ID, slots: 5 });
    await handlers["cores.setKvBudget"]({ coreId: ID, kvRamBytes: 123, kvDiskBytes: 456 });
    const again = await withModels({ config });
    await settle();
    expect(again.info()).toMatchObject({
      capabilities: { slots: 5 },
      local: { kv: { ramBudget: 123, diskBudget: 456 } },
    });
    expect(again.opened.get(ID)?.slots).toBe(5);
  });

  test("that is removed is closed, and its file stays", async () => {
    const config = memoryConfig();
    const { add, handlers, opened, models, info } = await withModels({ config });
    await add();
    await handlers["cores.remove"]({ coreId: ID });
    await settle();
    expect(opened.get(ID)?.state).toBe("closed");
    expect([info(), models.files.has(FILE), (await config.load())?.cores]).toEqual([undefined, true, []]);
    // What it still has to say goes to nobody.
    opened.get(ID)?.becomes({ status: "unloaded" });
    await settle();
    expect(info()).toBeUndefined();
  });
});

describe("a model file that cannot run", () => {
  async function restarted(change: (parts: Awaited<ReturnType<typeof withModels>>) => StartOptions) {
    const config = memoryConfig();
    const first = await withModels({ config });
    await first.add();
    const again = await withModels({ config, ...change(first) });
    await settle();
    return again;
  }

  test("since its file is gone is still listed, with the reason, and leaves agents to others", async () => {
    const { info, kernel } = await restarted(() => ({ models: new FakeModelFiles() }));
    expect(info()).toMatchObject({
      health: {
        status: "failing",
        error: { code: "not-found", hint: expect.stringContaining("Put the file back") },
      },
      local: { load: { status: "failed", error: { code: "not-found" } } },
    });
    expect((await kernel.ended(await kernel.launch())).answer).toBe("built in");
  });

  test("since the engine is missing is listed too, and runs when that has come", async () => {
    const addOn = new FakeAddOn("missing");
    const { info, handlers, kernel } = await restarted(() => ({ addOn }));
    expect(info()).toMatchObject({ health: { status: "failing", error: { code: "addon-missing" } } });
    expect(kernel.kernel.feed.state().addOn).toMatchObject({ status: "missing" });
    await handlers["addon.install"]({});
    await kernel.seen("job.ended");
    await kernel.clock.until(() => info()?.health.status === "untested");
    expect(info()?.local?.load).toEqual({ status: "unloaded" });
    expect(kernel.kernel.feed.state().addOn).toMatchObject({ status: "installed", version: "1.0.0" });
    expect((await kernel.ended(await kernel.launch())).answer).toBe("local");
  });

  test("since it cannot even be opened is listed, and says why to whoever calls it", async () => {
    const { info, kernel } = await restarted(() => ({
      factory: {
        openLocal: () => {
          throw new KernelError("model-file-unusable", "the disk is gone");
        },
      },
    }));
    expect(info()).toMatchObject({ health: { status: "failing", error: { message: "the disk is gone" } } });
    const agent = await kernel.ended(await kernel.launch({ model: "small" }));
    expect(agent.error).toMatchObject({ code: "model-file-unusable" });
  });

  test("tells of a load that failed as of its health, and of one that succeeded after it", async () => {
    const { add, opened, info } = await withModels();
    await add();
    const error = new KernelError("model-file-unusable", "of another architecture").data;
    opened.get(ID)?.becomes({ status: "failed", error });
    await settle();
    expect(info()).toMatchObject({
      health: { status: "failing", error },
      local: { load: { status: "failed" } },
    });
    opened.get(ID)?.becomes({ status: "loaded", loadMs: 1 });
    await settle();
    expect(info()).toMatchObject({ health: { status: "ready" }, local: { load: { status: "loaded" } } });
  });
});

describe("a model file in memory", () => {
  test("is loaded and unloaded as the person says, which screens see", async () => {
    const { add, handlers, info } = await withModels();
    await add();
    await handlers["cores.load"]({ coreId: ID });
    expect(info()?.local?.load).toEqual({ status: "loaded", loadMs: 30 });
    await handlers["cores.unload"]({ coreId: ID });
    expect(info()?.local?.load).toEqual({ status: "unloaded" });
  });

  test.each(["cores.load", "cores.unload"] as const)("%s is for model files alone", async (method) => {
    const { handlers } = await withModels();
    const call = (id: string) => handlers[method]({ coreId: coreId(id) });
    await expect(call("scripted")).rejects.toMatchObject({ data: { code: "not-allowed" } });
    await expect(call("gone")).rejects.toMatchObject({ data: { code: "model-not-found" } });
  });

  test("that is removed forgets every agent", async () => {
    const { add, opened, kernel, handlers } = await withModels();
    await add();
    const agentId = await kernel.launch();
    await kernel.ended(agentId);
    await settle();
    opened.get(ID)?.forgotten.splice(0);
    await handlers["cores.remove"]({ coreId: ID });
    expect(opened.get(ID)?.forgotten).toEqual([agentId]);
  });

  test("forgets an agent that has ended", async () => {
    const { add, opened, kernel } = await withModels();
    await add();
    const agentId = await kernel.launch();
    await kernel.ended(agentId);
    await kernel.clock.until(() => opened.get(ID)?.forgotten.includes(agentId) === true);
  });
});

describe("long work", () => {
  test("brings a model file: checked, with its progress, under its name without what may be a key", async () => {
    const { models, handlers, kernel } = await withModels();
    const asked: unknown[] = [];
    models.get = async (url, sha256, run) => {
      asked.push([url, sha256]);
      run.progress({ done: 1, total: 2, message: "" });
      return FILE;
    };
    const url = "https://models.example/small.gguf?key=secret";
    const sha256 = "AB".repeat(32);
    const { jobId } = await handlers["models.download"]({ url, sha256 });
    await kernel.seen("job.ended");
    expect(asked).toEqual([[url, sha256.toLowerCase()]]);
    const [job] = kernel.kernel.feed.state().jobs.values();
    expect(job).toMatchObject({ id: jobId, title: "Get small.gguf", end: { status: "done", text: FILE } });
    expect(JSON.stringify(kernel.events())).not.toContain("secret");
    await handlers["jobs.dismiss"]({ jobId });
    expect(kernel.kernel.feed.state().jobs.size).toBe(0);
  });

  test("that is under way when the program stops is broken off", async () => {
    const { models, handlers, kernel } = await withModels();
    models.get = (_url, _sha256, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(new KernelError("cancelled", "cancelled")));
      });
    await handlers["models.download"]({ url: "http://models.example/a.gguf", sha256: "" });
    await settle();
    let last: JsonObject | unknown = null;
    kernel.kernel.feed.onCommit(() => {
      last = [...kernel.kernel.feed.state().jobs.values()].at(-1)?.end;
    });
    await kernel.kernel.stop("the test is over");
    expect(last).toEqual({ status: "cancelled" });
  });

  test("installs the engine once at a time, and not where it is", async () => {
    const { addOn, handlers, kernel } = await withModels({ engine: "missing" });
    addOn.work = ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(new KernelError("cancelled", "cancelled")));
      });
    const { jobId } = await handlers["addon.install"]({});
    await expect(handlers["addon.install"]({})).rejects.toMatchObject({ data: { code: "conflict" } });
    await handlers["jobs.cancel"]({ jobId });
    await kernel.seen("job.ended");
    expect(kernel.kernel.feed.state().addOn).toMatchObject({ status: "missing" });
    addOn.work = async () => {};
    await handlers["addon.install"]({});
    await kernel.seen("job.ended", 2);
    await expect(handlers["addon.install"]({})).rejects.toMatchObject({ data: { code: "conflict" } });
  });
});
