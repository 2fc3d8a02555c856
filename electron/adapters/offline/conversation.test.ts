import { expect, test } from "vitest";
import { readConversation } from "./conversation.ts";

test("the task is the last user message; only calls after it count", () => {
  const call = (id: string) => ({ id, name: "calculate", arguments: { expression: id } });
  const read = readConversation([
    { role: "system", content: "s" },
    { role: "user", content: "first" },
    { role: "assistant", content: "", toolCalls: [call("a")] },
    { role: "tool", toolCallId: "a", name: "calculate", content: "1", outcome: "ok" },
    { role: "assistant", content: "done", toolCalls: [] },
    { role: "user", content: " second " },
    { role: "assistant", content: "", toolCalls: [call("b"), call("c")] },
    { role: "tool", toolCallId: "b", name: "calculate", content: "2", outcome: "ok" },
  ]);
  expect(read).toMatchObject({ task: "second", turns: 3, previousAnswer: "done" });
  expect(read.recorded.map((each) => each.result.outcome)).toEqual(["ok", "unknown"]);
});

test("no message, no task", () => {
  expect(readConversation([])).toEqual({ task: "", recorded: [], turns: 0, previousAnswer: null });
});
