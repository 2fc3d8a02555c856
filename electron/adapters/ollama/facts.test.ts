import { afterEach, expect, test } from "vitest";
import { startMisbehavingServer } from "../../../e2e/misbehaving-server.ts";
import { askerOf } from "../openai/known-servers.ts";
import { askAbout, askWhatRuns, probeOllama } from "./facts.ts";
import { FakeOllama } from "./testing/fake-ollama.ts";
import { ollamaWindow } from "./window.ts";

let fake: FakeOllama | null = null;
afterEach(() => fake?.close());

const signal = () => AbortSignal.timeout(2_000);
const baseOf = ({ port }: { readonly port: number }) => `http://127.0.0.1:${port}`;

test("what Ollama tells of a model is read", async () => {
  fake = await FakeOllama.start({ parameters: "stop x\nnum_ctx  4096", trainedTokens: 40_960 });
  const ask = askerOf(baseOf(fake), signal);
  expect(await askAbout(ask, "m")).toEqual({
    ownTokens: 4_096,
    trainedTokens: 40_960,
    capabilities: ["completion", "tools"],
  });
  expect([...(await askWhatRuns(ask))]).toEqual([]);
});

test("what it does not tell is not known", async () => {
  const silent = () => Promise.resolve(null);
  expect(await askAbout(silent, "m")).toBeNull();
  expect([...(await askWhatRuns(silent))]).toEqual([]);
  const server = await startMisbehavingServer({ routes: { "/api/show": { model_info: { a: 1 } } } });
  const ask = askerOf(baseOf(server), signal);
  expect(await askAbout(ask, "m")).toEqual({ ownTokens: null, trainedTokens: null, capabilities: null });
  await server.close();
});

test("Ollama is told from another server and from none", async () => {
  fake = await FakeOllama.start();
  expect(await probeOllama(baseOf(fake), signal())).toBe("yes");
  const others = [{ version: "1", commit: "abc" }, { version: 3 }, "ok"];
  for (const version of others) {
    const server = await startMisbehavingServer({ routes: { "/api/version": version } });
    expect(await probeOllama(baseOf(server), signal())).toBe("no");
    await server.close();
    expect(await probeOllama(baseOf(server), signal())).toBe("no-answer");
  }
});

test.each([
  [null, null, {}, 8_192],
  [null, null, { OLLAMA_CONTEXT_LENGTH: "16384" }, 16_384],
  [null, null, { OLLAMA_CONTEXT_LENGTH: "many" }, 8_192],
  [{ ownTokens: 4_096, trainedTokens: null }, null, { OLLAMA_CONTEXT_LENGTH: "16384" }, 4_096],
  [{ ownTokens: 4_096, trainedTokens: 40_960 }, 32_768, {}, 32_768],
  [{ ownTokens: null, trainedTokens: 2_048 }, null, {}, 2_048],
  [null, 4_096, {}, 8_192],
] as const)(
  "of %j, loaded with %j, under %j, %i tokens are asked for",
  (facts, loaded, environment, tokens) => {
    expect(ollamaWindow(facts && { ...facts, capabilities: null }, loaded, environment)).toBe(tokens);
  },
);
