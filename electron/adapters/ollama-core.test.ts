import { afterEach, describe, expect, test, vi } from "vitest";
import { LONG_ANSWER } from "../../e2e/misbehaving-behaviours.ts";
import type { CoreConfig } from "../../shared/cores.ts";
import type { Message } from "../../shared/messages.ts";
import { FakeOllama, type FakeOllamaOptions, line } from "./ollama/testing/fake-ollama.ts";
import { createOllamaCore, type OllamaCoreOptions } from "./ollama-core.ts";
import { coreConfig, errorOf, finished, RecordingRun, requestOf, TEST_TIMEOUTS } from "./openai/testing.ts";
import { createSystemClock } from "./system-clock.ts";

const fakes: FakeOllama[] = [];
async function serve(options: FakeOllamaOptions = {}): Promise<FakeOllama> {
  const fake = await FakeOllama.start(options);
  fakes.push(fake);
  return fake;
}
afterEach(async () => {
  for (const fake of fakes.splice(0)) await fake.close();
});

const MODEL = "llama3.2:3b";
const open = (
  fake: FakeOllama,
  config: Partial<CoreConfig> = {},
  options: Partial<OllamaCoreOptions> = {},
  apiKey: string | null = null,
) =>
  createOllamaCore(coreConfig(fake.baseUrl, MODEL, { contextTokens: 8_192, ...config }), apiKey, {
    clock: createSystemClock(),
    timeouts: TEST_TIMEOUTS,
    ...options,
  });

const plain = { tools: [] };

describe("an answer of Ollama's own interface", () => {
  test("streams, with the usage that it reports", async () => {
    const fake = await serve();
    const run = new RecordingRun();
    const core = open(fake);
    expect(core.info.capabilities).toMatchObject({
      preemption: "prefill",
      jsonSchema: "native",
      contextTokens: 8_192,
    });
    const outcome = await finished(core.complete(requestOf(undefined, plain), run));
    expect(outcome).toEqual({
      type: "finished",
      message: { role: "assistant", content: "The answer is 42.", toolCalls: [] },
      finishReason: "stop",
      usage: { promptTokens: 5, outputTokens: 4, source: "reported" },
    });
    expect(run.text).toBe("The answer is 42.");
  });

  test("holds tool calls whose arguments are objects, and takes their results by name", async () => {
    const fake = await serve();
    const core = open(fake);
    const question: Message = { role: "user", content: "What is 6 * 7?" };
    const first = await finished(core.complete(requestOf([question]), new RecordingRun()));
    expect(first.finishReason).toBe("tool-calls");
    expect(first.message.toolCalls).toEqual([
      { id: "call_1", name: "calculate", arguments: { expression: "6 * 7" } },
    ]);
    const result: Message = {
      role: "tool",
      toolCallId: "call_1",
      name: "calculate",
      content: "42",
      outcome: "ok",
    };
    const second = await finished(
      core.complete(requestOf([question, first.message, result]), new RecordingRun()),
    );
    expect(second.message.content).toBe("The answer is 42.");
    expect(fake.bodiesOf("/api/chat")[1]).toMatchObject({
      messages: [
        question,
        { tool_calls: [{ function: { name: "calculate", arguments: { expression: "6 * 7" } } }] },
        { role: "tool", tool_name: "calculate", content: "42" },
      ],
    });
  });

  test("several calls in one line are told apart, and thoughts are left out", async () => {
    const calls = ["a", "b"].map((name) => ({ function: { name, arguments: {} } }));
    const message = { role: "assistant", content: "", thinking: "Hm.", tool_calls: calls };
    const fake = await serve({
      script: [
        {
          lines: [
            { message, done: false },
            { done: true, done_reason: "stop" },
          ],
          ending: "end",
        },
      ],
    });
    const run = new RecordingRun();
    const outcome = await finished(open(fake).complete(requestOf(), run));
    expect(outcome.message.toolCalls.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(run.text).toBe("");
    expect(outcome.usage.source).toBe("estimated");
  });

  test("ends at the output limit, and fits a schema that is asked for", async () => {
    const fake = await serve();
    const responseSchema = { type: "object" };
    const request = requestOf(undefined, { ...plain, maxOutputTokens: 2, responseSchema });
    const outcome = await finished(open(fake).complete(request, new RecordingRun()));
    expect(outcome).toMatchObject({ finishReason: "length", message: { content: "The answer " } });
    expect(fake.bodiesOf("/api/chat")[0]).toMatchObject({
      format: responseSchema,
      options: { num_predict: 2 },
    });
  });

  test("goes on from a partial text with one joint", async () => {
    const fake = await serve({
      answer: LONG_ANSWER,
      script: [{ lines: ["Air scatters ", "blue light far ", "more than "].map(line), ending: "drop" }],
    });
    const core = open(fake);
    const run = new RecordingRun();
    const error = await errorOf(core.complete(requestOf(undefined, plain), run));
    expect(error.code).toBe("model-stream-dropped");
    const resume = { partial: run.text, state: null };
    const outcome = await finished(core.complete(requestOf(undefined, { ...plain, resume }), run));
    expect(outcome.message.content).toBe(LONG_ANSWER);
    expect(run.text).toBe(LONG_ANSWER);
    expect(run.restarts).toEqual([]);
  });

  test("of a server with a key carries it, one without does not", async () => {
    const fake = await serve();
    await open(fake, {}, {}, "secret-key").complete(requestOf(), new RecordingRun());
    await open(fake).complete(requestOf(), new RecordingRun());
    const keys = fake.requests.filter(({ path }) => path === "/api/chat").map(({ key }) => key);
    expect(keys).toEqual(["Bearer secret-key", ""]);
  });
});

describe("the window", () => {
  const askedFor = (fake: FakeOllama) => fake.bodiesOf("/api/chat").map((body) => body);

  test("is set on every call and verified after the first one", async () => {
    const fake = await serve();
    const core = open(fake);
    expect(core.verifiedWindow).toBeNull();
    await core.complete(requestOf(), new RecordingRun());
    await vi.waitFor(() => expect(core.verifiedWindow).toBe(8_192));
    await core.complete(requestOf(), new RecordingRun());
    for (const body of askedFor(fake)) expect(body).toMatchObject({ options: { num_ctx: 8_192 } });
    expect(fake.bodiesOf("/api/ps")).toHaveLength(1);
  });

  test("that is smaller than asked for is the truth from then on", async () => {
    const fake = await serve({ mostTokens: 2_048 });
    const core = open(fake);
    await core.complete(requestOf(), new RecordingRun());
    await vi.waitFor(() => expect(core.verifiedWindow).toBe(2_048));
    await core.complete(requestOf(), new RecordingRun());
    expect(askedFor(fake)[1]).toMatchObject({ options: { num_ctx: 2_048 } });
  });

  test.each([
    ["a default", {}, {}, 8_192],
    ["the server's setting", {}, { OLLAMA_CONTEXT_LENGTH: "16384" }, 16_384],
    ["the model's own", { parameters: "num_ctx   4096" }, { OLLAMA_CONTEXT_LENGTH: "16384" }, 4_096],
    ["no more than it was trained for", { trainedTokens: 2_048 }, {}, 2_048],
  ] as const)("that nobody chose is %s", async (_name, options, environment, expected) => {
    const fake = await serve(options);
    await open(fake, { contextTokens: null }, { environment }).complete(requestOf(), new RecordingRun());
    expect(askedFor(fake)[0]).toMatchObject({ options: { num_ctx: expected } });
  });

  test("refuses a prompt that does not fit instead of dropping its beginning", async () => {
    const fake = await serve();
    const long: Message = { role: "user", content: "word ".repeat(9_000) };
    const error = await errorOf(open(fake).complete(requestOf([long]), new RecordingRun()));
    expect(error.code).toBe("context-too-long");
    expect(error.message).toContain("request (9000 tokens) exceeds the available context size (8192 tokens)");
    expect(error.message).not.toContain("{");
  });

  test("of an old version shows in the tokens that it reports", async () => {
    const fake = await serve({ age: "old" });
    const long: Message = { role: "user", content: "word ".repeat(9_000) };
    const outcome = await finished(open(fake).complete(requestOf([long], plain), new RecordingRun()));
    expect(outcome.usage).toMatchObject({ promptTokens: 8_192, source: "reported" });
  });
});

describe("embeddings", () => {
  test("come one for each text, in order and in batches", async () => {
    const fake = await serve();
    const core = open(fake, {}, { embeddings: "native" });
    expect(core.info.capabilities.embeddings).toBe("native");
    const texts = Array.from({ length: 70 }, (_, length) => "x".repeat(length + 1));
    const vectors = await core.embed?.(texts, new AbortController().signal);
    expect(vectors?.map(([first]) => first)).toEqual(texts.map((text) => text.length));
    expect(vectors?.[0]).toBeInstanceOf(Float32Array);
    expect(fake.bodiesOf("/api/embed")).toHaveLength(3);
    expect(await core.embed?.([], new AbortController().signal)).toEqual([]);
  });

  test("are not promised of a model that makes none", async () => {
    const core = open(await serve());
    expect(core.embed).toBeUndefined();
    expect(core.info.capabilities.embeddings).toBe("none");
  });

  test("end in a typed error", async () => {
    const fake = await serve();
    const core = open(fake, {}, { embeddings: "native" });
    const cancelled = new AbortController();
    cancelled.abort();
    const embed = (signal = new AbortController().signal) =>
      errorOf(core.embed?.(["x"], signal) ?? Promise.resolve());
    expect((await embed(cancelled.signal)).code).toBe("cancelled");
    await fake.close();
    expect((await embed()).code).toBe("model-refused-connection");
  });
});
