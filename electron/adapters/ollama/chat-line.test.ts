import fc from "fast-check";
import { expect, test } from "vitest";
import { parseChatLine } from "./chat-line.ts";

const parse = (value: unknown) => parseChatLine(JSON.stringify(value));

test("the parts of a line are read", () => {
  const call = { function: { index: 0, name: "clock", arguments: { zone: "UTC" } } };
  expect(
    parse({ model: "m", message: { role: "assistant", content: "a", thinking: "b", tool_calls: [call] } }),
  ).toEqual({
    type: "chunk",
    chunk: {
      text: "a",
      reasoning: "b",
      calls: [{ id: undefined, name: "clock", arguments: { zone: "UTC" } }],
      finishReason: null,
      usage: null,
    },
  });
});

test("the last line tells why it ended and how many tokens there were", () => {
  const last = { message: { content: "" }, done: true, prompt_eval_count: 9, eval_count: 3 };
  expect(parse({ ...last, done_reason: "length" })).toMatchObject({
    chunk: { finishReason: "length", usage: { promptTokens: 9, outputTokens: 3 } },
  });
  expect(parse({ ...last, prompt_eval_cached_count: 4 })).toMatchObject({
    chunk: { usage: { promptTokens: 9, cachedTokens: 4 } },
  });
  expect(parse({ done: true })).toMatchObject({ chunk: { finishReason: "stop", usage: null } });
  expect(parse({ ...last, prompt_eval_count: undefined })).toMatchObject({ chunk: { usage: null } });
});

test("errors and foreign values are told apart, and nothing makes it throw", () => {
  expect(parse({ error: "no" }).type).toBe("error");
  expect(parse({ status: "success" }).type).toBe("malformed");
  expect(parse([1]).type).toBe("malformed");
  expect(parseChatLine("data: {}").type).toBe("malformed");
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseChatLine(text)));
});
