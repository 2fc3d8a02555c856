import fc from "fast-check";
import { expect, test } from "vitest";
import { parseChatChunk } from "./chat-chunk.ts";

const parse = (value: unknown) => parseChatChunk(JSON.stringify(value));

test("a chunk's text, thoughts, calls, end and usage are read", () => {
  const call = { index: 0, id: 7, type: "function", function: { name: "clock", arguments: "{}" } };
  expect(
    parse({
      choices: [
        { delta: { content: "a", reasoning_content: "b", tool_calls: [call] }, finish_reason: "stop" },
      ],
      usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
    }),
  ).toEqual({
    type: "chunk",
    chunk: {
      text: "a",
      reasoning: "b",
      calls: [{ index: 0, id: "7", name: "clock", arguments: "{}" }],
      finishReason: "stop",
      usage: { promptTokens: 3, outputTokens: 4 },
    },
  });
});

test("usage may come alone, and odd usage is none", () => {
  expect(parse({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } })).toMatchObject({
    chunk: { usage: { promptTokens: 1, outputTokens: 2 } },
  });
  expect(parse({ choices: [], usage: { prompt_tokens: -1 } })).toMatchObject({ chunk: { usage: null } });
  expect(parse({ error: null, usage: null })).toMatchObject({ type: "chunk" });
});

test.each([
  ["OpenAI and vLLM", { usage: { prompt_tokens_details: { cached_tokens: 8 } } }, 8],
  ["DeepSeek", { usage: { prompt_cache_hit_tokens: 7, prompt_cache_miss_tokens: 2 } }, 7],
  ["llama-server", { usage: {}, timings: { cache_n: 6, prompt_n: 3 } }, 6],
  ["a server that does not say", { usage: { prompt_tokens_details: null } }, undefined],
  ["a server that counts them apart", { usage: { prompt_tokens_details: { cached_tokens: 99 } } }, 99],
])("cached tokens are read as %s names them", (_name, extra, expected) => {
  const usage = { prompt_tokens: 9, completion_tokens: 1, ...extra.usage };
  const parsed = parse({ choices: [], ...extra, usage });
  expect(parsed.type === "chunk" ? parsed.chunk.usage?.cachedTokens : null).toBe(expected);
});

test("errors and foreign values are told apart", () => {
  expect(parse({ error: { message: "no" } }).type).toBe("error");
  expect(parse({ choices: "none" }).type).toBe("malformed");
  expect(parse("text").type).toBe("malformed");
  expect(parseChatChunk("{").type).toBe("malformed");
});

test("nothing makes it throw", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseChatChunk(text)));
});
