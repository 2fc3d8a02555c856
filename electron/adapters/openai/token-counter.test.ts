import { afterEach, expect, test } from "vitest";
import { type MisbehavingServer, startMisbehavingServer } from "../../../e2e/misbehaving-server.ts";
import { estimateTokens } from "../../../shared/messages.ts";
import { createOpenAiCore } from "../openai-core.ts";
import { createSystemClock } from "../system-clock.ts";
import { coreConfig, openFoundCore, openTestCore } from "./testing.ts";

let server: MisbehavingServer | null = null;
afterEach(() => server?.close());

/** A server that counts words, as a function of the field that holds the text. */
async function serve(answer: (text: string) => object): Promise<MisbehavingServer> {
  server = await startMisbehavingServer({
    routes: {
      "/tokenize": (body: { readonly content?: string; readonly prompt?: string }) =>
        answer(body.content ?? body.prompt ?? ""),
    },
  });
  return server;
}

const TEXTS = ["one two three", "", "four five", ...Array.from({ length: 20 }, () => "six")];
const COUNTS = [3, 0, 2, ...Array.from({ length: 20 }, () => 1)];
const estimate = { counts: TEXTS.map(estimateTokens), source: "estimate" };

test("OpenAI's own models are counted by the library, others not at all", async () => {
  const open = (model: string, baseUrl: string) =>
    createOpenAiCore(coreConfig(baseUrl, model, { source: "environment" }), null, {
      clock: createSystemClock(),
    });
  const core = open("gpt-5-mini", "https://api.openai.com/v1");
  expect(await core.countTokens?.(["hello world", ""])).toEqual({ counts: [2, 0], source: "library" });
  expect(open("some-model", "https://api.openai.com/v1").countTokens).toBeUndefined();
  expect(open("gpt-5-mini", "https://models.example/v1").countTokens).toBeUndefined();
});

test("llama-server and vLLM count by their own tokenizer", async () => {
  const words = (text: string) => text.split(" ");
  const llama = await serve((text) => ({ tokens: words(text).map((_, id) => id) }));
  const counted = await openFoundCore("llama-server", llama.baseUrl, "m").countTokens?.(TEXTS);
  expect(counted).toEqual({ counts: COUNTS, source: "tokenizer" });
  expect(llama.requests.find(({ path }) => path === "/tokenize")?.body).toMatchObject({ add_special: false });
  await llama.close();
  const vllm = await serve((text) => ({ count: words(text).length, max_model_len: 9, tokens: [] }));
  const others = await openFoundCore("vllm", vllm.baseUrl, "m").countTokens?.(TEXTS);
  expect(others).toEqual({ counts: COUNTS, source: "tokenizer" });
  expect(vllm.requests.find(({ path }) => path === "/tokenize")?.body).toMatchObject({
    model: "m",
    add_special_tokens: false,
  });
});

test("a server that does not count gives an estimate, and is asked no more when it has no tokenizer", async () => {
  const odd = await serve(() => ({ length: 3 }));
  expect(await openFoundCore("vllm", odd.baseUrl, "m").countTokens?.(TEXTS)).toEqual(estimate);
  await odd.close();
  expect(await openFoundCore("vllm", odd.baseUrl, "m").countTokens?.(TEXTS)).toEqual(estimate);
  server = await startMisbehavingServer();
  const core = openFoundCore("llama-server", server.baseUrl, "m");
  expect(await core.countTokens?.(TEXTS)).toEqual(estimate);
  const asked = server.requests.length;
  expect(await core.countTokens?.(TEXTS)).toEqual(estimate);
  expect(server.requests).toHaveLength(asked);
  expect(openTestCore(server.baseUrl, "m").countTokens).toBeUndefined();
});

test("a closed core asks nobody", async () => {
  const llama = await serve(() => ({ tokens: [] }));
  const core = openFoundCore("llama-server", llama.baseUrl, "m");
  await core.close();
  expect(await core.countTokens?.(TEXTS)).toEqual(estimate);
  expect(llama.requests).toHaveLength(0);
});
