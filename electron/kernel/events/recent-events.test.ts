import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { KernelEvent } from "../../../shared/events.ts";
import { agentId, seq, serverName, syscallId } from "../../../shared/ids.ts";
import { type ServerInfo, serverOptionsSchema } from "../../../shared/servers.ts";
import { FEED_CHARACTERS, FEED_EVENTS } from "../limits.ts";
import { RecentEvents } from "./recent-events.ts";

const head = (n: number) => ({ v: 4, seq: seq(n), at: n, mono: n }) as const;
const paused = (n: number): KernelEvent => ({ ...head(n), type: "agent.paused", agentId: agentId(1) });
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index + 1);

test("readers at their own pace get every event once, in order, or are told to start anew", () => {
  const step = fc.record({ pushed: fc.nat(3_000), limit: fc.integer({ min: 1, max: 700 }) });
  fc.assert(
    fc.property(fc.nat(100), fc.array(step, { maxLength: 20 }), (base, steps) => {
      const recent = new RecentEvents(seq(base));
      let [last, at] = [base, base];
      for (const { pushed, limit } of steps) {
        recent.push(range(last, last + pushed).map(paused));
        last += pushed;
        const events = recent.since(seq(at), limit);
        if (events === null) {
          expect(last - at).toBeGreaterThan(FEED_EVENTS);
          at = last;
          continue;
        }
        expect(events.map((event) => event.seq)).toEqual(range(at, Math.min(last, at + limit)));
        at = events.at(-1)?.seq ?? at;
      }
    }),
    { numRuns: 40 },
  );
});

test("a place before the first event or after the last is not reached", () => {
  const recent = new RecentEvents(seq(10));
  recent.push(range(10, 12).map(paused));
  expect([recent.since(seq(9), 5), recent.since(seq(13), 5)]).toEqual([null, null]);
  expect(recent.since(seq(12), 5)).toEqual([]);
});

test("keeps a bounded number of events", () => {
  const recent = new RecentEvents(seq(0));
  for (let batch = 0; batch < 40; batch += 1)
    recent.push(range(batch * 1_000, (batch + 1) * 1_000).map(paused));
  expect(recent.since(seq(40_000 - FEED_EVENTS), 1)?.[0]?.seq).toBe(40_000 - FEED_EVENTS + 1);
  expect(recent.since(seq(40_000 - 1.3 * FEED_EVENTS), 1)).toBeNull();
});

describe("keeps a bounded amount of text", () => {
  const text = "x".repeat(1_000_000);
  const times = { waitMs: 0, serviceMs: 0, turnaroundMs: 0 };
  const ids = { agentId: agentId(1), syscallId: syscallId(1) } as const;
  const call = { parent: null, priority: 5, deadline: null, tokenBudget: null } as const;
  const reports = { name: "s", version: "1", instructions: text };
  const server: ServerInfo = {
    name: serverName("s"),
    transport: { type: "http", url: "http://127.0.0.1/mcp", headerNames: [] },
    options: serverOptionsSchema.parse({}),
    status: { type: "disabled" },
    reports: null,
    capabilities: { resources: false, prompts: false, logging: false },
    tools: null,
    digest: null,
    trust: "none",
    restarts: 0,
  };
  const large: Readonly<Record<string, (n: number) => KernelEvent>> = {
    "tool results": (n) => {
      const result = { kind: "tool", text, outcome: "ok" } as const;
      return { ...head(n), ...ids, type: "syscall.done", times, result };
    },
    "arguments in a model's answer": (n) => {
      const toolCalls = [{ id: "c", name: "write_file", arguments: { content: text } }];
      const message = { role: "assistant", content: "", toolCalls } as const;
      const usage = { promptTokens: 1, outputTokens: 1, source: "reported" } as const;
      const result = { kind: "llm", message, model: "m", finishReason: "tool-calls", usage } as const;
      return { ...head(n), ...ids, type: "syscall.done", times, result };
    },
    arguments: (n) => ({
      ...head(n),
      ...ids,
      ...call,
      type: "syscall.created",
      call: { kind: "tool", tool: "t", arguments: { text }, toolCallId: null },
    }),
    "prompts of programs": (n) => ({
      ...head(n),
      ...ids,
      ...call,
      type: "syscall.created",
      call: {
        kind: "llm",
        model: null,
        tools: [],
        maxOutputTokens: null,
        messages: [{ role: "user", content: text }],
      },
    }),
    contexts: (n) => ({
      ...head(n),
      type: "context.appended",
      agentId: agentId(1),
      messages: [{ role: "user", content: text }],
    }),
    "tools of servers": (n) => ({ ...head(n), type: "server.changed", server: { ...server, reports } }),
    streams: (n) => ({ ...head(n), ...ids, type: "syscall.output", text, tokens: 1 }),
    answers: (n) => ({
      ...head(n),
      type: "agent.ended",
      agentId: agentId(1),
      status: "done",
      answer: text,
      error: null,
    }),
  };

  test.each(Object.keys(large))("%s", (name) => {
    const recent = new RecentEvents(seq(0));
    const most = FEED_CHARACTERS / text.length;
    for (let n = 1; n <= 2 * most; n += 1) {
      const event = large[name]?.(n);
      if (event) recent.push([event]);
    }
    expect(recent.since(seq(most - 2), 1)).toBeNull();
    expect(recent.since(seq(2 * most - 1), 1)).toHaveLength(1);
  });
});
