import { expect, test } from "vitest";
import type { KernelEvent, KernelEventBody } from "../../shared/events.ts";
import { agentId, seq, syscallId } from "../../shared/ids.ts";
import { describeEvent } from "./progress.ts";

const ids = { agentId: agentId(1), syscallId: syscallId(2) } as const;
const times = { waitMs: 1.4, serviceMs: 20.6, turnaroundMs: 22 };
const line = (body: KernelEventBody): string | null => {
  const event: KernelEvent = { v: 4, seq: seq(1), at: 0, mono: 0, ...body };
  return describeEvent(event);
};

test.each<[string | null, KernelEventBody]>([
  [
    'a1 s2 storage write_file(path: "x")',
    {
      ...ids,
      type: "syscall.created",
      call: { kind: "storage", tool: "write_file", arguments: { path: "x" }, toolCallId: null },
      parent: null,
      priority: 5,
      deadline: null,
      tokenBudget: null,
    },
  ],
  [
    "a1 s2 tool (21 ms, waited 1 ms): two lines",
    { ...ids, type: "syscall.done", times, result: { kind: "tool", text: "two\n lines ", outcome: "ok" } },
  ],
  [
    "a1 s2 failed: no",
    { ...ids, type: "syscall.failed", times, error: { code: "tool-failed", message: "no" } },
  ],
  ["a1 s2 was denied: no", { ...ids, type: "syscall.denied", times, reason: "no" }],
  [
    "a1 s2 waits (rate-limited): slow down",
    {
      ...ids,
      type: "syscall.suspended",
      reason: { type: "rate-limited", until: 9, message: "slow down" },
      servedMs: 0,
      tokens: 0,
    },
  ],
  [null, { ...ids, type: "syscall.suspended", reason: { type: "slice-end" }, servedMs: 0, tokens: 0 }],
  [null, { ...ids, type: "syscall.output", text: "x", tokens: 1 }],
  ["a1 done", { agentId: agentId(1), type: "agent.ended", status: "done", answer: "x", error: null }],
])("%j", (expected, body) => {
  expect(line(body)).toBe(expected);
});

test("a long text is one short line", () => {
  const said = line({ ...ids, type: "syscall.denied", times, reason: "word ".repeat(500) });
  expect(said?.length).toBeLessThan(140);
  expect(said?.endsWith("…")).toBe(true);
});
