import { expect, test } from "vitest";
import type { RawAnswer } from "./answer-reader.ts";
import { identifyAddress } from "./server-identity.ts";
import { ToolCallAssembler, type ToolCallPiece } from "./tool-call-assembler.ts";
import { brokenCallError, readToolCalls, repairMessages } from "./tool-calls.ts";

function answerWith(...pieces: readonly ToolCallPiece[]): RawAnswer {
  const calls = new ToolCallAssembler();
  for (const piece of pieces) calls.add(piece);
  return { text: "Let me see.", calls, finishReason: "tool_calls", usage: null, characters: 0 };
}

test("calls are whole when all their arguments can be read", () => {
  const answer = answerWith(
    { index: 0, id: "x", name: "clock" },
    { index: 1, id: "y", name: "calculate", arguments: "{'expression': '1',}" },
  );
  expect(readToolCalls(answer, new Set(["x"]))).toEqual({
    type: "whole",
    calls: [
      { id: "call_1", name: "clock", arguments: {} },
      { id: "y", name: "calculate", arguments: { expression: "1" } },
    ],
  });
});

test("a call that cannot be read, or has no name, is named and shown to the model", () => {
  const answer = answerWith({ index: 0, name: "calculate", arguments: '{"expression": ' });
  const read = readToolCalls(answer, new Set());
  if (read.type !== "broken") throw new Error("Expected a broken call");
  const [told, asked] = repairMessages(answer, read.call);
  expect(told).toMatchObject({ role: "assistant", toolCalls: [] });
  expect(told?.content).toBe('Let me see.\n\nI called calculate with these arguments: {"expression": ');
  expect(asked).toMatchObject({ role: "user" });
  expect(readToolCalls(answerWith({ index: 0, arguments: "{}" }), new Set()).type).toBe("broken");
});

test("what could not be repaired is told with a way out", () => {
  const server = identifyAddress("Ollama", "http://127.0.0.1:1/v1", "m", null);
  const call = { id: "x", name: "calculate", arguments: "{oops" };
  expect(brokenCallError(call, "again", server).data).toMatchObject({
    code: "model-tool-call-malformed",
    message:
      "m of Ollama at 127.0.0.1:1 called calculate with arguments that are not valid JSON, also when asked again: {oops",
  });
  expect(brokenCallError(call, "cut-off", server).data.hint).toContain("output limit");
});
