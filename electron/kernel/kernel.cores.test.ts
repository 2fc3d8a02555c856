import { describe, expect, test } from "vitest";
import { CIRCUIT_OPEN_MS, SERVER_ATTEMPTS } from "./limits.ts";
import { settle } from "./testing/manual-clock.ts";
import { modelError, ScriptedCore, type ScriptedReply, says } from "./testing/scripted-core.ts";
import { Held, type StartOptions, useKernels } from "./testing/use-kernels.ts";

const start = useKernels();

describe("a rate-limited core", () => {
  test("makes a call wait in the queue until the server's time, and costs nothing", async () => {
    const limited = () => modelError("model-rate-limited", { retryAt: kernel.clock.wall() + 5_000 });
    const { kernel, core } = await start((_, call) => (call === 1 ? limited() : says("done")));
    const agentId = await kernel.launch();
    await kernel.seen("syscall.queued", 2);
    await settle();
    kernel.clock.advance(4_999);
    await settle();
    expect(core.requests).toHaveLength(1);
    const [health] = kernel.kernel.feed.state().cores.values();
    expect(health?.health).toMatchObject({ status: "rate-limited" });
    kernel.clock.advance(1);
    expect((await kernel.ended(agentId)).answer).toBe("done");
    expect(kernel.eventsOf("syscall.suspended")[0]?.reason).toMatchObject({ type: "rate-limited" });
    expect(kernel.eventsOf("syscall.queued").map(({ reason }) => reason)).toEqual(["new", "rate-limited"]);
  });

  test("fails nobody of a fan-out, though many calls are refused with times of their own", async () => {
    const waits = [9_000, 100, 5_000, 0, 700, 20];
    const refused = new Map<number, number>();
    const { kernel, core } = await start(
      (_, call) => {
        const wait = waits[call - 1];
        if (wait === undefined) return says("done");
        refused.set(call, wait);
        return modelError("model-rate-limited", wait === 0 ? {} : { retryAt: kernel.clock.wall() + wait });
      },
      { core: { slots: 8 } },
    );
    const agents = await Promise.all(Array.from({ length: 20 }, () => kernel.launch()));
    for (const agentId of agents) expect((await kernel.ended(agentId, 50)).ending).toBe("done");
    expect(refused.size).toBe(waits.length);
    expect(core.requests).toHaveLength(20 + waits.length);
    expect(kernel.clock.timers).toBe(0);
  });

  test("wakes though its timer rings a little early", async () => {
    const { kernel } = await start((_, call) =>
      call === 1 ? modelError("model-rate-limited") : says("done"),
    );
    const after = kernel.clock.after.bind(kernel.clock);
    kernel.clock.after = (ms, run) => after(ms > 1 ? ms - 0.5 : ms, run);
    expect((await kernel.ended(await kernel.launch(), 10)).ending).toBe("done");
  });
});

describe("a broken server", () => {
  test("fails the agent with its typed error after so many attempts", async () => {
    const { kernel, core } = await start(() => modelError("model-server-error", { hint: "Wait" }));
    const view = await kernel.ended(await kernel.launch(), 50);
    expect(view).toMatchObject({ ending: "failed", error: { code: "model-server-error", hint: "Wait" } });
    expect(core.requests).toHaveLength(SERVER_ATTEMPTS);
    expect(kernel.eventsOf("core.changed").at(-1)?.core.health.status).toBe("failing");
  });

  test("that recovers is ready again, and what was streamed before is void", async () => {
    const { kernel } = await start((_, call) =>
      call < SERVER_ATTEMPTS ? modelError("model-stream-dropped") : says("all is well"),
    );
    expect((await kernel.ended(await kernel.launch(), 50)).answer).toBe("all is well");
    expect(kernel.eventsOf("core.changed").map(({ core }) => core.health.status)).toEqual([
      "failing",
      "failing",
      "ready",
    ]);
  });

  test("opens its circuit: nothing is sent until it closes", async () => {
    const { kernel, core } = await start(
      (_, call) => (call <= 5 ? modelError("model-timed-out") : says("ok")),
      {
        core: { slots: 8 },
      },
    );
    const agents = await Promise.all(Array.from({ length: 5 }, () => kernel.launch()));
    await kernel.clock.until(() => core.requests.length === 5);
    await settle();
    kernel.clock.advance(CIRCUIT_OPEN_MS - 1);
    await settle();
    expect(core.requests).toHaveLength(5);
    for (const agentId of agents) expect((await kernel.ended(agentId, 50)).ending).toBe("done");
  });

  test("that fails for good is asked once", async () => {
    const { kernel, core } = await start(() => modelError("model-unauthorised"));
    expect((await kernel.ended(await kernel.launch())).error?.code).toBe("model-unauthorised");
    expect(core.requests).toHaveLength(1);
  });

  test("that throws what it must not is a failure like any other", async () => {
    const { kernel } = await start(() => {
      throw new TypeError("x is undefined");
    });
    expect((await kernel.ended(await kernel.launch())).error).toEqual({
      code: "internal",
      message: "x is undefined",
    });
  });
});

describe("on a core that can be preempted", () => {
  const sentence = (name: string) => Array.from({ length: 40 }, (_, n) => `${name}${n}`).join(" ");
  const oneSlot: StartOptions = { core: { slots: 1, preemption: "kv" } };
  const byTask = ({ messages }: { messages: readonly { content: string }[] }) =>
    says(sentence(messages[1]?.content ?? ""));

  test("round-robin interleaves agents by slices, and every answer stays whole", async () => {
    const { kernel, core } = await start(byTask, oneSlot);
    const tasks = ["a", "b", "c"];
    const agents = await Promise.all(tasks.map((task) => kernel.launch({ task })));
    for (const [index, agentId] of agents.entries()) {
      const view = await kernel.ended(agentId, 1);
      expect(view.answer).toBe(sentence(tasks[index] ?? ""));
      expect(view.switches).toBeGreaterThan(0);
    }
    const outputs = new Map<string, string>();
    for (const { syscallId, text } of kernel.eventsOf("syscall.output"))
      outputs.set(syscallId, (outputs.get(syscallId) ?? "") + text);
    for (const { syscallId, result } of kernel.eventsOf("syscall.done")) {
      if (result.kind !== "llm") continue;
      expect(result.message.content.startsWith(outputs.get(syscallId) ?? "never")).toBe(true);
    }
    const turns = kernel.eventsOf("syscall.running").map(({ agentId }) => agentId);
    expect(turns.slice(0, 6)).toEqual([...agents, ...agents]);
    // Nobody made a token more than a slice while another waited.
    for (const { reason, tokens } of kernel.eventsOf("syscall.suspended"))
      expect([reason.type, tokens]).toEqual(["slice-end", 24]);
    expect([core.mostRunning, core.requests.length]).toEqual([1, 3]);
  });

  test("fifo lets each run to its end", async () => {
    const { kernel, handlers } = await start(byTask, oneSlot);
    await handlers["settings.update"]({ policy: "fifo" });
    const agents = await Promise.all(["a", "b"].map((task) => kernel.launch({ task })));
    for (const agentId of agents) await kernel.ended(agentId, 1);
    expect(kernel.eventsOf("syscall.suspended")).toEqual([]);
  });

  test("a higher priority takes the slot after a slice, a lower one waits", async () => {
    const { kernel, handlers } = await start(byTask, oneSlot);
    await handlers["settings.update"]({ policy: "priority", sliceTokens: 4 });
    const middle = await kernel.launch({ task: "middle", priority: 5 });
    await kernel.seen("syscall.running");
    const [low, high] = [
      await kernel.launch({ task: "low", priority: 1 }),
      await kernel.launch({ task: "high", priority: 9 }),
    ];
    for (const agentId of [low, middle, high]) await kernel.ended(agentId, 1);
    const ends = kernel.eventsOf("agent.ended").map(({ agentId }) => agentId);
    expect(ends).toEqual([high, middle, low]);
    const [preempted] = kernel.eventsOf("syscall.suspended");
    expect(preempted).toMatchObject({ agentId: middle, reason: { type: "preempted" } });
  });

  test("a running call that is given a lower priority yields to one that now goes before", async () => {
    const { kernel, handlers } = await start(byTask, oneSlot);
    await handlers["settings.update"]({ policy: "priority", sliceTokens: 4 });
    const first = await kernel.launch({ task: "first" });
    await kernel.seen("syscall.running");
    const second = await kernel.launch({ task: "second" });
    await handlers["agents.reprioritise"]({ agentId: first, priority: 0 });
    for (const agentId of [first, second]) await kernel.ended(agentId, 1);
    expect(kernel.eventsOf("agent.ended").map(({ agentId }) => agentId)).toEqual([second, first]);
  });

  test("a paused agent leaves its slot, and goes on from where it was", async () => {
    const { kernel, handlers, core } = await start(byTask, oneSlot);
    const agentId = await kernel.launch({ task: "a" });
    await kernel.seen("syscall.running");
    await handlers["agents.pause"]({ agentId });
    await kernel.seen("syscall.suspended");
    expect(core.running).toBe(0);
    const other = await kernel.launch({ task: "b" });
    await kernel.ended(other, 1);
    expect(kernel.view(agentId)?.ending).toBeNull();
    await handlers["agents.resume"]({ agentId });
    await kernel.ended(agentId, 1);
    expect(core.requests).toHaveLength(2);
  });
});

describe("cores of one model", () => {
  test("share its calls, least loaded first; no core has more than its slots", async () => {
    const model = new Held<ScriptedReply>();
    const cores = [1, 3].map((slots, index) => {
      return new ScriptedCore(() => model.ask(), { id: `core-${index}`, model: "shared", slots });
    });
    const { kernel } = await start(() => says(""), { cores });
    const agents = await Promise.all(Array.from({ length: 6 }, () => kernel.launch()));
    await kernel.clock.until(() => model.waiting === 4);
    expect(cores.map((core) => core.running)).toEqual([1, 3]);
    for (let n = 0; n < 6; n += 1) {
      await kernel.clock.until(() => model.waiting > 0);
      model.give(says("done"));
    }
    for (const agentId of agents) await kernel.ended(agentId);
    expect(cores.map((core) => core.mostRunning)).toEqual([1, 3]);
  });

  test("more slots let waiting calls start at once", async () => {
    const model = new Held<ScriptedReply>();
    const { kernel, handlers, core } = await start(() => model.ask(), { core: { slots: 1 } });
    await Promise.all([1, 2, 3].map(() => kernel.launch()));
    await kernel.clock.until(() => model.waiting === 1);
    await handlers["cores.setSlots"]({ coreId: core.info.id, slots: 3 });
    await kernel.clock.until(() => model.waiting === 3);
    await kernel.seen("core.changed");
    expect(kernel.kernel.feed.state().cores.get(core.info.id)?.capabilities.slots).toBe(3);
  });
});

test("an answer is in the log while it streams", async () => {
  const words = Array.from({ length: 300 }, (_, n) => `w${n}`).join(" ");
  const { kernel } = await start(() => says(words));
  await kernel.ended(await kernel.launch(), 1);
  const outputs = kernel.eventsOf("syscall.output").map(({ text }) => text);
  expect(outputs.length).toBeGreaterThan(1);
  expect(words.startsWith(outputs.join(""))).toBe(true);
});

test("a window that the server was seen to give is the one that counts from then on", async () => {
  const { kernel, core, handlers } = await start(() => says("done"), { core: { contextTokens: 8_192 } });
  core.verifiedWindow = 2_048;
  const agentId = await kernel.launch();
  await kernel.ended(agentId);
  expect(kernel.kernel.feed.state().cores.get(core.info.id)).toMatchObject({
    health: { status: "ready" },
    capabilities: { contextTokens: 2_048 },
  });
  const { window } = await handlers["context.view"]({ agentId, snapshotId: null });
  expect(window?.tokens).toBe(2_048);
});
