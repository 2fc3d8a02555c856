import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agentId } from "../../../shared/ids.ts";
import { estimateTokens, type JsonObject, type Message, type ToolOutcome } from "../../../shared/messages.ts";
import { extract } from "./extraction.ts";
import type { SummaryTask } from "./summary.ts";
import { estimateMessage } from "./token-counts.ts";

let calls = 0;
function turn(
  name: string,
  input: JsonObject,
  content: string,
  outcome: ToolOutcome = "ok",
): readonly Message[] {
  calls += 1;
  const id = `c${calls}`;
  return [
    { role: "assistant", content: "", toolCalls: [{ id, name, arguments: input }] },
    { role: "tool", toolCallId: id, name, content, outcome },
  ];
}
const answer = (content: string): Message => ({ role: "assistant", content, toolCalls: [] });

function task(
  messages: readonly Message[],
  maxTokens = 1_000,
  changes: Partial<SummaryTask> = {},
): SummaryTask {
  const tokens = messages.reduce((total, message) => total + estimateMessage(message), 0);
  return { from: 0, to: messages.length, kept: [], messages, tokens, earlier: "", maxTokens, ...changes };
}
const linesOf = (task: SummaryTask): readonly string[] => extract(task).text.split("\n");

describe("one line a turn says", () => {
  test("the tool, what it was called with and what came back", () => {
    expect(linesOf(task(turn("read_file", { path: "notes/a.txt" }, "Ada was born\n\tin 1815.")))).toEqual([
      "read_file(path notes/a.txt): Ada was born in 1815.",
    ]);
  });

  test("what did not work", () => {
    const messages = turn("write_file", { path: "a" }, "Denied: no", "denied");
    expect(linesOf(task(messages))).toEqual(["write_file(path a): denied, Denied: no"]);
  });

  test("long arguments and results by their beginnings", () => {
    const [line = ""] = linesOf(
      task(turn("write_file", { text: "x".repeat(5_000), n: 1, o: [2], p: {} }, "y ".repeat(5_000))),
    );
    expect(line).toMatch(/^write_file\(text x{60}\.\.\., n 1, o \[2\], \.\.\.\): (y )+y$/);
    expect(line.length).toBeLessThan(200);
  });

  test("answers, what other agents wrote, and not what the person said: that stays beside it", () => {
    const messages: readonly Message[] = [
      answer("The sum is 42."),
      { role: "user", content: "And the product?" },
      { role: "user", content: "I have found it", from: agentId(4) },
    ];
    expect(linesOf(task(messages))).toEqual(["Answer: The sum is 42.", "a4 wrote: I have found it"]);
  });

  test("all calls of a turn", () => {
    const both: readonly Message[] = [
      {
        role: "assistant",
        content: "Both.",
        toolCalls: [
          { id: "x", name: "clock", arguments: {} },
          { id: "y", name: "clock", arguments: { zone: "UTC" } },
        ],
      },
      { role: "tool", toolCallId: "x", name: "clock", content: "12:00", outcome: "ok" },
      { role: "tool", toolCallId: "y", name: "clock", content: "11:00", outcome: "ok" },
    ];
    expect(linesOf(task(both))).toEqual(["Both. clock(): 12:00; clock(zone UTC): 11:00"]);
  });
});

describe("when it does not fit", () => {
  const steps = Array.from({ length: 60 }, (_, index) =>
    turn("list_files", { path: `folder ${index}` }, "nothing new"),
  ).flat();
  const messages = [
    answer("The key is under the mat."),
    ...steps,
    ...turn("fetch_page", { a: 1 }, "no", "error"),
  ];

  test("answers and failures stay, old steps go, and their number is said", () => {
    const lines = linesOf(task(messages, 150));
    expect(lines).toContain("Answer: The key is under the mat.");
    expect(lines.at(-1)).toBe("fetch_page(a 1): error, no");
    expect(lines.at(-2)).toContain("folder 59");
    expect(lines[0]).toBe(`(${62 - (lines.length - 1)} earlier steps left out)`);
  });

  test("what an earlier extraction said goes on, and its steps go first", () => {
    const earlier = `(12 earlier steps left out)\nlist_files(path folder -1): nothing new\nAnswer: 17`;
    expect(linesOf(task(turn("clock", {}, "12:00"), 1_000, { earlier }))).toEqual([
      "(12 earlier steps left out)",
      "list_files(path folder -1): nothing new",
      "Answer: 17",
      "clock(): 12:00",
    ]);
    const lines = linesOf(task(steps, 60, { earlier }));
    expect(lines).toContain("Answer: 17");
    expect(lines).not.toContain("list_files(path folder -1): nothing new");
    expect(lines[0]).toBe(`(${12 + 62 - (lines.length - 1)} earlier steps left out)`);
  });

  test("a long summary that a model wrote is begun rather than lost", () => {
    const earlier = "The harbour was looked up. ".repeat(100).trim();
    const [, line] = linesOf(task(steps, 100, { earlier }));
    expect(line).toMatch(/^The harbour was looked up\. .*\.\.\.$/);
  });
});

/** Signs of all widths, and halves of some. */
const units = fc.constantFrom(
  "a",
  "B",
  " ",
  "\n",
  ".",
  "(",
  '"',
  "\\",
  "0",
  "é",
  "数",
  "😀",
  "\ud83d",
  "\ude00",
  "\u0000",
);

test("any turns: within the budget as dense as the core counts them, well-formed, and the same each time", () => {
  const texts = fc.oneof(
    fc.string({ unit: units, maxLength: 300 }),
    fc.constantFrom("", "数据".repeat(200), "x".repeat(9_000)),
  );
  const outcomes = fc.constantFrom<ToolOutcome>("ok", "error", "denied", "unknown");
  const turns = fc.array(fc.tuple(texts, texts, outcomes), { maxLength: 10 });
  fc.assert(
    fc.property(
      turns,
      fc.integer({ min: 1, max: 800 }),
      fc.integer({ min: 1, max: 4 }),
      (all, maxTokens, density) => {
        const messages = all.flatMap(([input, content, outcome]) =>
          turn("tool", { input }, content, outcome),
        );
        const dense = {
          tokens: density * messages.reduce((total, message) => total + estimateMessage(message), 0),
        };
        const made = task(messages, maxTokens, dense);
        const { text, tokens } = extract(made);
        expect(tokens).toBeLessThanOrEqual(maxTokens);
        expect(estimateTokens(text) * density).toBeLessThanOrEqual(maxTokens + density);
        expect(text.isWellFormed()).toBe(true);
        expect(extract(made)).toEqual({ text, tokens });
      },
    ),
  );
});
