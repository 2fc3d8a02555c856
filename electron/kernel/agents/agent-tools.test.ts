import { describe, expect, test } from "vitest";
import { agentId } from "../../../shared/ids.ts";
import type { Message } from "../../../shared/messages.ts";
import type { CompletionRequest } from "../ports.ts";
import {
  type CallSpec,
  calls,
  modelError,
  type Script,
  type ScriptedReply,
  says,
} from "../testing/scripted-core.ts";
import { Held, testTool, useKernels } from "../testing/use-kernels.ts";

const start = useKernels();
const limits = { steps: 9, tokens: 10_000, children: 3 };
const manifests = [
  { name: "planner", tools: ["start_agent", "join_agents"], children: ["helper"], limits },
  { name: "helper", tools: ["clock"] },
  { name: "stranger" },
];
const startHelper = (task = "sub", id?: string): CallSpec => [
  "start_agent",
  { agent: "helper", task },
  ...(id ? ([id] as const) : ([] as const)),
];
const join = (agents: readonly string[], id?: string): CallSpec => [
  "join_agents",
  { agents },
  ...(id ? ([id] as const) : ([] as const)),
];
const taskOf = ({ messages }: CompletionRequest) => messages[1]?.content ?? "";
const steps = ({ messages }: CompletionRequest) => messages.filter(({ role }) => role === "assistant").length;
const results = (messages: readonly Message[] | undefined) =>
  messages?.flatMap((message) => (message.role === "tool" ? [message.content] : []));

/** The planner follows `plan`, a reply for each step, then says what it last read; helpers follow `helper`. */
const planned =
  (plan: readonly ScriptedReply[], helper: Script): Script =>
  (request, call) =>
    taskOf(request) === "plan"
      ? (plan[steps(request)] ?? says(request.messages.at(-1)?.content ?? ""))
      : helper(request, call);

describe("a parent", () => {
  test("starts children that run beside it, and joins their answers in order", async () => {
    const plan = [calls(startHelper("one"), startHelper("two")), calls(join(["a3", "a2"]))];
    const { kernel } = await start(
      planned(plan, (request) => says(`did ${taskOf(request)}`)),
      { manifests },
    );
    const parent = await kernel.launch({ agent: "planner", task: "plan" });
    expect((await kernel.ended(parent)).answer).toBe(
      "a3 (helper) done: did two\n\na2 (helper) done: did one",
    );
    expect(kernel.view(agentId(2))).toMatchObject({ parent, parentCall: "call_0" });
    const waits = kernel.eventsOf("syscall.suspended").map(({ reason }) => reason);
    expect(waits).toEqual([{ type: "waiting-for-agents", agents: ["a3", "a2"] }]);
  });

  test("gives its slot back while it waits, so that a child's tools find one", async () => {
    const fan = Array.from({ length: 16 }, (_, n) => startHelper(`sub ${n}`, `start_${n}`));
    const joins = fan.map((_, n) => join([`a${n + 2}`], `join_${n}`));
    const plan = [calls(...fan), calls(...joins)];
    const { kernel } = await start(
      planned(plan, (request) => (steps(request) === 0 ? calls(["clock", {}]) : says("done"))),
      {
        manifests: manifests.map((each) => ({ ...each, limits: { ...limits, children: 16 } })),
      },
    );
    expect((await kernel.ended(await kernel.launch({ agent: "planner", task: "plan" }))).ending).toBe("done");
  });

  test("joins a child that has ended long ago, or in this moment, and one that failed", async () => {
    const plan = [
      calls(startHelper("good"), startHelper("bad")),
      calls(["clock", {}]),
      calls(join(["a2", "a3"])),
    ];
    const { kernel } = await start(
      planned(plan, (request) =>
        taskOf(request) === "bad" ? modelError("model-bad-request") : says("x".repeat(500)),
      ),
      { manifests: manifests.map((each) => ({ ...each, tools: [...(each.tools ?? []), "clock"] })) },
    );
    const parent = await kernel.launch({ agent: "planner", task: "plan" });
    expect((await kernel.ended(parent)).ending).toBe("done");
    const [, , answer] = kernel
      .eventsOf("syscall.done")
      .filter(({ agentId, result }) => agentId === parent && result.kind !== "llm")
      .slice(-3);
    expect(answer?.result).toMatchObject({
      text: `a2 (helper) done: ${"x".repeat(500)}\n\na3 (helper) failed: the server said model-bad-request`,
    });
  });

  test("whose child ends in the very moment of the join reads its answer", async () => {
    // The model answers of child and parent are committed together, whichever comes first.
    for (const words of ["now", "right now", "right now then", "right now then and"]) {
      const parentModel = new Held<ScriptedReply>();
      const childModel = new Held<ScriptedReply>();
      const { kernel } = await start(
        (request) => (taskOf(request) === "plan" ? parentModel.ask() : childModel.ask()),
        { manifests },
      );
      const parent = await kernel.launch({ agent: "planner", task: "plan" });
      await kernel.clock.until(() => parentModel.waiting === 1);
      parentModel.give(calls(startHelper()));
      await kernel.clock.until(() => parentModel.waiting === 1 && childModel.waiting === 1);
      childModel.give(says(words));
      parentModel.give({ ...calls(join(["a2"])), text: "I wait" });
      await kernel.clock.until(() => parentModel.waiting === 1);
      parentModel.give(says("read"));
      await kernel.ended(parent);
      const texts = kernel
        .eventsOf("syscall.done")
        .map(({ result }) => result.kind === "tool" && result.text);
      expect(texts).toContain(`a2 (helper) done: ${words}`);
    }
  });

  test("that is ended takes its children and theirs with it", async () => {
    const chain = [
      { ...manifests[0], name: "planner", children: ["middle"] },
      { ...manifests[0], name: "middle" },
      { name: "helper" },
    ];
    const { kernel, handlers } = await start(
      (request) => {
        const task = taskOf(request);
        if (steps(request) > 0) return calls(join([task === "plan" ? "a2" : "a3"]));
        if (task === "plan") return calls(["start_agent", { agent: "middle", task: "middle" }]);
        return task === "middle" ? calls(startHelper()) : new Promise<ScriptedReply>(() => {});
      },
      { manifests: chain },
    );
    const parent = await kernel.launch({ agent: "planner", task: "plan" });
    await kernel.clock.until(() => kernel.kernel.feed.state().agents.size === 3);
    await kernel.seen("syscall.suspended", 2);
    await handlers["agents.kill"]({ agentId: parent });
    const views = [...kernel.kernel.feed.state().agents.values()];
    expect(views.map(({ ending, live }) => [ending, live])).toEqual([
      ["cancelled", []],
      ["cancelled", []],
      ["cancelled", []],
    ]);
    expect(views[2]?.error?.message).toBe("its parent a2 was ended");
    expect(kernel.kernel.feed.state().syscalls.size).toBe(0);
  });
});

describe("is refused", () => {
  const refusal = async (plan: readonly ScriptedReply[]) => {
    const { kernel, core } = await start(
      planned(plan, () => says("ok")),
      { manifests },
    );
    await kernel.ended(await kernel.launch({ agent: "planner", task: "plan" }));
    const last = core.requests.findLast((request) => taskOf(request) === "plan");
    return { said: results(last?.messages) ?? [], agents: kernel.kernel.feed.state().agents.size };
  };

  test("a child that the manifest does not name", async () => {
    const { said, agents } = await refusal([calls(["start_agent", { agent: "stranger", task: "x" }])]);
    expect([said, agents]).toEqual([["Error: planner may not start stranger. It may start: helper"], 1]);
  });

  test("one child too many, though all are started side by side", async () => {
    const { said, agents } = await refusal([
      calls(...[1, 2, 3, 4, 5].map((n) => startHelper(`sub ${n}`, `start_${n}`))),
    ]);
    expect(said.filter((text) => text.startsWith("Started"))).toHaveLength(3);
    expect(said.at(-1)).toContain("a1 has started 3 agents (limits.children)");
    expect(agents).toBe(4);
  });

  test("a join of an agent that somebody else started, or nobody", async () => {
    const { said } = await refusal([calls(join(["a1"]), join(["a9"], "second"))]);
    expect(said).toEqual([
      "Error: a1 did not start a1. Join the agents you started",
      "Error: a1 did not start a9. Join the agents you started",
    ]);
  });

  test("a join without an id", async () => {
    const { said } = await refusal([calls(["join_agents", { agents: ["helper"] }])]);
    expect(said[0]).toContain("join_agents: agents.0");
  });
});

describe("what a child has read", () => {
  const read = testTool({
    name: "read_diary",
    run: async () => "the secret",
    effects: [{ type: "read", target: "a.txt", reversible: "yes" }],
    privates: [{ type: "workspace" }],
  });
  const fetchPage = testTool({
    name: "fetch_page",
    run: async () => "a page",
    effects: [{ type: "net", target: "example.com:80", reversible: "yes" }],
  });
  const family = [
    { name: "planner", tools: ["start_agent", "join_agents"], children: ["reader", "fetcher"], limits },
    { name: "reader", tools: ["read_diary"] },
    { name: "fetcher", tools: ["fetch_page"] },
  ];
  const helper: Script = (request) => {
    const tool = request.tools[0]?.name ?? "";
    return steps(request) === 0 ? calls([tool, {}]) : says("done");
  };

  test("reaches its parent with its answer: the next child is asked about before it fetches", async () => {
    const plan = [
      calls(["start_agent", { agent: "fetcher", task: "one" }]),
      calls(["start_agent", { agent: "reader", task: "two" }]),
      calls(join(["a2", "a3"])),
      calls(["start_agent", { agent: "fetcher", task: "three" }]),
      calls(join(["a4"])),
    ];
    const { kernel } = await start(planned(plan, helper), { manifests: family, tools: [read, fetchPage] });
    await kernel.launch({ agent: "planner", task: "plan", mode: "ask-on-risk" });
    await kernel.clock.until(() => kernel.eventsOf("approval.requested").length > 0);
    expect(kernel.eventsOf("approval.requested").map(({ agentId }) => agentId)).toEqual(["a4"]);
    expect(kernel.view(agentId(2))).toMatchObject({ ending: "done" });
  });
});
