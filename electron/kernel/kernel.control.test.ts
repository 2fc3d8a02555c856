import { describe, expect, test } from "vitest";
import { type AgentId, seq } from "../../shared/ids.ts";
import { settle } from "./testing/manual-clock.ts";
import { calls, type ScriptedReply, says } from "./testing/scripted-core.ts";
import { Held, type Started, testTool, useKernels } from "./testing/use-kernels.ts";

const start = useKernels();

const STAGES = ["queued", "running", "with the person", "in a tool"] as const;

/** An agent that has come as far as `stage` and stays there until `goOn`. */
async function agentAt(stage: (typeof STAGES)[number]) {
  const [model, tool] = [new Held<ScriptedReply>(), new Held<string>()];
  const write = testTool({
    name: "write",
    effects: [{ type: "write", target: "x", reversible: "yes" }],
    run: () => tool.ask(),
  });
  const started = await start((_, call) => (call <= 2 ? model.ask() : says("done")), {
    core: { slots: stage === "queued" ? 1 : 2 },
    tools: [write],
    manifest: { tools: ["write"], mode: stage === "in a tool" ? "run-freely" : "ask-on-risk" },
  });
  const { kernel } = started;
  const first = await kernel.launch({ task: "first" });
  await kernel.clock.until(() => model.waiting === 1);
  if (stage === "with the person" || stage === "in a tool") {
    model.give(calls(["write", {}]));
    if (stage === "in a tool") await kernel.clock.until(() => tool.waiting === 1);
    else await kernel.seen("approval.requested");
    const goOn = async (): Promise<void> => {
      if (stage === "in a tool") tool.give("written");
      else await answerAll(started);
      await kernel.clock.until(() => model.waiting + tool.waiting > 0);
      if (tool.waiting > 0) tool.give("written");
      await kernel.clock.until(() => model.waiting > 0);
      model.give(says("done"));
    };
    return { ...started, agentId: first, goOn };
  }
  if (stage === "running") {
    await kernel.seen("syscall.running");
    return { ...started, agentId: first, goOn: async () => model.give(says("done")) };
  }
  const second = await kernel.launch({ task: "second" });
  await kernel.seen("syscall.queued", 2);
  const goOn = async (): Promise<void> => {
    model.give(says("done"));
    await kernel.clock.until(() => model.waiting > 0);
    model.give(says("done"));
  };
  return { ...started, agentId: second, goOn };
}

async function answerAll({ kernel, handlers }: Started): Promise<void> {
  for (const { id } of kernel.kernel.feed.state().approvals.values())
    await handlers["approvals.answer"]({ approvalId: id, answer: { type: "once" } });
}

const nothingLeft = ({ kernel }: Started, agentId: AgentId): void => {
  const state = kernel.kernel.feed.state();
  expect(kernel.view(agentId)?.live).toEqual([]);
  expect([...state.syscalls.values()].filter((call) => call.agentId === agentId)).toEqual([]);
  expect([...state.approvals.values()]).toEqual([]);
};

describe.each(STAGES)("an agent that is %s", (stage) => {
  test("goes on when it is left alone", async () => {
    const { kernel, agentId, goOn } = await agentAt(stage);
    await goOn();
    expect(await kernel.ended(agentId)).toMatchObject({ ending: "done", answer: "done" });
  });

  test("can be ended, once, and leaves nothing behind", async () => {
    const started = await agentAt(stage);
    const { kernel, handlers, agentId } = started;
    await handlers["agents.kill"]({ agentId });
    expect(kernel.view(agentId)).toMatchObject({
      ending: "cancelled",
      error: { message: "ended by the person" },
    });
    nothingLeft(started, agentId);
    await expect(handlers["agents.kill"]({ agentId })).rejects.toMatchObject({ data: { code: "not-found" } });
    await settle();
    expect(kernel.eventsOf("agent.ended").filter((event) => event.agentId === agentId)).toHaveLength(1);
  });

  test("can be paused, holds still, and goes on when it is resumed", async () => {
    const { kernel, handlers, core, agentId, goOn } = await agentAt(stage);
    await handlers["agents.pause"]({ agentId });
    await handlers["agents.pause"]({ agentId });
    expect(kernel.view(agentId)?.control).toBe("paused");
    const going = goOn();
    await settle(60);
    const before = core.requests.length;
    await settle(60);
    expect(core.requests.length).toBe(before);
    expect(kernel.view(agentId)?.control).toBe("paused");
    const resumed = [1, 2].map(() => handlers["agents.resume"]({ agentId }));
    await Promise.all(resumed);
    await going;
    expect((await kernel.ended(agentId)).answer).toBe("done");
    expect(kernel.eventsOf("agent.paused")).toHaveLength(1);
    expect(kernel.eventsOf("agent.resumed")).toHaveLength(1);
  });

  test("can be ended while it is paused", async () => {
    const started = await agentAt(stage);
    const { handlers, agentId } = started;
    await handlers["agents.pause"]({ agentId });
    await handlers["agents.kill"]({ agentId });
    nothingLeft(started, agentId);
  });

  test("can be given another priority", async () => {
    const { kernel, handlers, agentId, goOn } = await agentAt(stage);
    await handlers["agents.reprioritise"]({ agentId, priority: 9 });
    await handlers["agents.reprioritise"]({ agentId, priority: 9 });
    expect(kernel.view(agentId)?.priority).toBe(9);
    expect(kernel.eventsOf("agent.reprioritised")).toHaveLength(1);
    await goOn();
    expect((await kernel.ended(agentId)).ending).toBe("done");
  });

  test("can lose the call it waits for", async () => {
    const started = await agentAt(stage);
    const { kernel, handlers, agentId } = started;
    const [syscallId] = kernel.view(agentId)?.live ?? [];
    if (!syscallId) throw new Error("no call is under way");
    await handlers["syscalls.cancel"]({ syscallId });
    await expect(handlers["syscalls.cancel"]({ syscallId })).rejects.toMatchObject({
      data: { code: "not-found" },
    });
    expect(kernel.eventsOf("syscall.cancelled")).toMatchObject([{ syscallId, cause: "person" }]);
    if (stage === "queued" || stage === "running") {
      expect(await kernel.ended(agentId)).toMatchObject({ ending: "cancelled" });
    } else {
      // The model reads that its call was cancelled, and goes on.
      await kernel.clock.until(() => started.core.requests.length === 2);
      expect(started.core.requests[1]?.messages.at(-1)?.content).toBe("Error: the person cancelled the call");
    }
  });
});

test("an agent that has ended or never was cannot be controlled", async () => {
  const { kernel, handlers } = await start(() => says("done"));
  const agentId = await kernel.launch();
  await kernel.ended(agentId);
  const controls = [
    handlers["agents.pause"]({ agentId }),
    handlers["agents.resume"]({ agentId }),
    handlers["agents.kill"]({ agentId }),
    handlers["agents.reprioritise"]({ agentId, priority: 1 }),
  ];
  for (const control of controls)
    await expect(control).rejects.toMatchObject({ data: { code: "not-found" } });
});

test("a cancelled module keeps its slot until it has really stopped", async () => {
  const held = new Held<string>();
  const stubborn = testTool({ name: "stubborn", concurrency: 1, run: () => held.ask() });
  const { kernel, handlers } = await start(
    ({ messages }) => (messages.length === 2 ? calls(["stubborn", {}]) : says("done")),
    { tools: [stubborn], manifest: { tools: ["stubborn"] } },
  );
  const [first, second] = [await kernel.launch(), await kernel.launch()];
  await kernel.seen("syscall.queued", 4);
  await kernel.clock.until(() => held.waiting === 1);
  await handlers["agents.kill"]({ agentId: first });
  await settle();
  expect(held.waiting).toBe(1);
  held.give("too late");
  await kernel.clock.until(() => held.waiting === 1);
  held.give("ok");
  expect((await kernel.ended(second)).ending).toBe("done");
});

test("a call of a program ends at its deadline, wherever it is", async () => {
  const { kernel } = await start(() => new Promise<ScriptedReply>(() => {}), { core: { slots: 1 } });
  const common = {
    agentId: null,
    parent: null,
    priority: 5,
    tokenBudget: null,
    prompt: [],
    memoryOwner: "me",
  };
  const messages = [{ role: "user", content: "x" } as const];
  const call = { kind: "llm", model: null, tools: [], maxOutputTokens: null, messages } as const;
  const deadline = kernel.clock.wall() + 500;
  const outcomes = [1, 2].map(() => kernel.kernel.path.submit({ ...common, call, deadline }));
  await kernel.seen("syscall.running");
  kernel.clock.advance(499);
  expect(kernel.eventsOf("syscall.failed")).toEqual([]);
  kernel.clock.advance(1);
  for (const outcome of outcomes) {
    expect(await outcome).toMatchObject({ state: "failed", error: { code: "deadline-exceeded" } });
  }
  expect(kernel.kernel.path.liveCount()).toBe(0);
});

test("a program's tool call is asked of nobody: what would need a person is denied", async () => {
  const write = testTool({
    name: "write",
    effects: [{ type: "write", target: "x", reversible: "yes" }],
    run: async () => "written",
  });
  const { kernel } = await start(() => says(""), { tools: [write] });
  const outcome = await kernel.kernel.path.submit({
    agentId: null,
    parent: null,
    priority: 5,
    deadline: null,
    tokenBudget: null,
    prompt: [],
    memoryOwner: "me",
    call: { kind: "tool", tool: "write", arguments: {}, toolCallId: null },
  });
  expect(outcome).toEqual({
    state: "denied",
    reason: "write needs a person's approval and nobody is there to give it",
  });
});

describe("a stop in the middle of a call that changes something", () => {
  async function stopInTool() {
    const tool = new Held<string>();
    const effects = [{ type: "write", target: "x", reversible: "yes" }] as const;
    const { kernel } = await start(() => calls(["write", {}]), {
      tools: [testTool({ name: "write", effects, run: () => tool.ask() })],
      manifest: { tools: ["write"], mode: "run-freely" },
    });
    await kernel.launch();
    await kernel.clock.until(() => tool.waiting === 1);
    const stopped = kernel.stop();
    const results = () =>
      (kernel.kernel.feed.since(seq(0), 1_000) ?? []).flatMap((event) =>
        event.type === "syscall.done" && event.result.kind === "tool" ? event.result.text : [],
      );
    return { kernel, tool, stopped, results };
  }

  test("waits for its end, so that its outcome is known", async () => {
    const { kernel, tool, stopped, results } = await stopInTool();
    tool.give("written");
    await settle();
    kernel.clock.advance(50);
    await stopped;
    expect(results()).toEqual(["written"]);
  });

  test("gives up on one that does not end", async () => {
    const { kernel, stopped, results } = await stopInTool();
    let state = "stopping";
    void stopped.then(() => {
      state = "stopped";
    });
    await kernel.clock.until(() => state === "stopped", 100);
    expect(results()).toEqual([]);
  });
});
