import { describe, expect, test } from "vitest";
import type { CompletionRequest } from "./ports.ts";
import { settle } from "./testing/manual-clock.ts";
import { calls, modelError, type ScriptedReply, says } from "./testing/scripted-core.ts";
import { testTool, useKernels } from "./testing/use-kernels.ts";

const start = useKernels();

/** About 900 tokens a result. */
const LONG = "All work and no play makes a long result. ".repeat(85);

const readTool = testTool({ name: "read", run: async () => LONG });

const isSummary = ({ messages, tools }: CompletionRequest): boolean =>
  tools.length === 0 && messages.length === 2 && messages[0]?.content !== "Help.";

const sizeOf = ({ messages }: CompletionRequest): number =>
  messages.reduce((sum, { content }) => sum + Math.ceil(content.length / 4), 0);

/** Reads `rounds` long results, one a turn, then answers. Summaries are short. */
function reader(rounds: number) {
  let turn = 0;
  return (request: CompletionRequest): ScriptedReply => {
    if (isSummary(request)) return says("It read the same line many times.");
    turn += 1;
    return turn <= rounds ? calls(["read", { page: turn }, `call_${turn}`]) : says("done");
  };
}

const helper = { tools: ["read"], limits: { steps: 60, tokens: 1_000_000, children: 0 } };

describe("a window that fills up", () => {
  test("is made room in, so that no prompt is longer than it, and the goal stays word for word", async () => {
    const { kernel, core } = await start(reader(20), {
      manifest: helper,
      tools: [readTool],
      core: { contextTokens: 4_000 },
    });
    const view = await kernel.ended(await kernel.launch({ task: "count the lines of the long book" }));
    expect(view).toMatchObject({ ending: "done", answer: "done" });
    expect(view.compactions).toBeGreaterThan(0);
    for (const request of core.requests.filter((each) => !isSummary(each))) {
      expect(sizeOf(request)).toBeLessThan(4_000);
      expect(request.messages[0]).toEqual({ role: "system", content: "Help." });
      expect(request.messages[1]).toEqual({ role: "user", content: "count the lines of the long book" });
      const asked = request.messages.flatMap((each) =>
        each.role === "assistant" ? each.toolCalls.map(({ id }) => id) : [],
      );
      const answered = request.messages.flatMap((each) => (each.role === "tool" ? [each.toolCallId] : []));
      expect(answered).toEqual(asked);
    }
  });

  test("gets its summary by a syscall of the agent's, in its queue", async () => {
    const { kernel } = await start(reader(40), {
      manifest: helper,
      tools: [readTool],
      core: { contextTokens: 3_000 },
    });
    await kernel.ended(await kernel.launch());
    const compactions = kernel.eventsOf("context.compacted").map(({ compaction }) => compaction);
    const bySummary = compactions.find(({ by }) => by.type === "model");
    if (bySummary?.by.type !== "model") throw new Error("no summary was made");
    const { syscallId } = bySummary.by;
    const call = kernel.eventsOf("syscall.created").find((event) => event.syscallId === syscallId)?.call;
    expect(call).toMatchObject({ kind: "llm", purpose: "summary" });
    const text = bySummary.reductions.find(({ type }) => type === "summary");
    expect(text).toMatchObject({ text: "It read the same line many times." });
  });

  test("is made room in by extraction where no language model is at hand", async () => {
    const { kernel } = await start(reader(40), {
      manifest: helper,
      tools: [readTool],
      core: { contextTokens: 3_000, summaries: "none" },
    });
    const view = await kernel.ended(await kernel.launch());
    expect(view.ending).toBe("done");
    const kinds = kernel.eventsOf("context.compacted").map(({ compaction }) => compaction.by.type);
    expect(kinds).toContain("extraction");
    expect(kinds).not.toContain("model");
  });
});

test("a prompt is the beginning of the next one, byte for byte, but where the context was made smaller", async () => {
  const { kernel, core } = await start(reader(20), {
    manifest: helper,
    tools: [readTool],
    core: { contextTokens: 6_000 },
  });
  await kernel.ended(await kernel.launch());
  const prompts = core.requests.filter((each) => !isSummary(each));
  let broken = 0;
  for (const [index, { messages, tools }] of prompts.entries()) {
    const next = prompts[index + 1];
    if (!next) break;
    expect(JSON.stringify(next.tools)).toBe(JSON.stringify(tools));
    const prefix = JSON.stringify(messages).slice(0, -1);
    if (!JSON.stringify(next.messages).startsWith(prefix)) broken += 1;
  }
  expect(broken).toBe(kernel.eventsOf("context.compacted").length);
});

describe("a prompt that the server refuses as too long", () => {
  test("is made smaller once and tried once more", async () => {
    let asked = 0;
    const { kernel, core } = await start(
      (request) => {
        if (isSummary(request)) return says("short");
        asked += 1;
        if (asked <= 4) return calls(["read", {}, `call_${asked}`]);
        return sizeOf(request) > 2_500 ? modelError("context-too-long") : says("done");
      },
      { manifest: helper, tools: [readTool] },
    );
    const view = await kernel.ended(await kernel.launch());
    expect(view).toMatchObject({ ending: "done", answer: "done" });
    expect(kernel.eventsOf("context.compacted").map(({ compaction }) => compaction.cause)).toEqual([
      "refused",
    ]);
    expect(core.requests.length).toBeLessThanOrEqual(7);
  });

  test("and refused again fails, naming the cause", async () => {
    const { kernel } = await start(
      (request) => (isSummary(request) ? says("short") : modelError("context-too-long")),
      { manifest: helper, tools: [readTool] },
    );
    const view = await kernel.ended(await kernel.launch());
    expect(view).toMatchObject({ ending: "failed", error: { code: "context-too-long" } });
  });
});

test("a compaction shows before and after, and is undone word for word", async () => {
  const { kernel, handlers } = await start(reader(6), {
    manifest: helper,
    tools: [readTool],
    core: { contextTokens: 4_000 },
  });
  const agentId = await kernel.launch();
  await kernel.ended(agentId);
  const [event] = kernel.eventsOf("context.compacted");
  if (!event) throw new Error("nothing was compacted");
  const { before, after, compaction } = await handlers["context.compaction"]({ agentId, seq: event.seq });
  expect(compaction.state).toBe("in-force");
  const sum = (messages: typeof before) => messages.reduce((total, { tokens }) => total + tokens, 0);
  expect(sum(after)).toBeLessThan(sum(before));
  for (const { seq } of kernel.eventsOf("context.compacted").toReversed()) {
    await handlers["context.undoCompaction"]({ agentId, seq });
  }
  const view = await handlers["context.view"]({ agentId, snapshotId: null });
  expect(view.messages.every(({ shape }) => shape === "whole")).toBe(true);
  expect(
    view.messages.filter(({ message }) => message.role === "tool").map(({ message }) => message.content),
  ).toEqual(Array.from({ length: 6 }, () => LONG));
  await expect(handlers["context.undoCompaction"]({ agentId, seq: event.seq })).rejects.toMatchObject({
    data: { code: "conflict" },
  });
});

test("the person has a running agent's context made smaller before its next step", async () => {
  const { kernel, handlers, core } = await start(reader(6), { manifest: helper, tools: [readTool] });
  const agentId = await kernel.launch();
  await kernel.clock.until(() => core.requests.length === 5);
  await handlers["context.compact"]({ agentId });
  await kernel.ended(agentId);
  expect(kernel.eventsOf("context.compacted").map(({ compaction }) => compaction.cause)).toEqual(["person"]);
  await expect(handlers["context.compact"]({ agentId })).rejects.toMatchObject({
    data: { code: "conflict" },
  });
});

describe("a summary", () => {
  test("that uses up the tokens of the run ends it, and no step is made of the one token left", async () => {
    const { kernel, core } = await start(
      (request) => {
        if (isSummary(request)) return { ...says("short"), promptTokens: 5_000 };
        return calls(["read", {}, `call_${core.requests.length}`]);
      },
      {
        manifest: { ...helper, limits: { steps: 60, tokens: 4_000, children: 0 } },
        tools: [readTool],
        core: { contextTokens: 3_000 },
      },
    );
    const view = await kernel.ended(await kernel.launch());
    expect(view).toMatchObject({ ending: "failed", error: { code: "limit-reached" } });
    expect(core.requests.map(isSummary).at(-1)).toBe(true);
  });

  test("is no step: after a restart as many are left as before", async () => {
    let summaries = 0;
    const script = (request: CompletionRequest): ScriptedReply => {
      if (isSummary(request)) {
        summaries += 1;
        return says("short");
      }
      return calls(["read", {}, `call_${request.messages.length}_${kernelRuns}`]);
    };
    let kernelRuns = 1;
    const limits = { steps: 40, tokens: 1_000_000, children: 0 };
    const options = { manifest: { ...helper, limits }, tools: [readTool], core: { contextTokens: 3_000 } };
    const first = await start(script, options);
    const agentId = await first.kernel.launch();
    await first.kernel.clock.until(() => summaries >= 2);
    const { folder } = first.kernel;
    await first.kernel.stop();
    kernelRuns = 2;
    const next = await start(script, { ...options, folder });
    expect(await next.kernel.ended(agentId)).toMatchObject({ ending: "failed" });
    const done = new Set(next.kernel.eventsOf("syscall.done").map(({ syscallId }) => syscallId));
    const steps = next.kernel
      .eventsOf("syscall.created")
      .filter(({ call, syscallId }) => call.kind === "llm" && call.messages === null && done.has(syscallId));
    expect(steps).toHaveLength(40);
  });

  test("that the person cancels is made by extraction, and the agent goes on", async () => {
    let held: "no" | "yes" = "no";
    const read = reader(40);
    const { kernel, handlers } = await start(
      (request) => {
        if (!isSummary(request) || held === "yes") return read(request);
        held = "yes";
        return { ...says("never said in full"), standsStillAfter: 0 };
      },
      { manifest: helper, tools: [readTool], core: { contextTokens: 3_000 } },
    );
    const agentId = await kernel.launch();
    await kernel.clock.until(() => held === "yes");
    await settle();
    const call = kernel
      .eventsOf("syscall.created")
      .find((each) => each.call.kind === "llm" && each.call.purpose);
    if (!call) throw new Error("no summary is made");
    await handlers["syscalls.cancel"]({ syscallId: call.syscallId });
    expect((await kernel.ended(agentId)).ending).toBe("done");
    expect(kernel.eventsOf("context.compacted").map(({ compaction }) => compaction.by.type)).toContain(
      "extraction",
    );
  });

  test("that is made while the agent is rewound is void", async () => {
    let held: "no" | "yes" = "no";
    const read = reader(40);
    const { kernel, handlers } = await start(
      (request) => {
        if (request.messages.at(-1)?.content === "stop") return says("stopped");
        if (!isSummary(request) || held === "yes") return read(request);
        held = "yes";
        return { ...says("never said in full"), standsStillAfter: 0 };
      },
      { manifest: helper, tools: [readTool], core: { contextTokens: 3_000 } },
    );
    const agentId = await kernel.launch();
    await kernel.clock.until(() => held === "yes");
    const made = kernel.eventsOf("context.compacted").length;
    const { snapshots } = await handlers["context.snapshots"]({ agentId });
    const first = snapshots.findLast(({ cause }) => cause === "tool-wait");
    if (!first) throw new Error("no snapshot");
    await handlers["context.rewind"]({ agentId, snapshotId: first.id, message: "stop", afterwards: "go-on" });
    expect((await kernel.ended(agentId)).answer).toBe("stopped");
    expect(kernel.eventsOf("context.compacted")).toHaveLength(made);
  });
});

test("a server that reports only what it had not in its cache is not suspected after a compaction or a restart", async () => {
  const told: number[] = [];
  const script = (request: CompletionRequest): ScriptedReply => {
    if (isSummary(request)) return says("short");
    // All but the last message is in the cache.
    const reply = told.length < 12 ? calls(["read", {}, `call_${told.length}`]) : says("done");
    told.push(sizeOf(request));
    return { ...reply, promptTokens: 900 };
  };
  const options = { manifest: helper, tools: [readTool], core: { contextTokens: 6_000 } };
  const first = await start(script, options);
  const agentId = await first.kernel.launch();
  await first.kernel.clock.until(() => told.length === 5);
  const { folder } = first.kernel;
  await first.kernel.stop();
  const next = await start(script, { ...options, folder });
  await next.kernel.ended(agentId);
  expect(next.kernel.eventsOf("context.compacted").length).toBeGreaterThan(0);
  expect(next.kernel.eventsOf("context.truncated")).toEqual([]);
});
