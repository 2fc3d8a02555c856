import { expect, test } from "vitest";
import { callIdsOf, toChatMessages, toChatTools } from "./chat-messages.ts";
import { CALCULATE } from "./testing.ts";

test("messages keep their order, calls and results", () => {
  const calls = [{ id: "c1", name: "calculate", arguments: { expression: "1" } }];
  const messages = [
    { role: "system", content: "Be brief." },
    { role: "assistant", content: "Wait.", toolCalls: calls },
    { role: "tool", toolCallId: "c1", name: "calculate", content: "1", outcome: "ok" },
    { role: "assistant", content: "", toolCalls: [] },
  ] as const;
  const call = {
    id: "c1",
    type: "function",
    function: { name: "calculate", arguments: '{"expression":"1"}' },
  };
  expect(toChatMessages(messages)).toEqual([
    { role: "system", content: "Be brief." },
    { role: "assistant", content: "Wait.", tool_calls: [call] },
    { role: "tool", tool_call_id: "c1", content: "1" },
    { role: "assistant", content: "" },
  ]);
  expect(callIdsOf(messages)).toEqual(new Set(["c1"]));
});

test("tools are functions with their schema", () => {
  expect(toChatTools([CALCULATE])).toEqual([{ type: "function", function: CALCULATE }]);
});
