import { describe, expect, test } from "vitest";
import { KernelError } from "../../../shared/errors.ts";
import { coreId, syscallId } from "../../../shared/ids.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import { openResultFiles } from "../../adapters/result-files.ts";
import { EventLog } from "../events/event-log.ts";
import { EDITED_ARGUMENTS_CHARACTERS } from "../limits.ts";
import type { Tool } from "../ports.ts";
import type { Turn } from "../scheduler/dispatcher.ts";
import { Syscall } from "../syscall.ts";
import { ManualClock, settle } from "../testing/manual-clock.ts";
import { MemoryEventStore } from "../testing/memory-event-store.ts";
import { type CallSpec, calls, says } from "../testing/scripted-core.ts";
import { Held, type StartOptions, testTool, useKernels } from "../testing/use-kernels.ts";
import { createToolExecutor, type RedeemedCall } from "./tool-executor.ts";

const start = useKernels();

/** One turn of tool calls, then an answer; returns what the model read of them. */
async function readOf(toolCalls: readonly CallSpec[], options: StartOptions) {
  const tools = (options.tools ?? []).map((tool) => tool.specification.name);
  const started = await start((_, call) => (call === 1 ? calls(...toolCalls) : says("done")), {
    manifest: { tools: [...tools, "clock", "calendar", "send_message"], mode: "run-freely" },
    ...options,
  });
  const view = await started.kernel.ended(await started.kernel.launch());
  expect(view.answer).toBe("done");
  const read = started.core.requests[1]?.messages.filter((message) => message.role === "tool") ?? [];
  return { read, ...started };
}
const failing = (name: string, error: unknown) =>
  testTool({
    name,
    run: async () => {
      throw error;
    },
  });

describe("the calls of one turn", () => {
  test("run at once, and are read in order whichever ends first", async () => {
    const held = new Held<string>();
    const order: unknown[] = [];
    const tool = testTool({
      name: "slow",
      run: async (args: JsonObject) => {
        const text = await held.ask();
        order.push(args.n);
        return text;
      },
    });
    const turn = [1, 2, 3].map((n): CallSpec => ["slow", { n }, `c${n}`]);
    const { kernel, core } = await start((_, call) => (call === 1 ? calls(...turn) : says("done")), {
      tools: [tool],
      manifest: { tools: ["slow"] },
    });
    const agentId = await kernel.launch();
    await kernel.clock.until(() => held.waiting === 3);
    for (const text of ["one", "two", "three"]) held.give(text);
    await kernel.ended(agentId);
    expect(order).toEqual([1, 2, 3]);
    const read = core.requests[1]?.messages.slice(-3).map((message) => message.content);
    expect(read).toEqual(["one", "two", "three"]);
  });

  test("keep to what each tool can bear", async () => {
    let [running, most] = [0, 0];
    const tool = testTool({
      name: "narrow",
      concurrency: 2,
      run: async () => {
        running += 1;
        most = Math.max(most, running);
        await settle(2);
        running -= 1;
        return "ok";
      },
    });
    const turn = Array.from({ length: 9 }, (_, n): CallSpec => ["narrow", { n }]);
    const { read } = await readOf(turn, { tools: [tool] });
    expect([read.length, most]).toEqual([9, 2]);
  });

  test("under one id each have their own result", async () => {
    const echo = testTool({ name: "echo", run: async ({ n }) => String(n) });
    const { read } = await readOf(
      [
        ["echo", { n: 1 }, "same"],
        ["echo", { n: 2 }, "same"],
      ],
      { tools: [echo] },
    );
    expect(read.map((message) => [message.toolCallId, message.content])).toEqual([
      ["same", "1"],
      ["same_2", "2"],
    ]);
  });
});

describe("a failed call is read as such, and touches nobody else", () => {
  test.each([
    ["a tool that throws", failing("bad", new Error("it broke")), "Error: it broke"],
    ["a tool that throws no error", failing("bad", null), "Error: unknown"],
    [
      "a tool that fails with a way out",
      failing("bad", new KernelError("not-found", "No such page", { hint: "Look elsewhere" })),
      "Error: No such page. Look elsewhere",
    ],
    [
      "a tool that throws before it promises",
      testTool({
        name: "bad",
        run: () => {
          throw new Error("at once");
        },
      }),
      "Error: at once",
    ],
  ])("%s", async (_, tool, expected) => {
    const ok = testTool({ name: "ok", run: async () => "fine" });
    const { read, kernel } = await readOf(
      [
        ["bad", {}],
        ["ok", {}],
      ],
      { tools: [tool, ok] },
    );
    expect(read).toMatchObject([
      { content: expected, outcome: "error" },
      { content: "fine", outcome: "ok" },
    ]);
    expect(kernel.clock.timers).toBe(0);
  });

  test("a tool that does not exist, or was not offered", async () => {
    const { read, kernel } = await readOf(
      [
        ["fly", {}],
        ["read_file", { path: "x" }],
      ],
      {},
    );
    expect(read.map(({ content }) => content)).toEqual([
      "Error: There is no tool fly (not offered). Call one of the tools offered",
      "Error: There is no tool read_file (not offered). Call one of the tools offered",
    ]);
    expect(kernel.eventsOf("syscall.failed").map(({ error }) => error.code)).toEqual([
      "not-found",
      "not-found",
    ]);
  });

  test("arguments that do not fit, naming the field", async () => {
    const { read } = await readOf(
      [
        ["calendar", { operation: "weekday", date: "tomorrow" }],
        ["clock", { zone: "UTC" }],
        ["clock", { timezone: "Mars/Base" }],
      ],
      {},
    );
    expect(read.map(({ content }) => content)).toEqual([
      "Error: calendar: date: expected a date such as 2026-12-25",
      expect.stringContaining("Error: clock: zone: Unrecognized key"),
      "Error: clock: timezone: Mars/Base is not a known time zone",
    ]);
  });
});

test("a tool that takes too long is told to stop, and its slot is free again", async () => {
  const aborted: boolean[] = [];
  const slow = testTool({
    name: "slow",
    timeoutMs: 5_000,
    concurrency: 1,
    run: (_, run) =>
      new Promise(() => {
        run.signal.addEventListener("abort", () => aborted.push(true));
      }),
  });
  const { kernel, core } = await start((_, call) => (call < 3 ? calls(["slow", {}]) : says("done")), {
    tools: [slow],
    manifest: { tools: ["slow"] },
  });
  const agentId = await kernel.launch();
  for (const turn of [1, 2]) {
    await kernel.seen("syscall.running", 2 * turn);
    kernel.clock.advance(4_999);
    await settle();
    expect(core.requests).toHaveLength(turn);
    kernel.clock.advance(1);
    await kernel.clock.until(() => core.requests.length === turn + 1);
  }
  await kernel.ended(agentId);
  expect(core.requests[1]?.messages.at(-1)?.content).toBe("Error: slow took longer than 5 s");
  expect(aborted).toHaveLength(2);
});

test("a call with effects starts only when its intent is on disk", async () => {
  const seen: number[] = [];
  const kernels: { eventsOf(type: "syscall.running"): unknown[] }[] = [];
  const write = testTool({
    name: "write",
    effects: [{ type: "write", target: "x", reversible: "yes" }],
    run: async () => {
      seen.push(kernels[0]?.eventsOf("syscall.running").length ?? 0);
      return "written";
    },
  });
  const { kernel } = await start((_, call) => (call === 1 ? calls(["write", {}]) : says("done")), {
    tools: [write],
    manifest: { tools: ["write"], mode: "run-freely" },
  });
  kernels.push(kernel);
  await kernel.ended(await kernel.launch());
  expect(seen).toEqual([2]);
});

describe("the last look before a call runs", () => {
  /** Runs one call of `tool` on the executor, with what the gate says at last. */
  async function executed(redeem: (tool: Tool) => Promise<RedeemedCall>, effects: "some" | "none" = "none") {
    const clock = new ManualClock();
    const store = new MemoryEventStore();
    const log = new EventLog(store, clock);
    const ran: JsonObject[] = [];
    const tool = testTool({
      name: "write",
      run: async (args) => {
        ran.push(args);
        return "written";
      },
    });
    const committedAtRedeem: number[] = [];
    const execute = createToolExecutor({
      log,
      clock,
      results: openResultFiles("never-made"),
      admitted: () => ({ effects }),
      taint: () => {},
      wrote: async () => {},
      redeem: () => {
        committedAtRedeem.push(store.events.length);
        return redeem(tool);
      },
    });
    const call = { kind: "tool", tool: "write", arguments: { n: 1 }, toolCallId: null } as const;
    const options = { agentId: null, call, parent: null, priority: 5, deadline: null, tokenBudget: null };
    const syscall = new Syscall(syscallId(1), { ...options, prompt: [], memoryOwner: "me" }, 0, () => {});
    for (const state of ["gated", "queued", "running"] as const) syscall.to(state, 0);
    log.append({ type: "kernel.stopped", reason: "stands for the intent" });
    const turn: Turn = {
      coreId: coreId("write"),
      tokens: 0,
      preemption: () => null,
      leaveSlot: (_, wait) => wait,
    };
    const end = await execute(syscall, turn);
    await log.close();
    return { end, ran, committedAtRedeem };
  }

  test("comes after the intent of a call with effects is on disk", async () => {
    const asIs = async (tool: Tool) => ({ tool, args: {}, edited: "no", mark: () => {} }) as const;
    expect((await executed(asIs, "some")).committedAtRedeem).toEqual([1]);
    expect((await executed(asIs, "none")).committedAtRedeem).toEqual([0]);
  });

  test("keeps a call from running whose ticket no longer holds", async () => {
    const { end, ran } = await executed(async () => {
      throw new KernelError("approval-void", "the tool is not the one that it was");
    });
    expect(end).toMatchObject({ outcome: { state: "failed", error: { code: "approval-void" } } });
    expect(ran).toEqual([]);
  });

  test("tells the model which arguments the person put in, within a bound", async () => {
    const edited = async (tool: Tool) =>
      ({ tool, args: { n: 2 }, edited: "by-person", mark: () => {} }) as const;
    const { end, ran } = await executed(edited);
    expect(ran).toEqual([{ n: 2 }]);
    const text = 'The person changed the arguments of this call to {"n":2}\nwritten';
    expect(end).toMatchObject({ outcome: { state: "done", result: { text } } });
    const args = { text: "😀".repeat(EDITED_ARGUMENTS_CHARACTERS) };
    const long = await executed(async (tool) => ({ tool, args, edited: "by-person", mark: () => {} }));
    const shown = JSON.stringify(long.end);
    expect(shown.length).toBeLessThan(EDITED_ARGUMENTS_CHARACTERS + 500);
    expect(shown).not.toContain("\\ud83d");
  });
});
