import { afterEach, describe, expect, test } from "vitest";
import { LONG_ANSWER } from "../../e2e/misbehaving-behaviours.ts";
import {
  type MisbehavingServer,
  type MisbehavingServerOptions,
  startMisbehavingServer,
} from "../../e2e/misbehaving-server.ts";
import type { CompletionOutcome, LlmCore } from "../kernel/ports.ts";
import { traitsOf } from "./openai/server-traits.ts";
import {
  coreConfig,
  errorOf,
  finished,
  openFoundCore,
  openTestCore,
  RecordingRun,
  requestOf,
} from "./openai/testing.ts";

const servers: MisbehavingServer[] = [];
async function serve(options: MisbehavingServerOptions = {}): Promise<MisbehavingServer> {
  const server = await startMisbehavingServer(options);
  servers.push(server);
  return server;
}
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** As the kernel does: what had been streamed when the first call broke off is what the second one continues. */
async function goOn(core: LlmCore, partial: string | null = null) {
  const run = new RecordingRun();
  if (partial === null) {
    const error = await errorOf(core.complete(requestOf(), run));
    expect(error.code).toBe("model-stream-dropped");
  } else run.output(partial, 1);
  const before = run.text;
  const resume = { partial: before, state: null };
  const outcome = await finished(core.complete(requestOf(undefined, { resume }), run));
  expect(run.text).toBe(outcome.message.content);
  return { before, run, outcome };
}

const lastMessage = (server: MisbehavingServer): unknown => {
  const body = server.completions.at(-1)?.body;
  return typeof body === "object" && body !== null && "messages" in body && Array.isArray(body.messages)
    ? body.messages.at(-1)
    : null;
};

const mistral = (server: MisbehavingServer): LlmCore =>
  openFoundCore("vllm", server.baseUrl, "continue-with-prefix", {
    traits: traitsOf(coreConfig("https://api.mistral.ai/v1", "m", { source: "added" })),
  });

describe("an answer that broke off", () => {
  test("is continued by llama-server, with one joint", async () => {
    const server = await serve();
    const core = openFoundCore("llama-server", server.baseUrl, "drop-then-continue");
    expect(core.info.capabilities).toMatchObject({ preemption: "prefill", jsonSchema: "native" });
    const { before, run, outcome } = await goOn(core);
    expect(before).toBe("Air scatters blue light far more than ");
    expect(outcome.message.content).toBe(LONG_ANSWER);
    expect(outcome.usage).toMatchObject({ source: "reported", promptTokens: 11, outputTokens: 5 });
    expect(run.restarts).toEqual([]);
    // Templates trim it anyway, and the model says it again.
    expect(lastMessage(server)).toEqual({ role: "assistant", content: before.trimEnd() });
  });

  test("is continued by vLLM, which is asked to", async () => {
    const server = await serve();
    const { outcome } = await goOn(openFoundCore("vllm", server.baseUrl, "drop-then-continue"));
    expect(outcome.message.content).toBe(LONG_ANSWER);
    expect(server.completions[0]?.body).not.toHaveProperty("continue_final_message");
    expect(server.completions[1]?.body).toMatchObject({
      continue_final_message: true,
      add_generation_prompt: false,
    });
  });

  test("is continued by DeepSeek at the address that can", async () => {
    const server = await serve();
    const traits = traitsOf(coreConfig("https://api.deepseek.com/v1", "m", { source: "added" }));
    const core = openFoundCore("vllm", server.baseUrl, "drop-then-continue", { traits });
    const { outcome } = await goOn(core);
    expect(outcome.message.content).toBe(LONG_ANSWER);
    expect(server.completions.map(({ path }) => path)).toEqual([
      "/v1/chat/completions",
      "/beta/chat/completions",
    ]);
    expect(lastMessage(server)).toMatchObject({ role: "assistant", prefix: true });
  });

  test("is continued by Mistral, whose answer holds the beginning too", async () => {
    const server = await serve();
    const { run, outcome } = await goOn(mistral(server));
    expect(outcome.message.content).toBe(LONG_ANSWER);
    expect(run.restarts).toEqual([]);
    expect(lastMessage(server)).toMatchObject({ prefix: true });
  });

  test("can break off again, and what was streamed is still exact", async () => {
    const half = [" red", " light, and "].map(
      (content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`,
    );
    const server = await serve({ script: ["drop-then-continue", { pieces: half, ending: "drop" }] });
    const core = openFoundCore("llama-server", server.baseUrl, "drop-then-continue");
    const run = new RecordingRun();
    await errorOf(core.complete(requestOf(), run));
    await errorOf(core.complete(requestOf(undefined, { resume: { partial: run.text, state: null } }), run));
    expect(run.text).toBe("Air scatters blue light far more than red light, and ");
    const { outcome } = await goOn(core, run.text);
    expect(outcome.message.content).toBe(LONG_ANSWER);
  });

  test("is whole already when the server has nothing to add", async () => {
    const server = await serve();
    const core = openFoundCore("llama-server", server.baseUrl, "drop-then-continue");
    const { outcome } = await goOn(core, LONG_ANSWER);
    expect(outcome.message.content).toBe(LONG_ANSWER);
  });
});

describe("a server that turns out not to continue", () => {
  async function twice(model: string, restarted: string, requests: number) {
    const server = await serve();
    const core = openFoundCore("llama-server", server.baseUrl, model);
    const first = await goOn(core);
    expect(first.outcome.message.content).toBe(LONG_ANSWER);
    expect(first.run.restarts).toEqual([expect.stringContaining(restarted)]);
    expect(server.completions).toHaveLength(requests);
    // From then on it is not tried again.
    const second = await goOn(core, first.before);
    expect(second.outcome.message.content).toBe(LONG_ANSWER);
    expect(second.run.restarts).toEqual([expect.stringContaining("does not continue answers")]);
    expect(server.completions).toHaveLength(requests + 1);
    expect(lastMessage(server)).toMatchObject({ role: "user" });
  }

  test("is noticed when it says the answer from its beginning", () =>
    twice("drop-then-repeat", "began its answer again", 2));

  test("is noticed when it refuses", () => twice("drop-then-refuse", "refused to continue", 3));

  test("other refusals are the call's error", async () => {
    const server = await serve();
    const core = openFoundCore("llama-server", server.baseUrl, "bad-request");
    const resume = { partial: LONG_ANSWER.slice(0, 40), state: null };
    const error = await errorOf(core.complete(requestOf(undefined, { resume }), new RecordingRun()));
    expect(error.code).toBe("model-bad-request");
    expect(server.completions).toHaveLength(1);
  });
});

describe("an answer is made again", () => {
  test.each(["Air", "0, ".repeat(30)])("when %j tells too little to be joined", async (partial) => {
    const server = await serve({ answer: "A new answer." });
    const { run, outcome } = await goOn(openFoundCore("vllm", server.baseUrl, "good"), partial);
    expect(outcome.message.content).toBe("A new answer.");
    expect(run.restarts).toHaveLength(1);
  });

  test("by a server of which nothing is known", async () => {
    const server = await serve();
    const core = openTestCore(server.baseUrl, "good");
    expect(core.info.capabilities.preemption).toBe("none");
    expect((await goOn(core, LONG_ANSWER.slice(0, 40))).outcome.message.content).toBe("The answer is 42.");
  });
});

test("a schema is sent where the server is known to take one", async () => {
  const server = await serve();
  const responseSchema = { type: "object", properties: { n: { type: "integer" } } } as const;
  const ask = (core: LlmCore): Promise<CompletionOutcome> =>
    core.complete(requestOf(undefined, { responseSchema }), new RecordingRun());
  await ask(openFoundCore("llama-server", server.baseUrl, "good"));
  await ask(openTestCore(server.baseUrl, "good"));
  expect(server.completions[0]?.body).toMatchObject({
    response_format: { type: "json_schema", json_schema: { schema: responseSchema } },
  });
  expect(server.completions[1]?.body).not.toHaveProperty("response_format");
});
