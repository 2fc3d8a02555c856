import { describe, expect, test } from "vitest";
import type { Reduction } from "../../../shared/context.ts";
import { estimateTokens, type Message } from "../../../shared/messages.ts";
import { REDUCTION_LINE_TOKENS } from "../limits.ts";
import { applyReductions, CUT_LINE, isTurnBoundary, removedResultLine, summaryLine } from "./reductions.ts";

const user = (content: string): Message => ({ role: "user", content });
const answer = (content: string, ...ids: string[]): Message => ({
  role: "assistant",
  content,
  toolCalls: ids.map((id) => ({ id, name: "look", arguments: {} })),
});
const result = (toolCallId: string, content = "long"): Message => ({
  role: "tool",
  toolCallId,
  name: "look",
  content,
  outcome: "ok",
});

/** 0 rules, 1 goal, 2-4 a turn with two results, 5 the person, 6-7 a turn, 8 an answer. */
const HISTORY: readonly Message[] = [
  { role: "system", content: "rules" },
  user("goal"),
  answer("", "a", "b"),
  result("a"),
  result("b"),
  user("also this"),
  answer("", "c"),
  result("c"),
  answer("done"),
];

const summary = (from: number, to: number, kept: readonly number[] = [], text = "sum"): Reduction => {
  return { type: "summary", from, to, kept, text, tokens: 1 };
};
const shown = (...compactions: readonly (readonly Reduction[])[]) =>
  applyReductions(
    HISTORY,
    compactions.map((reductions) => ({ reductions })),
  );
const contents = (messages: readonly Message[]): readonly string[] => messages.map(({ content }) => content);

test("without reductions it is the history itself", () => {
  const { messages, shapes } = shown();
  expect(messages).toBe(HISTORY);
  expect(shapes.map(({ positions }) => positions)).toEqual(HISTORY.map((_, index) => [index]));
});

test("a removed result is one line that says what to do, and still the result of its call", () => {
  const { messages, shapes } = shown([{ type: "result-removed", position: 3, tokens: 900 }]);
  expect(messages[3]).toEqual({ ...HISTORY[3], content: removedResultLine("look", 900) });
  expect(messages[3]?.content).toMatch(/^\[.*look.*900 tokens.*again.*\]$/);
  expect(shapes[3]).toEqual({ shape: "result-removed", positions: [3] });
  expect(messages.toSpliced(3, 1)).toEqual(HISTORY.toSpliced(3, 1));
});

test("the lines are as short as a plan takes them to be", () => {
  const longest = removedResultLine("x".repeat(64), 1_000_000);
  for (const line of [longest, CUT_LINE, summaryLine(1_000)]) {
    expect(estimateTokens(line)).toBeLessThanOrEqual(REDUCTION_LINE_TOKENS);
  }
});

test("a summary stands for what it takes out, and what is kept follows it word for word", () => {
  const { messages, shapes } = shown([summary(2, 8, [5])]);
  expect(contents(messages)).toEqual(["rules", "goal", `${summaryLine(5)}\n\nsum`, "also this", "done"]);
  expect(messages[2]?.role).toBe("user");
  expect(shapes[2]).toEqual({ shape: "summary", positions: [2, 3, 4, 6, 7] });
  expect(messages[3]).toBe(HISTORY[5]);
});

test("a cut message has its beginning and a line, without half a character", () => {
  const long = [user("ab😀cd")];
  const cut = (characters: number) =>
    applyReductions(long, [{ reductions: [{ type: "cut", position: 0, characters, tokens: 1 }] }]);
  expect(contents(cut(2).messages)).toEqual([`ab\n${CUT_LINE}`]);
  expect(contents(cut(3).messages)).toEqual([`ab\n${CUT_LINE}`]);
  expect(contents(cut(4).messages)).toEqual([`ab😀\n${CUT_LINE}`]);
});

test("a later summary takes the place of those it covers, wherever they are", () => {
  const { messages, shapes } = shown(
    [summary(2, 5, [], "first")],
    [summary(6, 8, [], "second")],
    [summary(2, 8, [5], "both")],
  );
  expect(contents(messages)).toEqual(["rules", "goal", `${summaryLine(5)}\n\nboth`, "also this", "done"]);
  expect(shapes).toEqual(shown([summary(2, 8, [5], "both")]).shapes);
});

test("two summaries beside each other both stand", () => {
  const { messages } = shown([summary(6, 8, [], "second")], [summary(2, 5, [], "first")]);
  expect(contents(messages)).toEqual([
    "rules",
    "goal",
    `${summaryLine(3)}\n\nfirst`,
    "also this",
    `${summaryLine(2)}\n\nsecond`,
    "done",
  ]);
});

test("of two reductions of one message the later one counts, and a kept message that was cut stays cut", () => {
  const { messages } = shown(
    [{ type: "cut", position: 3, characters: 2, tokens: 1 }],
    [
      { type: "result-removed", position: 3, tokens: 5 },
      { type: "cut", position: 5, characters: 4, tokens: 1 },
    ],
  );
  expect(messages[3]?.content).toBe(removedResultLine("look", 5));
  const summarised = shown([{ type: "cut", position: 5, characters: 4, tokens: 1 }], [summary(2, 8, [5])]);
  expect(summarised.messages[3]?.content).toBe(`also\n${CUT_LINE}`);
});

test("turns begin before whatever is no result, and end when all results are there", () => {
  const boundaries = HISTORY.map((_, position) => isTurnBoundary(HISTORY, position));
  expect(boundaries).toEqual([true, true, true, false, false, true, true, false, true]);
  expect([isTurnBoundary(HISTORY, 9), isTurnBoundary(HISTORY, 10), isTurnBoundary(HISTORY, -1)]).toEqual([
    true,
    false,
    false,
  ]);
  expect(isTurnBoundary(HISTORY.slice(0, 4), 4)).toBe(false);
  expect(isTurnBoundary(HISTORY.slice(0, 5), 5)).toBe(true);
  expect(isTurnBoundary([], 0)).toBe(true);
});

describe("panics at", () => {
  test.each<[name: string, first: Reduction, second?: Reduction]>([
    ["a range that begins between a call and its result", summary(3, 5)],
    ["a range that ends between two results", summary(2, 4)],
    ["a range beyond the history", summary(8, 10)],
    ["an empty range", summary(5, 5)],
    ["a range of which all is kept", summary(5, 6, [5])],
    ["instructions taken out", summary(0, 2, [1])],
    ["a kept answer", summary(2, 9, [8])],
    ["kept ones beside the range, or twice", summary(2, 8, [1])],
    ["kept ones out of order", summary(1, 8, [5, 1])],
    ["half of an earlier summary", summary(2, 6), summary(5, 8)],
    ["a part of an earlier summary", summary(2, 8), summary(2, 5)],
    ["the removal of what is no result", { type: "result-removed", position: 2, tokens: 1 }],
    ["cut instructions", { type: "cut", position: 0, characters: 1, tokens: 1 }],
    ["single messages that are not there", { type: "cut", position: 90, characters: 1, tokens: 1 }],
  ])("%s", (_, first, second) => {
    expect(() => shown([first], second ? [second] : [])).toThrow(/Invariant broken/);
  });
});
