import { describe, expect, test } from "vitest";
import { approvalId, type GrantId, syscallId } from "../../../shared/ids.ts";
import type { Effect } from "../../../shared/permission.ts";
import { settle } from "../testing/manual-clock.ts";
import { type CallSpec, calls, says } from "../testing/scripted-core.ts";
import { type Started, type StartOptions, testTool, useKernels } from "../testing/use-kernels.ts";

const start = useKernels();
const effect = (type: Effect["type"], reversible: Effect["reversible"] = "yes"): Effect => ({
  type,
  target: "notes.txt",
  reversible,
});

/** Tools by what they do: what ran is noted. */
function tools(ran: string[]) {
  const named = (name: string, ...effects: Effect[]) =>
    testTool({
      name,
      privates: name === "look" ? [{ type: "workspace" }] : [],
      effects,
      idempotent: "no",
      run: async ({ n }) => {
        ran.push(`${name} ${n}`);
        return "done";
      },
    });
  return [
    named("look", effect("read")),
    named("write", effect("write")),
    named("wipe", effect("delete", "no")),
    named("fetch", effect("net")),
    named("peek", effect("secret")),
  ];
}

/** An agent that makes the turns given, one after the other, then says "done". */
async function withTurns(turns: readonly (readonly CallSpec[])[], options: StartOptions = {}) {
  const ran: string[] = [];
  const offered = tools(ran);
  const started = await start(
    ({ messages }) => {
      const turn = turns[messages.filter(({ role }) => role === "assistant").length];
      return turn ? calls(...turn) : says("done");
    },
    {
      ...options,
      tools: offered,
      manifest: { tools: offered.map((tool) => tool.specification.name), ...options.manifest },
    },
  );
  const read = () =>
    started.core.requests.at(-1)?.messages.flatMap((each) => (each.role === "tool" ? [each.content] : []));
  return { ...started, ran, read };
}

/** Waits for the open request and gives its answer. */
async function answerNext(
  { kernel, handlers }: Started,
  answer: Parameters<Started["handlers"]["approvals.answer"]>[0]["answer"],
) {
  await kernel.clock.until(() => kernel.kernel.feed.state().approvals.size > 0);
  const [approval] = kernel.kernel.feed.state().approvals.values();
  if (!approval) throw new Error("no request is open");
  await handlers["approvals.answer"]({ approvalId: approval.id, answer });
  return approval;
}

describe("a call that needs the person", () => {
  test("waits, runs when it is allowed once, and asks again the next time", async () => {
    const started = await withTurns([[["write", { n: 1 }]], [["write", { n: 2 }]]]);
    const { kernel, ran } = started;
    const agentId = await kernel.launch();
    const first = await answerNext(started, { type: "once" });
    expect(first).toMatchObject({ agentId, tool: "write", arguments: { n: 1 }, risk: "medium" });
    const second = await answerNext(started, { type: "once" });
    expect(second.id).not.toBe(first.id);
    expect((await kernel.ended(agentId)).answer).toBe("done");
    expect(ran).toEqual(["write 1", "write 2"]);
  });

  test("does not run before its decision, its request and its answer are in the log", async () => {
    const started = await withTurns([[["write", { n: 1 }]]]);
    const { kernel, ran } = started;
    const agentId = await kernel.launch();
    await kernel.seen("approval.requested");
    await settle();
    expect(ran).toEqual([]);
    await answerNext(started, { type: "once" });
    await kernel.ended(agentId);
    const ofCall = kernel.events().flatMap((event) => {
      return "syscallId" in event && event.syscallId === syscallId(2) ? [event.type] : [];
    });
    expect(ofCall).toEqual([
      "syscall.created",
      "syscall.gated",
      "approval.requested",
      "approval.decided",
      "syscall.queued",
      "syscall.running",
      "syscall.done",
    ]);
  });

  test.each([
    ["Use the other file", "Denied: the person said no: Use the other file"],
    ["  ", "Denied: the person said no"],
  ])("is denied with the person's reason %j, which the model reads", async (reason, expected) => {
    const started = await withTurns([[["write", { n: 1 }]]]);
    const agentId = await started.kernel.launch();
    await answerNext(started, { type: "deny", reason });
    expect((await started.kernel.ended(agentId)).answer).toBe("done");
    expect([started.ran, started.read()]).toEqual([[], [expected]]);
    expect(started.kernel.kernel.feed.state().totals.denied).toBe(1);
  });

  test("is denied where nobody can be asked", async () => {
    const { kernel, ran, read } = await withTurns([[["write", { n: 1 }]]], { person: "absent" });
    await kernel.ended(await kernel.launch());
    expect(ran).toEqual([]);
    expect(read()?.[0]).toContain("nobody is there to give it");
  });

  test("takes one answer: the next one is too late", async () => {
    const started = await withTurns([[["write", { n: 1 }]]]);
    const { kernel, handlers } = started;
    await kernel.launch();
    const { id } = await answerNext(started, { type: "once" });
    const again = handlers["approvals.answer"]({ approvalId: id, answer: { type: "once" } });
    await expect(again).rejects.toMatchObject({ data: { code: "not-found" } });
    const never = handlers["approvals.answer"]({ approvalId: approvalId(99), answer: { type: "once" } });
    await expect(never).rejects.toMatchObject({ data: { code: "not-found" } });
  });

  test("is withdrawn with its agent, and stays in the history as such", async () => {
    const { kernel, handlers, ran } = await withTurns([
      [
        ["write", { n: 1 }],
        ["write", { n: 2 }],
      ],
    ]);
    const agentId = await kernel.launch();
    await kernel.seen("approval.requested", 2);
    await handlers["agents.kill"]({ agentId });
    const { approvals, decided } = kernel.kernel.feed.state();
    expect(approvals.size).toBe(0);
    expect(decided.map(({ by }) => by)).toEqual(["agent-ended", "agent-ended"]);
    expect(ran).toEqual([]);
  });
});

describe("an answer for the whole run", () => {
  test("lets the next calls of the tool run unasked, and ends with the agent", async () => {
    const started = await withTurns([[["write", { n: 1 }]], [["write", { n: 2 }]]]);
    const { kernel, ran } = started;
    const agentId = await kernel.launch();
    const { runGrantText } = await answerNext(started, { type: "run" });
    await kernel.ended(agentId);
    expect(ran).toEqual(["write 1", "write 2"]);
    expect(kernel.eventsOf("approval.requested")).toHaveLength(1);
    const [grant] = kernel.eventsOf("grant.added");
    expect(grant?.grant).toMatchObject({ agentId, tool: "write", text: runGrantText });
    expect(kernel.eventsOf("syscall.gated").at(-2)?.decision).toMatchObject({ by: "grant", grantId: "g1" });
    expect(kernel.eventsOf("grant.ended")).toMatchObject([{ grantId: "g1", reason: "agent-ended" }]);
    expect(kernel.kernel.feed.state().grants.size).toBe(0);
  });

  test("covers the requests of the same tool that already wait, and no others", async () => {
    const started = await withTurns([
      [
        ["write", { n: 1 }],
        ["write", { n: 2 }],
        ["wipe", { n: 3 }],
      ],
    ]);
    const { kernel, ran } = started;
    await kernel.launch();
    await kernel.seen("approval.requested", 3);
    await answerNext(started, { type: "run" });
    await kernel.clock.until(() => ran.length === 2);
    expect(ran).toEqual(["write 1", "write 2"]);
    expect([...kernel.kernel.feed.state().approvals.values()]).toMatchObject([{ tool: "wipe" }]);
  });

  test("can be taken back", async () => {
    const started = await withTurns([[["write", { n: 1 }]], [["write", { n: 2 }]]]);
    const { kernel, handlers, ran } = started;
    kernel.kernel.feed.onCommit(() => {
      const [grantId] = kernel.kernel.feed.state().grants.keys();
      if (grantId) void handlers["grants.revoke"]({ grantId }).catch(() => {});
    });
    await kernel.launch();
    await answerNext(started, { type: "run" });
    await kernel.seen("approval.requested", 2);
    expect(ran).toEqual(["write 1"]);
    await expect(handlers["grants.revoke"]({ grantId: "g9" as GrantId })).rejects.toMatchObject({
      data: { code: "not-found" },
    });
  });

  test("is not offered, nor taken, for what cannot be undone", async () => {
    const { kernel, handlers } = await withTurns([[["wipe", { n: 1 }]]]);
    await kernel.launch();
    await kernel.seen("approval.requested");
    const [approval] = kernel.kernel.feed.state().approvals.values();
    expect(approval).toMatchObject({ risk: "high", runGrantText: null });
    const answer = handlers["approvals.answer"]({ approvalId: approvalId(1), answer: { type: "run" } });
    await expect(answer).rejects.toMatchObject({ data: { code: "not-allowed" } });
    expect(kernel.kernel.feed.state().approvals.size).toBe(1);
  });
});

test("what no rule lifts is denied in every mode", async () => {
  const { kernel, ran, read } = await withTurns([[["peek", { n: 1 }]]], { manifest: { mode: "run-freely" } });
  await kernel.ended(await kernel.launch());
  expect([ran, read()]).toEqual([[], ["Denied: No agent may touch notes.txt"]]);
});

describe("an agent that has read may not reach a page unasked", () => {
  const turns = [[["look", { n: 1 }]], [["fetch", { n: 2 }]]] as const;

  test("in the same run, whether the reading was free or allowed by the person", async () => {
    const free = await withTurns(turns);
    await free.kernel.launch();
    await free.kernel.seen("approval.requested");
    expect(free.ran).toEqual(["look 1"]);
    const asked = await withTurns(turns, { manifest: { mode: "ask" } });
    await asked.kernel.launch();
    expect((await answerNext(asked, { type: "once" })).tool).toBe("look");
    expect(await answerNext(asked, { type: "once" })).toMatchObject({ tool: "fetch", risk: "medium" });
  });

  test("after it was done and goes on: what it read is still in its context", async () => {
    const { kernel, handlers, ran } = await withTurns([[["look", { n: 1 }]], [], [["fetch", { n: 2 }]]]);
    const agentId = await kernel.launch();
    await kernel.ended(agentId);
    await handlers["agents.send"]({ agentId, text: "and now fetch" });
    await kernel.seen("approval.requested");
    expect(ran).toEqual(["look 1"]);
  });
});

test("an agent that has read is known to have read after a restart", async () => {
  const never = new Promise<never>(() => {});
  const tool = tools([]);
  const offered = tool.map(({ specification }) => specification.name);
  const options = { tools: tool, manifest: { tools: offered } };
  const first = await start(({ messages }) => (messages.length > 2 ? never : calls(["look", {}])), options);
  await first.kernel.launch();
  await first.kernel.seen("syscall.running", 3);
  await first.kernel.stop();
  const { kernel } = await start(() => calls(["fetch", {}]), { ...options, folder: first.kernel.folder });
  await kernel.seen("approval.requested");
  expect(kernel.eventsOf("approval.requested")[0]?.approval).toMatchObject({ tool: "fetch", risk: "medium" });
});

test("decisions are events before their calls run", async () => {
  const { kernel } = await withTurns([[["look", { n: 1 }]], [["write", { n: 2 }]]], {
    manifest: { mode: "run-freely" },
  });
  await kernel.ended(await kernel.launch());
  const gated = new Set<string>();
  for (const event of kernel.events()) {
    if (event.type === "syscall.gated") gated.add(event.syscallId);
    if (event.type === "syscall.running") expect(gated).toContain(event.syscallId);
  }
  expect(gated.size).toBe(5);
});
