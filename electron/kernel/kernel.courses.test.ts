import { expect, test } from "vitest";
import type { AgentId } from "../../shared/ids.ts";
import type { CompletionRequest } from "./ports.ts";
import { settle } from "./testing/manual-clock.ts";
import { calls, type ScriptedReply, says } from "./testing/scripted-core.ts";
import { Held, type Started, testTool, useKernels } from "./testing/use-kernels.ts";

const start = useKernels();

const noteTool = testTool({ name: "note", run: async ({ n }) => `noted ${n}` });
const MANIFEST = { tools: ["note"], limits: { steps: 200, tokens: 1_000_000, children: 0 } };
const MESSAGE = { afterwards: "go-on", message: "" } as const;

/** Two notes at once, again and again, with words that stream; an answer at last. */
function script({ messages }: CompletionRequest): ScriptedReply {
  const step = messages.filter(({ role }) => role === "assistant").length;
  if (step >= 6) return says("it is all noted now");
  return { ...calls(["note", { n: step }], ["note", { n: -step }]), text: "some words that take turns " };
}

async function snapshotsOf({ handlers }: Started, agentId: AgentId) {
  return (await handlers["context.snapshots"]({ agentId })).snapshots;
}

test("the prompt of each call, of left courses and of forks too, is shown as it was sent, byte for byte", async () => {
  const started = await start(script, { manifest: MANIFEST, tools: [noteTool], core: { slots: 1 } });
  const { kernel, handlers, core } = started;
  const agentId = await kernel.launch({ mode: "run-freely" });
  const forks: AgentId[] = [];
  for (let round = 0; round < 12; round += 1) {
    await settle(7 + 3 * round);
    const snapshots = await snapshotsOf(started, agentId);
    const to = snapshots[(round * 5) % Math.max(1, snapshots.length)];
    if (!to) continue;
    const input = {
      agentId,
      snapshotId: to.id,
      ...MESSAGE,
      message: round % 3 === 0 ? `round ${round}` : "",
    };
    if (round % 4 === 3) forks.push((await handlers["context.fork"](input)).agentId);
    else await handlers["context.rewind"](input);
  }
  for (const id of [agentId, ...forks]) {
    expect(await kernel.ended(id, 20)).toMatchObject({ ending: "done", error: null });
  }
  const sent = core.requests.map(({ messages }) => JSON.stringify(messages));
  const steps = new Set(
    kernel
      .eventsOf("syscall.created")
      .flatMap(({ call, syscallId }) => (call.kind === "llm" ? [syscallId] : [])),
  );
  const ran = kernel
    .eventsOf("syscall.running")
    .flatMap(({ syscallId }) => (steps.has(syscallId) ? [syscallId] : []));
  expect(forks.length).toBeGreaterThan(0);
  expect(kernel.eventsOf("context.rewound").length).toBeGreaterThan(5);
  const shown = await Promise.all(
    ran.map(async (syscallId) => JSON.stringify((await handlers["syscalls.prompt"]({ syscallId })).messages)),
  );
  expect(shown).toEqual(sent);
});

test("a message that was being delivered when the agent was rewound is delivered in the new course", async () => {
  const model = new Held<ScriptedReply>();
  const { kernel, handlers, core } = await start(() => model.ask(), {
    manifest: MANIFEST,
    tools: [noteTool],
  });
  const agentId = await kernel.launch({ mode: "run-freely" });
  await kernel.clock.until(() => model.waiting === 1);
  model.give(calls(["note", { n: 1 }]));
  await kernel.clock.until(() => model.waiting === 1);
  const { snapshots } = await handlers["context.snapshots"]({ agentId });
  const place = snapshots.find(({ cause }) => cause === "tool-wait");
  if (!place) throw new Error("no snapshot");
  await handlers["agents.send"]({ agentId, text: "do not forget" });
  await handlers["context.rewind"]({ agentId, snapshotId: place.id, ...MESSAGE });
  await kernel.clock.until(() => model.waiting === 2);
  model.give(says("of a left course"));
  model.give(says("done"));
  await kernel.ended(agentId);
  const last = core.requests.at(-1)?.messages.filter(({ role }) => role === "user");
  expect(last?.map(({ content }) => content)).toEqual(["help", "do not forget"]);
});

test("a partial answer that the person cancelled is shown once, and continued, to the letter", async () => {
  const ANSWER = "one two three four five six seven eight";
  let call = 0;
  const { kernel, handlers, core } = await start(
    () => {
      call += 1;
      return call < 3 ? { ...says(ANSWER), standsStillAfter: 2 * call + 1 } : says(ANSWER);
    },
    { core: { preemption: "prefill" } },
  );
  const agentId = await kernel.launch();
  for (const tokens of [3, 5]) {
    await kernel.clock.until(
      () => [...kernel.kernel.feed.state().syscalls.values()].some((each) => each.outputTokens === tokens),
      50,
    );
    const { snapshotId } = await handlers["context.snapshot"]({ agentId, label: "" });
    await handlers["context.rewind"]({ agentId, snapshotId, ...MESSAGE });
  }
  await kernel.clock.until(() => kernel.view(agentId)?.answer === ANSWER, 50);
  expect(core.requests.map(({ resume }) => resume?.partial ?? null)).toEqual([
    null,
    "one two three ",
    "one two three four five ",
  ]);
  const { items } = await handlers["agents.detail"]({ agentId });
  const made = items.flatMap((item) => (item.kind === "syscall" ? [item.syscall] : []));
  for (const { partial } of made) expect(ANSWER.startsWith(partial)).toBe(true);
  expect(made.map(({ outputTokens }) => outputTokens).slice(0, 2)).toEqual([3, 5]);
});

test("an agent that waits for a person has its context made smaller before its next step", async () => {
  const long = "All work and no play makes a long result. ".repeat(85);
  const tools = [
    testTool({ name: "read", run: async () => long }),
    testTool({
      name: "ask",
      effects: [{ type: "delete", target: "a.txt", reversible: "no" }],
      run: async () => "asked",
    }),
  ];
  let step = 0;
  const { kernel, handlers } = await start(
    ({ messages, tools: offered }) => {
      if (offered.length === 0 && messages[0]?.content !== "Help.") return says("short");
      step += 1;
      if (step <= 5) return calls(["read", {}, `call_${step}`]);
      return step === 6 ? calls(["ask", {}, "call_6"]) : says("done");
    },
    { manifest: { ...MANIFEST, tools: ["read", "ask"] }, tools },
  );
  const agentId = await kernel.launch();
  await kernel.seen("approval.requested");
  await handlers["context.compact"]({ agentId });
  await settle();
  expect(kernel.eventsOf("context.compacted")).toEqual([]);
  const [open] = kernel.eventsOf("approval.requested");
  if (!open) throw new Error("nothing was asked");
  await handlers["approvals.answer"]({ approvalId: open.approval.id, answer: { type: "once" } });
  expect((await kernel.ended(agentId)).answer).toBe("done");
  expect(kernel.eventsOf("context.compacted").map(({ compaction }) => compaction.cause)).toEqual(["person"]);
});
