import { afterEach, describe, expect, test } from "vitest";
import {
  type MisbehavingServer,
  type MisbehavingServerOptions,
  startMisbehavingServer,
} from "../../e2e/misbehaving-server.ts";
import { type DiscoveryPorts, discoverCores } from "./core-discovery.ts";
import { FakeOllama } from "./ollama/testing/fake-ollama.ts";
import { TEST_KEY } from "./openai/testing.ts";

const NOWHERE: DiscoveryPorts = { ollama: null, "lm-studio": null, "llama-server": null, vllm: null };

const servers: MisbehavingServer[] = [];
async function serve(options: MisbehavingServerOptions): Promise<MisbehavingServer> {
  const server = await startMisbehavingServer({ listBehaviours: "none", ...options });
  servers.push(server);
  return server;
}
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const discover = (ports: Partial<DiscoveryPorts>, environment: Record<string, string> = {}) =>
  discoverCores({ environment, signal: new AbortController().signal, ports: { ...NOWHERE, ...ports } });

async function closedPort(): Promise<number> {
  const server = await startMisbehavingServer();
  await server.close();
  return server.port;
}

describe("on this machine", () => {
  test("Ollama's chat models are found, with the context that it gives them", async () => {
    const server = await serve({
      models: ["llama3.2:3b", "qwen3:8b", "nomic-embed-text", "bge-m3", "gemma3:4b"],
      routes: {
        "/api/ps": { models: [{ name: "qwen3:8b", context_length: 32_768 }] },
        "/api/show": { parameters: "stop x\nnum_ctx     8192", capabilities: ["completion", "tools"] },
      },
    });
    const found = await discover({ ollama: server.port }, { OLLAMA_NUM_PARALLEL: "3" });
    expect(found.map(({ config }) => [config.id, config.contextTokens, config.slots])).toEqual([
      ["ollama/llama3.2:3b", 8_192, 3],
      ["ollama/qwen3:8b", 32_768, 3],
      ["ollama/gemma3:4b", 8_192, 3],
    ]);
    expect(found[0]).toMatchObject({
      apiKey: null,
      config: {
        baseUrl: server.baseUrl,
        source: "found",
        title: "llama3.2:3b (Ollama)",
        model: "llama3.2:3b",
      },
    });
  });

  test("Ollama's window is one that it will be asked for, and a model that only embeds is left out", async () => {
    const plain = await serve({ models: ["llama3.2:3b"] });
    const [core] = await discover({ ollama: plain.port });
    expect(core).toMatchObject({ embeddings: "none", config: { contextTokens: 8_192, slots: 1 } });
    const fake = await FakeOllama.start({
      trainedTokens: 2_048,
      capabilities: ["completion", "embedding"],
    });
    const [small] = await discover({ ollama: fake.port });
    await fake.close();
    expect(small).toMatchObject({ embeddings: "native", config: { contextTokens: 2_048 } });
    const embedder = await serve({
      models: ["mxbai"],
      routes: { "/api/show": { capabilities: ["embedding"] } },
    });
    expect(await discover({ ollama: embedder.port })).toEqual([]);
  });

  test("llama-server says its slots, LM Studio and vLLM their context", async () => {
    const llama = await serve({
      models: ["model.gguf"],
      routes: { "/props": { total_slots: 4, default_generation_settings: { n_ctx: 4_096 } } },
    });
    const studio = await serve({
      models: ["qwen", "vectors"],
      routes: {
        "/api/v0/models": {
          data: [
            { id: "qwen", type: "llm", loaded_context_length: 16_384, max_context_length: 131_072 },
            { id: "vectors", type: "embeddings" },
          ],
        },
      },
    });
    const vllm = await serve({
      listing: {
        status: 200,
        body: JSON.stringify({ object: "list", data: [{ id: "Qwen/Qwen3-8B", max_model_len: 40_960 }] }),
      },
    });
    const found = await discover({ "llama-server": llama.port, "lm-studio": studio.port, vllm: vllm.port });
    expect(found.map(({ config }) => [config.id, config.slots, config.contextTokens])).toEqual([
      ["lm-studio/qwen", 1, 16_384],
      ["llama-server/model.gguf", 4, 4_096],
      ["vllm/Qwen/Qwen3-8B", 8, 40_960],
    ]);
  });

  test("at most twenty models of a server are taken", async () => {
    const server = await serve({ models: Array.from({ length: 50 }, (_, number) => `m${number}`) });
    expect(await discover({ vllm: server.port })).toHaveLength(20);
  });

  test.each([
    ["a web page", { status: 200, body: "<html>hello</html>" }],
    ["another list", { status: 200, body: JSON.stringify({ data: [{ id: "user-1" }] }) }],
    [
      "a list of other things",
      { status: 200, body: JSON.stringify({ object: "list", data: [{ name: "x" }] }) },
    ],
    ["a refusal", { status: 401, body: "{}" }],
    ["an empty list", { status: 200, body: JSON.stringify({ object: "list", data: null }) }],
    ["silence", "hang"],
  ] as const)("%s is no model server", async (_name, listing) => {
    const server = await serve({ listing });
    expect(await discover({ vllm: server.port, ollama: server.port })).toEqual([]);
  });

  test("nothing there gives nothing", async () => {
    const port = await closedPort();
    expect(await discover({ ollama: port, "lm-studio": port, "llama-server": port, vllm: port })).toEqual([]);
  });

  test("a call-off gives nothing", async () => {
    const server = await serve({ listing: "hang" });
    const controller = new AbortController();
    const found = discoverCores({
      environment: {},
      signal: controller.signal,
      ports: { ...NOWHERE, vllm: server.port },
    });
    controller.abort();
    expect(await found).toEqual([]);
  });
});

describe("in the environment", () => {
  test("OPENAI_BASE_URL with a key gives its models, the wished one first", async () => {
    const server = await serve({ models: ["gpt-5", "text-embedding-3-small", "gpt-5-mini", "whisper-1"] });
    const found = await discover(
      {},
      { OPENAI_API_KEY: TEST_KEY, OPENAI_BASE_URL: server.baseUrl, OPENAI_MODEL: "gpt-5-mini" },
    );
    expect(found.map(({ config }) => config.id)).toEqual(["openai/gpt-5-mini", "openai/gpt-5"]);
    expect(found[0]).toMatchObject({ apiKey: TEST_KEY, config: { source: "environment" } });
    expect(JSON.stringify(found.map(({ config }) => config))).not.toContain(TEST_KEY);
    expect(server.requests[0]?.credentials).toBe("bearer");
  });

  test("the usual model comes first where none is wished for and the server has it", async () => {
    const server = await serve({ models: ["gpt-6-pro", "gpt-5-mini"] });
    const environment = { OPENAI_API_KEY: TEST_KEY, OPENAI_BASE_URL: server.baseUrl };
    const found = await discover({}, environment);
    expect(found.map(({ config }) => config.id)).toEqual(["openai/gpt-5-mini", "openai/gpt-6-pro"]);
    const other = await serve({ models: ["theirs"] });
    const theirs = await discover({}, { ...environment, OPENAI_BASE_URL: other.baseUrl });
    expect(theirs.map(({ config }) => config.id)).toEqual(["openai/theirs"]);
  });

  test("a key whose address cannot be reached still gives one core", async () => {
    const OPENAI_BASE_URL = `http://127.0.0.1:${await closedPort()}`;
    const found = await discover({}, { OPENAI_API_KEY: TEST_KEY, OPENAI_BASE_URL });
    expect(found.map(({ config }) => config.id)).toEqual(["openai/gpt-5-mini"]);
    const wished = await discover({}, { OPENAI_API_KEY: TEST_KEY, OPENAI_BASE_URL, OPENAI_MODEL: "mine" });
    expect(wished.map(({ config }) => config.id)).toEqual(["openai/mine"]);
  });

  test("an address alone gives its models, or nothing", async () => {
    const server = await serve({ models: ["local"] });
    const found = await discover({}, { OPENAI_BASE_URL: server.baseUrl });
    expect(found).toMatchObject([{ apiKey: null, config: { id: "openai/local" } }]);
    expect(await discover({}, { OPENAI_BASE_URL: `http://127.0.0.1:${await closedPort()}` })).toEqual([]);
    expect(await discover({}, { OPENAI_BASE_URL: "not an address", OPENAI_API_KEY: TEST_KEY })).toEqual([]);
    expect(await discover({}, {})).toEqual([]);
  });

  test("a server that is also found by its port is not named twice", async () => {
    const server = await serve({ models: ["llama3.2:3b"] });
    const found = await discover(
      { ollama: server.port },
      { OPENAI_BASE_URL: `http://localhost:${server.port}/v1` },
    );
    expect(found.map(({ config }) => config.id)).toEqual(["ollama/llama3.2:3b"]);
  });
});
