import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type MisbehavingServer, startMisbehavingServer } from "../../e2e/misbehaving-server.ts";
import type { CoreTestResult } from "../../shared/cores.ts";
import type { ErrorCode } from "../../shared/errors.ts";
import { coreId } from "../../shared/ids.ts";
import type { CoreFactory, LlmCore } from "../kernel/ports.ts";
import { createCoreFactory } from "./core-factory.ts";
import { FakeOllama } from "./ollama/testing/fake-ollama.ts";
import { coreConfig, errorOf, finished, RecordingRun, requestOf, TEST_KEY } from "./openai/testing.ts";
import { createSystemClock } from "./system-clock.ts";

let server: MisbehavingServer;
beforeEach(async () => {
  server = await startMisbehavingServer({ models: ["gpt-5-mini"] });
});
afterEach(() => server.close());

const factoryOf = (testMs?: number, ollamaPort = server.port): CoreFactory =>
  createCoreFactory({
    clock: createSystemClock(),
    environment: {},
    tokensPerSecond: () => 1_000,
    ports: { ollama: ollamaPort, "lm-studio": null, "llama-server": null, vllm: null },
    ...(testMs === undefined ? {} : { testMs }),
  });

const signal = new AbortController().signal;
const testOf = (model: string, testMs?: number, baseUrl = server.baseUrl): Promise<CoreTestResult> =>
  factoryOf(testMs).test(baseUrl, model, TEST_KEY, signal);

function expectFailure(result: CoreTestResult, code: ErrorCode, address = server.address): string {
  if (result.ok) throw new Error("Expected a failure");
  expect(result.error.code).toBe(code);
  expect(result.error.message).toContain(address);
  expect(JSON.stringify(result)).not.toContain(TEST_KEY);
  return result.error.message;
}

describe("the factory", () => {
  test("has the offline core last among those that are always there", () => {
    const builtIn = factoryOf().builtIn();
    expect(builtIn.at(-1)?.info.kind).toBe("offline");
  });

  const answerOf = async (core: LlmCore): Promise<string> => {
    const { message } = await finished(
      core.complete(requestOf(undefined, { tools: [] }), new RecordingRun()),
    );
    await core.close();
    return message.content;
  };

  test("opens a core that answers", async () => {
    const config = coreConfig(server.baseUrl, "good", { id: coreId("vllm/good") });
    expect(await answerOf(factoryOf().open(config, null))).toBe("The answer is 42.");
  });

  test("opens what discovery found as Ollama by its own interface, with its embeddings", async () => {
    const fake = await FakeOllama.start({ capabilities: ["completion", "embedding"] });
    const factory = factoryOf(undefined, fake.port);
    const [found] = await factory.discover(signal);
    if (!found) throw new Error("Expected a core");
    expect(Object.keys(found)).toEqual(["config", "apiKey"]);
    const core = factory.open(found.config, found.apiKey);
    expect(core.info.capabilities).toMatchObject({ embeddings: "native", contextTokens: 8_192 });
    expect(await answerOf(core)).toBe("The answer is 42.");
    expect(fake.bodiesOf("/api/chat")).toHaveLength(1);
    await fake.close();
  });

  test("opens an added address by Ollama's own interface when Ollama answers there", async () => {
    const fake = await FakeOllama.start();
    const added = { source: "added", id: coreId("added/m") } as const;
    const core = factoryOf().open(coreConfig(fake.baseUrl, "llama3.2:3b", added), TEST_KEY);
    await finished(core.complete(requestOf(), new RecordingRun()));
    expect(await answerOf(core)).toBe("The answer is 42.");
    expect(fake.bodiesOf("/api/version")).toHaveLength(1);
    expect(fake.requests.find(({ path }) => path === "/api/version")?.key).toBe("");
    expect(fake.bodiesOf("/api/chat")).toHaveLength(2);
    await fake.close();
    // Any other server is spoken to as before, and so is one that is not there.
    const usual = factoryOf().open(coreConfig(server.baseUrl, "good", added), null);
    await finished(usual.complete(requestOf(), new RecordingRun()));
    expect(await answerOf(usual)).toBe("The answer is 42.");
    expect(server.requests.filter(({ path }) => path === "/api/version")).toHaveLength(1);
    await server.close();
    const gone = factoryOf().open(coreConfig(server.baseUrl, "good", added), null);
    const error = await errorOf(gone.complete(requestOf(), new RecordingRun()));
    expect(error.code).toBe("model-refused-connection");
  });

  test("discovers at its ports", async () => {
    const found = await factoryOf().discover(signal);
    expect(found.map(({ config }) => config.id)).toContain("ollama/good");
  });
});

describe("a test of an address", () => {
  test("lists the models, and asks nothing when no model is named", async () => {
    const result = await testOf("");
    expect(result).toMatchObject({ ok: true, models: expect.arrayContaining(["gpt-5-mini", "good"]) });
    expect(server.completions).toHaveLength(0);
  });

  test("asks a named model for one token", async () => {
    expect(await testOf("good")).toMatchObject({ ok: true, latencyMs: expect.any(Number) });
    expect(server.completions[0]?.body).toMatchObject({ model: "good", max_tokens: 1 });
  });

  test.each([
    ["unauthorised", "model-unauthorised", "Incorrect API key provided: [key]"],
    ["server-error", "model-server-error", "worker crashed"],
    ["rate-limited", "model-rate-limited", "Rate limit reached"],
    ["html", "model-stream-malformed", "web page"],
  ] as const)("shows the real reason: %s", async (model, code, said) => {
    expect(expectFailure(await testOf(model), code)).toContain(said);
  });

  test("names models that are there when the named one is not", async () => {
    const result = await testOf("missing");
    expectFailure(result, "model-not-found");
    expect(JSON.stringify(result)).toContain("It has good, ");
  });

  test("of Ollama asks it by its own interface", async () => {
    const fake = await FakeOllama.start();
    expect(await testOf("llama3.2:3b", undefined, fake.baseUrl)).toMatchObject({ ok: true });
    expect(fake.bodiesOf("/api/chat")).toMatchObject([{ options: { num_ctx: 8_192, num_predict: 1 } }]);
    await fake.close();
  });

  test("is bounded in time", async () => {
    const result = await testOf("hang", 300);
    if (result.ok) throw new Error("Expected a failure");
    expect(result.error).toMatchObject({ code: "model-timed-out" });
    expect(result.error.message).toContain("within 0.3 s");
  });

  test("can be called off", async () => {
    const controller = new AbortController();
    const result = factoryOf().test(server.baseUrl, "hang", null, controller.signal);
    await server.untilCompletions(1);
    controller.abort();
    expectFailure(await result, "cancelled");
  });

  test("tells of a refused connection and of a bad address", async () => {
    await server.close();
    expectFailure(await testOf("good"), "model-refused-connection");
    const result = await testOf("good", undefined, "not an address");
    expect(result).toMatchObject({ ok: false, error: { code: "bad-input", field: "baseUrl" } });
  });

  test("of a server without a list of models is an answer of the model alone", async () => {
    const listless = await startMisbehavingServer({ listing: { status: 404, body: "404 page not found" } });
    const factory = factoryOf();
    expect(await factory.test(listless.baseUrl, "good", null, signal)).toMatchObject({
      ok: true,
      models: [],
    });
    expectFailure(
      await factory.test(listless.baseUrl, "", null, signal),
      "model-not-found",
      listless.address,
    );
    await listless.close();
  });
});
