import { describe, expect, test } from "vitest";
import type { Message } from "../../../shared/messages.ts";
import { ANSWER_RESERVE_TOKENS } from "../limits.ts";
import { partOf, partTokens, partUses, roomOf, windowOf } from "./window.ts";

describe("what is kept free for the answer", () => {
  test.each([
    ["a quarter of a small window", 2_000, null, 500],
    ["a fixed number of a large one", 128_000, null, ANSWER_RESERVE_TOKENS],
    ["what the caller allows when that is less", 128_000, 300, 300],
    ["never more than the bound, whatever is allowed", 128_000, 90_000, ANSWER_RESERVE_TOKENS],
    ["one token at least", 1, 0, 1],
  ])("%s", (_, tokens, maxOutputTokens, reserve) => {
    expect(windowOf(tokens, maxOutputTokens)).toEqual({ tokens, reserve });
  });

  test("nothing where the window is not known", () => {
    expect(windowOf(null, 100)).toBeNull();
    expect(windowOf(0, null)).toBeNull();
  });
});

const isMemoryTool = (name: string): boolean => name === "recall";
const result = (name: string): Message => ({
  role: "tool",
  toolCallId: "c",
  name,
  content: "x",
  outcome: "ok",
});

test("instructions, what was recalled, and everything else are parts of their own", () => {
  const messages: readonly Message[] = [
    { role: "system", content: "x" },
    { role: "user", content: "x" },
    { role: "assistant", content: "x", toolCalls: [] },
    result("recall"),
    result("read_file"),
  ];
  const parts = messages.map((message) => partOf(message, isMemoryTool));
  expect(parts).toEqual(["system", "history", "history", "memory", "history"]);
  const others = { tools: 7, partial: 2 };
  expect(partTokens(messages, [1, 10, 100, 1_000, 10_000], others, isMemoryTool)).toEqual({
    system: 1,
    tools: 7,
    memory: 1_000,
    history: 10_110,
    partial: 2,
  });
});

describe("budgets", () => {
  const window = { tokens: 10_000, reserve: 2_000 };
  const uses = (tokens: Parameters<typeof partUses>[0]) =>
    Object.fromEntries(partUses(tokens, window).map(({ part, budget }) => [part, budget]));
  const small = { system: 100, tools: 200, memory: 0, history: 5_000, partial: 0 };

  test("history has all that the small parts do not use", () => {
    expect(uses(small)).toEqual({
      system: 1_200,
      tools: 2_000,
      memory: 1_200,
      history: 7_700,
      partial: 2_000,
    });
  });

  test("a part that takes more than its share takes it from history", () => {
    expect(uses({ ...small, tools: 5_000 })).toMatchObject({ tools: 2_000, history: 2_900 });
    expect(uses({ ...small, tools: 50_000 })).toMatchObject({ history: 0 });
    expect(uses({ ...small, partial: 2_100 })).toMatchObject({ history: 7_600 });
  });

  test("what is used together is within the room exactly when history is within its budget", () => {
    const history = uses(small).history ?? 0;
    expect(small.system + small.tools + small.memory + history).toBe(roomOf(window));
  });

  test("stand in the order of reading, and are unknown without a window", () => {
    expect(partUses(small, null)).toEqual([
      { part: "system", tokens: 100, budget: null },
      { part: "tools", tokens: 200, budget: null },
      { part: "memory", tokens: 0, budget: null },
      { part: "history", tokens: 5_000, budget: null },
      { part: "partial", tokens: 0, budget: null },
    ]);
  });
});
