import { expect, test } from "vitest";
import { OUTPUT_CHARACTERS, PROGRESS_CHARACTERS, PROGRESS_MS, STREAM_FLUSH_MS } from "../limits.ts";
import type { ToolRun } from "../ports.ts";
import { settle } from "../testing/manual-clock.ts";
import { calls, says } from "../testing/scripted-core.ts";
import { Held, testTool, useKernels } from "../testing/use-kernels.ts";

const start = useKernels();

/** A kernel whose agent is inside one tool call, and the hands to act as that tool. */
async function insideTool() {
  const held = new Held<string>();
  const runs: ToolRun[] = [];
  const tool = testTool({
    name: "build",
    run: (_, run) => {
      runs.push(run);
      return held.ask();
    },
  });
  const { kernel } = await start((_, call) => (call === 1 ? calls(["build", {}]) : says("done")), {
    tools: [tool],
    manifest: { tools: ["build"] },
  });
  const agentId = await kernel.launch();
  await kernel.clock.until(() => held.waiting === 1);
  const [run] = runs;
  if (!run) throw new Error("the tool runs");
  const later = async (ms: number) => {
    kernel.clock.advance(ms);
    await settle();
  };
  const finish = () => {
    held.give("built");
    return kernel.ended(agentId);
  };
  const call = () => {
    const event = kernel.eventsOf("syscall.created").at(-1);
    return event && kernel.kernel.feed.state().syscalls.get(event.syscallId);
  };
  return { kernel, agentId, run, later, finish, call };
}

test("what a tool prints is gathered, and shown while it runs", async () => {
  const { kernel, agentId, run, later, finish } = await insideTool();
  run.output("one ");
  run.output("two \ud83d");
  await later(STREAM_FLUSH_MS - 1);
  expect(kernel.eventsOf("syscall.output").filter(({ tokens }) => tokens === 0)).toEqual([]);
  run.output("\ude00 three");
  await later(1);
  const texts = () =>
    kernel.eventsOf("syscall.output").flatMap(({ text, tokens }) => (tokens === 0 ? [text] : []));
  expect(texts()).toEqual(["one two 😀 three"]);
  run.output("the rest \udc00");
  await finish();
  expect(texts()).toEqual(["one two 😀 three", "the rest \ufffd"]);
  const detail = await kernel.kernel.handlers["agents.detail"]({ agentId });
  expect(JSON.stringify(detail)).toContain('"partial":"one two 😀 threethe rest \ufffd"');
  const result = kernel.eventsOf("syscall.done").find((event) => event.result.kind === "tool");
  expect(result?.result).toMatchObject({ text: "built" });
});

test("what a tool prints is bounded, says so, and is dropped once it has ended", async () => {
  const { kernel, run, finish } = await insideTool();
  const line = `${"x".repeat(999)}\n`;
  for (let n = 0; n < OUTPUT_CHARACTERS / 500; n += 1) run.output(line);
  await finish();
  run.output("too late");
  run.progress({ done: 1, total: 1, message: "too late" });
  await settle();
  const shown = kernel
    .eventsOf("syscall.output")
    .filter(({ tokens }) => tokens === 0)
    .map(({ text }) => text)
    .join("");
  expect(shown.length).toBeLessThan(OUTPUT_CHARACTERS + 100);
  expect(shown).toMatch(/x\n\n… \(further output is not shown: 256000 characters are\)$/);
  expect(kernel.eventsOf("syscall.progressed")).toEqual([]);
  expect(kernel.clock.timers).toBe(0);
});

test("of progress the last word in each interval is shown, and the very last always", async () => {
  const { kernel, run, later, finish, call } = await insideTool();
  for (let done = 1; done <= 50; done += 1) run.progress({ done, total: 100, message: `file ${done}` });
  await later(0);
  expect(call()?.progress).toEqual({ done: 1, total: 100, message: "file 1" });
  await later(PROGRESS_MS);
  expect(call()?.progress).toEqual({ done: 50, total: 100, message: "file 50" });
  await later(10 * PROGRESS_MS);
  run.progress({ done: 99, total: Number.NaN, message: "m".repeat(10_000) });
  run.progress({ done: Number.NaN, total: 1, message: "no number" });
  run.progress({ done: 100, total: null, message: "half \ud83d" });
  await finish();
  const seen = kernel.eventsOf("syscall.progressed").map(({ progress }) => progress);
  expect(seen).toEqual([
    { done: 1, total: 100, message: "file 1" },
    { done: 50, total: 100, message: "file 50" },
    { done: 99, total: null, message: "m".repeat(PROGRESS_CHARACTERS) },
    { done: 100, total: null, message: "half \ufffd" },
  ]);
  expect(kernel.clock.timers).toBe(0);
});
