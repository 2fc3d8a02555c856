import { describe, expect, test } from "vitest";
import type { CoreCapabilities } from "../../shared/cores.ts";
import type { CompletionRequest } from "./ports.ts";
import { settle } from "./testing/manual-clock.ts";
import { modelError, ScriptedCore, type ScriptedReply, says } from "./testing/scripted-core.ts";
import { useKernels } from "./testing/use-kernels.ts";

const start = useKernels();

const ANSWER = "one two three four five six";

/** Answers in full, but breaks its first stream off after some words. */
function breakingOnce(words: number) {
  let broken: "no" | "yes" = "no";
  return (request: CompletionRequest): ScriptedReply => {
    if (broken === "yes" || request.resume !== null) return says(ANSWER);
    broken = "yes";
    return { ...says(ANSWER), breaksAfter: words };
  };
}

describe("a stream that breaks off in the middle", () => {
  test("goes on from its text where the core can continue one", async () => {
    const { kernel, core } = await start(breakingOnce(3), { core: { preemption: "prefill" } });
    const view = await kernel.ended(await kernel.launch(), 50);
    expect(view.answer).toBe(ANSWER);
    expect(core.requests.map(({ resume }) => resume?.partial ?? null)).toEqual([null, "one two three "]);
    const { continuation } = kernel.eventsOf("syscall.continued")[0] ?? {};
    expect(continuation).toMatchObject({ from: null, how: "prefill", text: "one two three ", tokens: 3 });
    expect(continuation?.resentTokens).toBeGreaterThan(0);
    expect(kernel.eventsOf("syscall.restarted")).toEqual([]);
    const streamed = kernel.eventsOf("syscall.output").map(({ text }) => text);
    expect(streamed.join("")).toBe(ANSWER.slice(0, streamed.join("").length));
  });

  test("starts again elsewhere, and the log says what was sent once more and what it cost", async () => {
    const { kernel, core } = await start(breakingOnce(3), { core: { preemption: "none" } });
    const view = await kernel.ended(await kernel.launch(), 50);
    expect(view.answer).toBe(ANSWER);
    expect(core.requests.map(({ resume }) => resume)).toEqual([null, null]);
    const { continuation } = kernel.eventsOf("syscall.continued")[0] ?? {};
    expect(continuation).toMatchObject({ from: null, how: "again", text: "", tokens: 0 });
    expect(continuation?.costUsd).toBe((continuation?.resentTokens ?? 0) / 1_000_000);
  });

  test("that had said nothing yet is no continuation", async () => {
    let call = 0;
    const { kernel } = await start(() => {
      call += 1;
      return call === 1 ? modelError("model-server-error") : says(ANSWER);
    });
    await kernel.ended(await kernel.launch(), 50);
    expect(kernel.eventsOf("syscall.continued")).toEqual([]);
  });
});

describe("an answer that comes to another core in the middle", () => {
  /** Two cores of one model: the first breaks off, or is left at the end of a slice, and is taken meanwhile. */
  async function moved(first: CoreCapabilities["preemption"], second: CoreCapabilities["preemption"]) {
    const isFirst = ({ messages }: CompletionRequest) => messages[1]?.content === "first";
    const hold: ScriptedReply = { ...says("held"), standsStillAfter: 0 };
    let broken: "no" | "yes" = "no";
    const one = new ScriptedCore(
      (request) => {
        if (!isFirst(request)) return hold;
        if (broken === "yes" || first === "kv") return says(ANSWER);
        broken = "yes";
        return { ...says(ANSWER), breaksAfter: 3 };
      },
      { id: "one", model: "m", slots: 1, preemption: first },
    );
    const two = new ScriptedCore((request) => (isFirst(request) ? says(ANSWER) : hold), {
      id: "two",
      model: "m",
      slots: 1,
      preemption: second,
    });
    const { kernel, handlers } = await start(() => says(""), { cores: [one, two] });
    const agentId = await kernel.launch({ task: "first" });
    await kernel.clock.until(() => one.requests.length === 1 || two.requests.length === 1);
    if (first === "kv") {
      await handlers["agents.pause"]({ agentId });
    }
    await kernel.seen("syscall.suspended");
    await kernel.launch({ task: "second" });
    await kernel.clock.until(() => one.running === 1);
    if (first === "kv") await handlers["agents.resume"]({ agentId });
    const view = await kernel.ended(agentId, 50);
    const detail = await handlers["agents.detail"]({ agentId });
    const call = detail.items.flatMap((item) => (item.kind === "syscall" ? [item.syscall] : []))[0];
    return { view, call, resumed: two.requests.map(({ resume }) => resume), kernel };
  }

  test("which cannot continue one starts it again", async () => {
    const { view, call, resumed } = await moved("prefill", "none");
    expect([view.answer, resumed]).toEqual([ANSWER, [null]]);
    expect(call?.continuations).toMatchObject([{ how: "again", text: "", tokens: 0 }]);
    expect(ANSWER.startsWith(call?.partial ?? "?")).toBe(true);
  });

  test("which can continue a text, but not the other's state, goes on from the text", async () => {
    const { view, call, resumed } = await moved("kv", "prefill");
    expect(view.answer).toBe(ANSWER);
    expect(resumed).toMatchObject([{ state: null }]);
    expect(ANSWER.startsWith(resumed[0]?.partial ?? "?")).toBe(true);
    expect(call?.continuations).toMatchObject([{ how: "prefill", text: resumed[0]?.partial }]);
    expect(ANSWER.startsWith(call?.partial ?? "?")).toBe(true);
  });
});

describe("after a restart in the middle of an answer", () => {
  async function restartWith(preemption: CoreCapabilities["preemption"]) {
    const first = await start(() => ({ ...says(ANSWER), standsStillAfter: 3 }), { core: { preemption } });
    const agentId = await first.kernel.launch();
    await first.kernel.clock.until(
      () => first.kernel.eventsOf("syscall.output").reduce((sum, { tokens }) => sum + tokens, 0) === 3,
      50,
    );
    const { folder } = first.kernel;
    await first.kernel.stop();
    const next = await start(() => says(ANSWER), { folder, core: { preemption } });
    await settle();
    const view = await next.kernel.ended(agentId, 50);
    return { ...next, view };
  }

  test("a core that can continue a text does", async () => {
    const { view, core, kernel } = await restartWith("prefill");
    expect(view.answer).toBe(ANSWER);
    expect(core.requests.map(({ resume }) => resume?.partial)).toEqual(["one two three "]);
    const cancelled = kernel.eventsOf("syscall.cancelled")[0];
    expect(kernel.eventsOf("syscall.continued")[0]?.continuation).toMatchObject({
      from: cancelled?.syscallId,
      how: "prefill",
      text: "one two three ",
    });
  });

  test("another one starts again", async () => {
    const { view, core, kernel } = await restartWith("none");
    expect(view.answer).toBe(ANSWER);
    expect(core.requests.map(({ resume }) => resume)).toEqual([null]);
    expect(kernel.eventsOf("syscall.continued")[0]?.continuation).toMatchObject({ how: "again", text: "" });
  });
});

test("a call that the person cancelled goes on from its text after a rewind", async () => {
  let call = 0;
  const { kernel, core, handlers } = await start(
    () => {
      call += 1;
      return call === 1 ? { ...says(ANSWER), standsStillAfter: 3 } : says(ANSWER);
    },
    { core: { preemption: "prefill" } },
  );
  const agentId = await kernel.launch();
  await kernel.clock.until(() => kernel.eventsOf("syscall.output").length > 0, 50);
  const running = kernel.eventsOf("syscall.running")[0];
  if (!running) throw new Error("nothing runs");
  await handlers["syscalls.cancel"]({ syscallId: running.syscallId });
  expect((await kernel.ended(agentId)).ending).toBe("cancelled");
  const { snapshots } = await handlers["context.snapshots"]({ agentId });
  const cancelled = snapshots.find(({ cause }) => cause === "cancelled");
  if (!cancelled) throw new Error("no snapshot of the cancelled call");
  expect(cancelled.partialTokens).toBeGreaterThan(0);
  await handlers["context.rewind"]({ agentId, snapshotId: cancelled.id, message: "", afterwards: "go-on" });
  await kernel.clock.until(() => kernel.view(agentId)?.answer === ANSWER, 50);
  expect(core.requests.at(-1)?.resume?.partial).toMatch(/^one /);
});
