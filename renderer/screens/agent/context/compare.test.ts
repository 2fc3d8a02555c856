import fc from "fast-check";
import { expect, test } from "vitest";
import type { ContextMessage, ContextView } from "../../../../shared/context.ts";
import { agentId, seq } from "../../../../shared/ids.ts";
import { type ComparedRow, compareContexts } from "./compare.ts";

const message = (
  role: "user" | "assistant" | "tool",
  content: string,
  change: Partial<ContextMessage> = {},
): ContextMessage => ({
  message:
    role === "user"
      ? { role, content }
      : role === "assistant"
        ? { role, content, toolCalls: [] }
        : { role, content, toolCallId: "c1", name: "read_file", outcome: "ok" },
  part: "history",
  tokens: content.length,
  shape: "whole",
  ...change,
});

const view = (messages: readonly ContextMessage[], change: Partial<ContextView> = {}): ContextView => ({
  agentId: agentId(1),
  snapshotId: null,
  recalls: [],
  seq: seq(9),
  at: 0,
  model: "offline",
  coreId: null,
  window: null,
  countedBy: "estimate",
  parts: [{ part: "history", tokens: messages.reduce((sum, { tokens }) => sum + tokens, 0), budget: null }],
  messages,
  tools: [],
  partial: null,
  compactions: [],
  kept: null,
  ...change,
});

const typesOf = (rows: readonly ComparedRow[]): readonly string[] => rows.map(({ type }) => type);

test("what came later is added, and what they share is one row", () => {
  const start = [message("user", "hello"), message("assistant", "good day")];
  const { rows, parts, counts } = compareContexts(view(start), view([...start, message("user", "and now?")]));
  expect(rows).toEqual([
    { type: "same", messages: 2 },
    { type: "added", position: 3, message: message("user", "and now?") },
  ]);
  expect(counts).toEqual({ added: 1, removed: 0, changed: 0 });
  expect(parts.find(({ part }) => part === "history")).toEqual({ part: "history", before: 13, after: 21 });
});

test("a result that gave way to one line is the same message, changed", () => {
  const long = message("tool", "many lines of a file");
  const short = message("tool", "removed", { shape: "result-removed" });
  const { rows } = compareContexts(
    view([message("user", "read it"), long, message("assistant", "read")]),
    view([message("user", "read it"), short, message("assistant", "read")]),
  );
  expect(typesOf(rows)).toEqual(["same", "changed", "same"]);
});

test("messages that gave way to a summary are removed, and the summary is added", () => {
  const before = [message("user", "one"), message("assistant", "two"), message("user", "three")];
  const summary = message("user", "They counted to two.", { shape: "summary" });
  const { counts } = compareContexts(view(before), view([summary, message("user", "three")]));
  expect(counts.removed + counts.changed).toBe(2);
  expect(counts.added + counts.changed).toBe(1);
});

test("an answer that had only begun counts as the last message", () => {
  const start = [message("user", "tell me")];
  const { rows } = compareContexts(
    view(start, { partial: "Once upon" }),
    view([...start, message("assistant", "Once upon a time")]),
  );
  expect(typesOf(rows)).toEqual(["same", "changed"]);
});

test("whatever is compared, the rows hold each message of both sides once and in order", () => {
  const role = fc.constantFrom("user" as const, "assistant" as const, "tool" as const);
  const messages = fc.array(
    fc.tuple(role, fc.constantFrom("a", "b", "c")).map(([who, text]) => message(who, text)),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(messages, messages, (before, after) => {
      const { rows } = compareContexts(view(before), view(after));
      let [old, now] = [0, 0];
      const oldPositions: number[] = [];
      const newPositions: number[] = [];
      for (const row of rows) {
        if (row.type === "same") {
          expect(before.slice(old, old + row.messages).map((each) => each.message)).toEqual(
            after.slice(now, now + row.messages).map((each) => each.message),
          );
          old += row.messages;
          now += row.messages;
          continue;
        }
        if (row.type !== "added") old += 1;
        if (row.type !== "removed") {
          now += 1;
          newPositions.push(row.position);
          expect(after[row.position - 1]).toEqual(row.type === "changed" ? row.after : row.message);
        } else {
          oldPositions.push(row.position);
          expect(before[row.position - 1]).toEqual(row.message);
        }
      }
      expect([old, now]).toEqual([before.length, after.length]);
      expect(newPositions).toEqual(newPositions.toSorted((one, other) => one - other));
      expect(oldPositions).toEqual(oldPositions.toSorted((one, other) => one - other));
    }),
  );
});
