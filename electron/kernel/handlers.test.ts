import { describe, expect, test } from "vitest";
import { agentId, seq } from "../../shared/ids.ts";
import { DEFAULT_SETTINGS } from "../../shared/settings.ts";
import { decodeState, encodeState } from "../../shared/state-wire.ts";
import { FLEET_AGENTS } from "./limits.ts";
import { settle } from "./testing/manual-clock.ts";
import { MemoryEventStore } from "./testing/memory-event-store.ts";
import { says } from "./testing/scripted-core.ts";
import { memoryConfig } from "./testing/test-kernel.ts";
import { useKernels } from "./testing/use-kernels.ts";

const start = useKernels();

describe("settings", () => {
  test("change at once, are an event, and are there again after a restart", async () => {
    const config = memoryConfig();
    const { kernel, handlers } = await start(() => says(""), { config });
    const changed = await handlers["settings.update"]({ policy: "fifo", sliceTokens: 9, mode: undefined });
    expect(changed).toEqual({ ...DEFAULT_SETTINGS, policy: "fifo", sliceTokens: 9 });
    await kernel.seen("settings.changed", 2);
    const again = await start(() => says(""), { config });
    await settle();
    expect(again.kernel.kernel.feed.state().settings).toEqual(changed);
  });

  test("of a file that no longer fits fall back one by one", async () => {
    const config = memoryConfig();
    await config.save({ settings: { policy: "lottery", sliceTokens: 7, mode: 5 }, cores: "none" });
    const { kernel } = await start(() => says(""), { config });
    await settle();
    expect(kernel.kernel.feed.state().settings).toEqual({ ...DEFAULT_SETTINGS, sliceTokens: 7 });
  });

  test("give agents their mode when neither they nor the person name one", async () => {
    const { kernel, handlers } = await start(() => says("done"), {
      manifests: [{ name: "free", mode: "run-freely" }, { name: "helper" }],
    });
    await handlers["settings.update"]({ mode: "ask" });
    const modes = [
      await kernel.launch(),
      await kernel.launch({ agent: "free" }),
      await kernel.launch({ agent: "free", mode: "ask-on-risk" }),
    ].map((id) => kernel.view(id)?.mode);
    expect(modes).toEqual(["ask", "run-freely", "ask-on-risk"]);
  });
});

describe("the demo fleet", () => {
  test("is twelve agents with sample tasks, over all manifests", async () => {
    const { kernel, handlers } = await start(() => says("done"), {
      manifests: [
        { name: "one", sampleTasks: ["a", "b"] },
        { name: "two", sampleTasks: ["c"] },
      ],
    });
    const { agentIds } = await handlers["agents.launchFleet"]({});
    expect(agentIds).toHaveLength(FLEET_AGENTS);
    const tasks = agentIds.map((id) => `${kernel.view(id)?.name} ${kernel.view(id)?.task}`);
    expect(tasks.slice(0, 4)).toEqual(["one a", "two c", "one b", "two c"]);
    for (const id of agentIds) expect((await kernel.ended(id)).ending).toBe("done");
  });

  test("is empty without manifests", async () => {
    const { handlers } = await start(() => says("done"), { manifests: [] });
    expect(await handlers["agents.launchFleet"]({})).toEqual({ agentIds: [] });
  });
});

test("the state, the log and the transcript can be read", async () => {
  const { kernel, handlers } = await start(() => says("done"));
  const id = await kernel.launch();
  await kernel.ended(id);
  const state = await handlers["state.get"]({});
  expect(encodeState(decodeState(JSON.parse(JSON.stringify(state))))).toEqual(state);
  const { events } = await handlers["events.read"]({ from: seq(2), limit: 3, agentId: null });
  expect(events.map((event) => event.seq)).toEqual([3, 4, 5]);
  const detail = await handlers["agents.detail"]({ agentId: id });
  expect(detail.items.at(-1)).toMatchObject({ kind: "ending", answer: "done" });
  await expect(handlers["agents.detail"]({ agentId: agentId(9) })).rejects.toMatchObject({
    data: { code: "not-found" },
  });
});

test("the catalogue tells what is wrong with an agent's file, and launching it says so", async () => {
  const { handlers } = await start(() => says(""));
  const { manifests, problems } = await handlers["agents.catalogue"]({});
  expect([manifests.map(({ name }) => name), problems]).toEqual([["helper"], []]);
});

test("a core is tested without being added; the embedded one is well", async () => {
  const { core, handlers } = await start(() => says(""), {
    factory: {
      test: async (baseUrl, model, apiKey) => ({
        ok: true,
        models: [baseUrl, model, String(apiKey)],
        latencyMs: 1,
      }),
    },
  });
  const given = { baseUrl: "http://127.0.0.1:1", model: "m", apiKey: "" };
  expect(await handlers["cores.test"](given)).toMatchObject({ models: ["http://127.0.0.1:1", "m", "null"] });
  expect(await handlers["cores.test"]({ coreId: core.info.id })).toEqual({
    ok: true,
    models: ["scripted"],
    latencyMs: 0,
  });
});

describe("while the disk refuses", () => {
  test("nothing is acknowledged; when it takes again, everything is", async () => {
    const store = new MemoryEventStore();
    const { kernel } = await start(() => says("done"), { store });
    store.refuses = "appends";
    let launched = "no";
    const launch = kernel.launch().then((id) => {
      launched = "yes";
      return id;
    });
    kernel.clock.advance(5_000);
    await settle();
    expect([launched, kernel.kernel.feed.state().agents.size]).toEqual(["no", 0]);
    store.refuses = "nothing";
    kernel.clock.advance(5_000);
    expect((await kernel.ended(await launch)).ending).toBe("done");
  });
});

describe("a kernel that stops", () => {
  test("commits everything, closes its cores and its log, and its agents go on at the next start", async () => {
    const { kernel, core } = await start(({ messages }) => {
      return messages.length > 0 && stopped === "no" ? new Promise<never>(() => {}) : says("done");
    });
    let stopped = "no";
    const id = await kernel.launch();
    await kernel.seen("syscall.running");
    await kernel.stop();
    stopped = "yes";
    expect([core.state, core.running]).toEqual(["closed", 0]);
    const again = await start(() => says("done"), { folder: kernel.folder });
    expect((await again.kernel.ended(id)).answer).toBe("done");
    expect(again.kernel.eventsOf("kernel.stopped")).toHaveLength(1);
    expect(again.kernel.eventsOf("agent.recovered")).toMatchObject([{ agentId: id, unknown: [] }]);
  });

  test("closes its log and its cores even if the disk refuses its last words", async () => {
    const store = new MemoryEventStore();
    const { kernel, core } = await start(() => says("done"), { store });
    store.refuses = "appends";
    await expect(kernel.kernel.stop("test")).rejects.toThrow("the disk is full");
    expect([core.state, store.state]).toEqual(["closed", "closed"]);
    store.refuses = "nothing";
  });
});
