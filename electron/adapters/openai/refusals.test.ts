import { describe, expect, test } from "vitest";
import { refusalError } from "./refusals.ts";
import { identifyAddress } from "./server-identity.ts";

const SERVER = identifyAddress("Ollama", "http://127.0.0.1:11434/v1", "llama3.2", "sk-secret-key");
const refuse = (status: number | null, body: string) =>
  refusalError({ status, headers: new Headers(), body }, SERVER, 0).data;
const wrap = (message: string, fields: object = {}) => JSON.stringify({ error: { message, ...fields } });

describe("a prompt that does not fit is told by the words of", () => {
  test.each([
    ["OpenAI", 400, wrap("too many tokens", { code: "context_length_exceeded" })],
    [
      "OpenAI, in words",
      400,
      wrap("This model's maximum context length is 8192 tokens. However, you asked for more."),
    ],
    [
      "vLLM",
      400,
      JSON.stringify({
        object: "error",
        message: "The decoder prompt (length 9) is longer than the maximum model length of 8.",
      }),
    ],
    [
      "llama-server",
      400,
      wrap("request (9 tokens) exceeds the available context size (8 tokens), try increasing it", {
        type: "exceed_context_size_error",
      }),
    ],
    ["llama-server, older", 500, wrap("Context size has been exceeded.", { type: "server_error" })],
    [
      "LM Studio",
      400,
      JSON.stringify({ error: "Trying to keep the first 9 tokens when context the overflows." }),
    ],
    [
      "LM Studio, newer",
      400,
      JSON.stringify({
        error: "The number of tokens to keep from the initial prompt is greater than the context length.",
      }),
    ],
    ["Ollama", 400, wrap("prompt too long; exceeded max context length by 9 tokens")],
    ["Ollama, for one input", 400, wrap("the input length exceeds the context length")],
    ["a stream of LM Studio", null, wrap("Reached context length of 4096 tokens")],
  ])("%s", (_name, status, body) => {
    expect(refuse(status, body)).toMatchObject({ code: "context-too-long" });
  });
});

describe("shapes of errors", () => {
  test.each([
    ["an object", wrap("broken knob")],
    ["a text", JSON.stringify({ error: "broken knob" })],
    ["flat", JSON.stringify({ message: "broken knob" })],
    ["a detail", JSON.stringify({ detail: "broken knob" })],
    ["a list of details", JSON.stringify({ detail: [{ msg: "broken knob" }] })],
    ["JSON text", JSON.stringify("broken knob")],
    ["plain text", "broken knob"],
  ])("%s", (_name, body) => {
    const error = refuse(400, body);
    expect(error.code).toBe("model-bad-request");
    expect(error.message).toContain("Ollama at 127.0.0.1:11434");
    expect(error.message).toContain("broken knob");
  });

  test("a web page is not quoted", () => {
    expect(refuse(502, "<html><h1>Bad gateway</h1></html>").message).toBe(
      "Ollama at 127.0.0.1:11434 failed (502)",
    );
  });

  test("neither is the key, also where it stands beyond the cut", () => {
    const error = refuse(400, wrap(`${"x".repeat(195)} sk-secret-key`));
    expect(error.message).not.toContain("sk-s");
  });
});

test.each([
  [402, wrap("Insufficient Balance"), "model-rate-limited"],
  [403, wrap("x", { code: "model_not_found" }), "model-not-found"],
  [408, "", "model-timed-out"],
  [418, "", "model-bad-request"],
  [529, wrap("overloaded"), "model-server-error"],
  [null, wrap("x", { type: "rate_limit_error" }), "model-rate-limited"],
  [null, wrap("x", { code: "invalid_api_key" }), "model-unauthorised"],
  [null, wrap("x", { type: "overloaded_error" }), "model-server-error"],
  [null, wrap("x", { code: 404 }), "model-not-found"],
  [null, wrap("x", { type: "invalid_request_error" }), "model-bad-request"],
  [null, wrap("x"), "model-stream-malformed"],
] as const)("status %s with %s is %s", (status, body, code) => {
  expect(refuse(status, body).code).toBe(code);
});

test("a model that cannot use tools is told of with a way out", () => {
  expect(refuse(400, wrap("gemma does not support tools")).hint).toContain("can use tools");
});

test("a busy server's wait is kept", () => {
  const headers = new Headers({ "retry-after": "2" });
  expect(refusalError({ status: 503, headers, body: "" }, SERVER, 1_000).data.retryAt).toBe(3_000);
});
