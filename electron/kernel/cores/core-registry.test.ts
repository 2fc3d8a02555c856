import { describe, expect, test } from "vitest";
import type { CoreConfig } from "../../../shared/cores.ts";
import { coreId } from "../../../shared/ids.ts";
import type { LlmCore } from "../ports.ts";
import { settle } from "../testing/manual-clock.ts";
import { modelError, type Script, ScriptedCore, type ScriptedReply, says } from "../testing/scripted-core.ts";
import { memoryConfig } from "../testing/test-kernel.ts";
import { Held, type StartOptions, useKernels } from "../testing/use-kernels.ts";

const start = useKernels();
const ADDRESS = "http://127.0.0.1:1234/v1";

/** Opens configured cores as scripted ones, which remember their key. */
function scriptedCores(script: Script) {
  const opened = new Map<string, { readonly core: ScriptedCore; readonly apiKey: string | null }>();
  const open = (config: CoreConfig, apiKey: string | null): LlmCore => {
    const { id, title, model, slots, source, baseUrl } = config;
    const core = new ScriptedCore(script, { id, model, slots });
    opened.set(id, { core, apiKey });
    return Object.assign(core, { info: { ...core.info, title, source, baseUrl } });
  };
  return { opened, open };
}

async function withCore(script: Script, options: StartOptions = {}) {
  const { opened, open } = scriptedCores(script);
  const started = await start(() => says("built in"), { ...options, factory: { open, ...options.factory } });
  const add = (fields: Partial<CoreConfig & { apiKey: string }> = {}) =>
    started.handlers["cores.add"]({
      title: "",
      baseUrl: ADDRESS,
      model: "big",
      apiKey: "",
      slots: 2,
      contextTokens: null,
      ...fields,
    });
  return { ...started, opened, add };
}

describe("a core that a person adds", () => {
  test("serves its model, and agents that name none, before the built-in ones", async () => {
    const { kernel, add } = await withCore(() => says("added"));
    expect(await add()).toMatchObject({ id: "127.0.0.1:1234/v1/big", title: "big at 127.0.0.1:1234" });
    expect((await kernel.ended(await kernel.launch())).answer).toBe("added");
    expect((await kernel.ended(await kernel.launch({ model: "scripted" }))).answer).toBe("built in");
  });

  test("is there once", async () => {
    const { add } = await withCore(() => says(""));
    await add();
    await expect(add()).rejects.toMatchObject({ data: { code: "conflict", field: "model" } });
  });

  test("keeps its key to itself: no event, no state, no configuration holds it", async () => {
    const config = memoryConfig();
    const { kernel, opened, add } = await withCore(() => modelError("model-unauthorised"), { config });
    await add({ apiKey: "sk-very-secret" });
    await kernel.ended(await kernel.launch());
    expect(opened.get("127.0.0.1:1234/v1/big")?.apiKey).toBe("sk-very-secret");
    const seen = JSON.stringify([kernel.events(), await config.load(), [...opened.keys()]]);
    expect(seen).not.toContain("sk-very-secret");
  });

  test.each([
    "http://me:secret@127.0.0.1:1",
    "http://127.0.0.1:1/v1?api-key=secret",
    "http://127.0.0.1:1/#secret",
  ])("whose address may hold a key is refused, naming the field: %s", async (baseUrl) => {
    const { kernel, add } = await withCore(() => says(""));
    await expect(add({ baseUrl })).rejects.toMatchObject({ data: { code: "bad-input", field: "baseUrl" } });
    expect(JSON.stringify(kernel.events())).not.toContain("secret");
  });

  test("is there again after a restart, once, with its slots; what is no core is left out", async () => {
    const config = memoryConfig();
    const { add, handlers } = await withCore(() => says(""), { config });
    const { id } = await add();
    await handlers["cores.setSlots"]({ coreId: id, slots: 7 });
    const saved = (await config.load()) ?? {};
    await config.save({ ...saved, cores: [saved.cores ?? [], saved.cores ?? [], { id: 5 }, 3].flat() });
    const again = await withCore(() => says(""), { config });
    await settle();
    const cores = [...again.kernel.kernel.feed.state().cores.values()];
    expect(cores.map((core) => [core.id, core.capabilities.slots])).toEqual([
      ["scripted", 4],
      [id, 7],
    ]);
  });
});

describe("a core that is removed", () => {
  test("leaves no call waiting for ever: queued, running and pausing ones fail", async () => {
    const model = new Held<ScriptedReply>();
    const script: Script = (_, call) => (call === 1 ? modelError("model-server-error") : model.ask());
    const { kernel, handlers, opened, add } = await withCore(script);
    const { id } = await add({ slots: 1 });
    const agents = [];
    for (let n = 0; n < 3; n += 1) agents.push(await kernel.launch({ model: "big" }));
    await kernel.seen("syscall.suspended");
    await kernel.clock.until(() => model.waiting === 1);
    const { core } = opened.get(id) ?? {};
    await handlers["cores.remove"]({ coreId: id });
    expect(core?.state).toBe("closed");
    // What still runs there comes to its end, here by the server's fault.
    model.give(Promise.reject(modelError("model-stream-dropped")));
    for (const agentId of agents) {
      expect((await kernel.ended(agentId, 20)).error?.code).toBe("model-not-found");
    }
    expect(kernel.kernel.path.liveCount()).toBe(0);
  });

  test("leaves its calls to another core of its model", async () => {
    const { kernel, handlers, add } = await withCore((_, call) =>
      call === 1 ? modelError("model-server-error") : says("other"),
    );
    const { id } = await add();
    await add({ baseUrl: "http://127.0.0.1:5/v1" });
    const agentId = await kernel.launch({ model: "big" });
    await kernel.seen("syscall.suspended");
    await handlers["cores.remove"]({ coreId: id });
    expect((await kernel.ended(agentId, 20)).ending).toBe("done");
  });

  test("cannot be a built-in one, nor one that is not there", async () => {
    const { handlers } = await withCore(() => says(""));
    const remove = (id: string) => handlers["cores.remove"]({ coreId: coreId(id) });
    await expect(remove("scripted")).rejects.toMatchObject({ data: { code: "not-allowed" } });
    await expect(remove("nothing")).rejects.toMatchObject({ data: { code: "model-not-found" } });
  });
});

test("a search adds what is found and removes what is gone", async () => {
  const config = (model: string): CoreConfig => ({
    id: coreId(`found/${model}`),
    title: model,
    baseUrl: ADDRESS,
    model,
    source: "found",
    slots: 1,
    contextTokens: null,
  });
  let found = ["one", "two"];
  const discover = async () => found.map((model) => ({ config: config(model), apiKey: null }));
  const { kernel, handlers } = await withCore(() => says(""), { factory: { discover } });
  found = ["two", "three"];
  expect(await handlers["cores.discover"]({})).toEqual({ found: ["found/two", "found/three"] });
  await settle();
  expect([...kernel.kernel.feed.state().cores.keys()]).toEqual(["scripted", "found/two", "found/three"]);
});

test("the default model of the settings serves agents that name none, while it is there", async () => {
  const { kernel, handlers, add } = await withCore(() => says("added"));
  await add();
  await handlers["settings.update"]({ defaultModel: "scripted" });
  expect((await kernel.ended(await kernel.launch())).answer).toBe("built in");
  await handlers["settings.update"]({ defaultModel: "gone" });
  expect((await kernel.ended(await kernel.launch())).answer).toBe("added");
});

test("a core out of the environment is tested with its key, which is nowhere else", async () => {
  const keys: (string | null)[] = [];
  const config: CoreConfig = {
    id: coreId("openai/big"),
    title: "big",
    baseUrl: ADDRESS,
    model: "big",
    source: "environment",
    slots: 1,
    contextTokens: null,
  };
  const { kernel, handlers } = await withCore(() => says(""), {
    factory: {
      discover: async () => [{ config, apiKey: "sk-of-the-environment" }],
      test: async (_baseUrl, _model, apiKey) => {
        keys.push(apiKey);
        return { ok: true, models: [], latencyMs: 0 };
      },
    },
  });
  await handlers["cores.test"]({ coreId: config.id });
  expect(keys).toEqual(["sk-of-the-environment"]);
  expect(JSON.stringify(kernel.events())).not.toContain("sk-of-the-environment");
});

test("two searches at once that both miss a server remove it once", async () => {
  let found = ["one", "two"];
  const config = (model: string): CoreConfig => ({
    id: coreId(`found/${model}`),
    title: model,
    baseUrl: ADDRESS,
    model,
    source: "found",
    slots: 1,
    contextTokens: null,
  });
  const discover = async () => found.map((model) => ({ config: config(model), apiKey: null }));
  const { handlers } = await withCore(() => says(""), { factory: { discover } });
  found = [];
  const searches = [handlers["cores.discover"]({}), handlers["cores.discover"]({})];
  expect(await Promise.all(searches)).toEqual([{ found: [] }, { found: [] }]);
});
