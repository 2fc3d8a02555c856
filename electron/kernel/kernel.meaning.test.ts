import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { KernelError } from "../../shared/errors.ts";
import type { EventOf } from "../../shared/events.ts";
import { PERSON } from "../../shared/memory-owners.ts";
import { LlamaFixture, testEntry } from "../adapters/llama/testing/llama-fixture.ts";
import { coreConfig } from "../adapters/openai/testing.ts";
import { createOpenAiCore } from "../adapters/openai-core.ts";
import { createSystemClock } from "../adapters/system-clock.ts";
import { EMBEDDING_BACKOFF_FIRST_MS, EMBEDDING_BATCH_TEXTS } from "./limits-recall.ts";
import type { LlmCore } from "./ports.ts";
import { settle } from "./testing/manual-clock.ts";
import { ScriptedCore, says } from "./testing/scripted-core.ts";
import { TestKernel } from "./testing/test-kernel.ts";

const kernels: TestKernel[] = [];
const toClose: (() => unknown)[] = [];
afterEach(async () => {
  for (const kernel of kernels.splice(0)) await kernel.destroy();
  for (const close of toClose.splice(0)) await close();
});

type Embed = NonNullable<LlmCore["embed"]>;

/** Colours lie on one axis, everything else on the other: near in meaning without a word in common. */
const colours: Embed = async (texts) =>
  texts.map((text) => Float32Array.from(/green|blue|colour/i.test(text) ? [1, 0.1] : [0.1, 1]));

const coreOf = (model: string, embed: Embed = colours): LlmCore =>
  new ScriptedCore(() => says("Well."), { id: model, model, embed });

async function start(...cores: readonly LlmCore[]): Promise<TestKernel> {
  const kernel = await TestKernel.start({ cores });
  kernels.push(kernel);
  return kernel;
}

const remember = async ({ kernel }: TestKernel, ...texts: readonly string[]) => {
  for (const text of texts) {
    await kernel.handlers["memory.add"]({ owner: PERSON, text, tags: [], metadata: {} });
  }
};
const status = ({ kernel }: TestKernel) => kernel.feed.state().meaning;
const isReady = (kernel: TestKernel, model: string) => () => {
  const now = status(kernel);
  return now.type === "ready" && now.model === model && now.dimensions > 0;
};
const calls = (kernel: TestKernel): readonly EventOf<"syscall.created">[] =>
  kernel
    .eventsOf("syscall.created")
    .filter(({ call }) => call.kind === "llm" && call.purpose === "embedding");
const find = ({ kernel }: TestKernel, query: string) =>
  kernel.handlers["memory.items"]({
    owner: PERSON,
    query,
    tag: null,
    sort: "newest",
    offset: 0,
    limit: 10,
  });

describe("what is remembered", () => {
  test("is embedded by calls that go after all others, and is then found by its meaning", async () => {
    const kernel = await start(coreOf("vectors"));
    await remember(kernel, "Grass is green", "The bus leaves at nine");
    await kernel.clock.until(isReady(kernel, "vectors"));
    const { items, searchedBy } = await find(kernel, "a colour");
    expect(searchedBy).toEqual({ type: "words-and-meaning", model: "vectors" });
    expect(items[0]?.item.text).toBe("Grass is green");
    expect(items[0]?.match?.meaning).toMatchObject({ rank: 1 });
    const [first] = calls(kernel);
    expect(first).toMatchObject({ agentId: null, caller: { type: "kernel" }, priority: 0 });
    const done = kernel.eventsOf("syscall.done").find(({ syscallId }) => syscallId === first?.syscallId);
    expect(done?.result).toMatchObject({ kind: "llm", message: { content: "" }, usage: { outputTokens: 0 } });
  });

  test("stands in the log of the calls by its beginning alone", async () => {
    const kernel = await start(coreOf("vectors"));
    await remember(kernel, `Green ${"leaf ".repeat(400)}end`);
    await kernel.clock.until(isReady(kernel, "vectors"));
    const logged = calls(kernel).flatMap(({ call }) => (call.kind === "llm" ? (call.messages ?? []) : []));
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.every(({ content }) => content.length <= 200)).toBe(true);
  });

  test("is embedded anew when the person takes another model, and not at all when they want none", async () => {
    const kernel = await start(coreOf("first"), coreOf("second"));
    const { handlers } = kernel.kernel;
    await remember(
      kernel,
      ...Array.from({ length: EMBEDDING_BATCH_TEXTS + 4 }, (_, n) => `Thing number ${n}`),
    );
    await kernel.clock.until(isReady(kernel, "first"));
    await handlers["settings.update"]({ embeddingModel: "second" });
    await kernel.clock.until(isReady(kernel, "second"));
    const seen = kernel.eventsOf("memory.meaning").map((event) => event.status);
    expect(seen).toContainEqual({
      type: "indexing",
      model: "second",
      done: 0,
      total: EMBEDDING_BATCH_TEXTS + 4,
    });
    await handlers["settings.update"]({ embeddingModel: "off" });
    await kernel.clock.until(() => status(kernel).type === "words-only");
    expect((await find(kernel, "thing")).searchedBy).toMatchObject({ type: "words" });
    await handlers["settings.update"]({ embeddingModel: "nobody" });
    await kernel.clock.until(() => JSON.stringify(status(kernel)).includes("No core serves nobody"));
  });

  test("is found by words while the model fails; it is tried again after a pause, and never in a circle", async () => {
    let asked = 0;
    let works = false;
    const kernel = await start(
      coreOf("vectors", async (texts, signal) => {
        asked += 1;
        if (works) return colours(texts, signal);
        throw new KernelError("model-refused-connection", "the server is not up");
      }),
    );
    await remember(kernel, "Grass is green");
    await kernel.clock.until(() => JSON.stringify(status(kernel)).includes("the server is not up"));
    const before = asked;
    await remember(kernel, "The sky is blue");
    await settle(200);
    expect(asked).toBe(before);
    const found = await find(kernel, "grass");
    expect(found.items.map(({ item }) => item.text)).toEqual(["Grass is green"]);
    works = true;
    kernel.clock.advance(EMBEDDING_BACKOFF_FIRST_MS * 2);
    await kernel.clock.until(isReady(kernel, "vectors"));
  });

  test("waits for its vectors over a stop in the middle of a call, which is not made again", async () => {
    const never: Embed = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new KernelError("cancelled", "stopped")));
      });
    const kernel = await start(coreOf("vectors", never));
    await remember(kernel, "Grass is green");
    await kernel.clock.until(() => calls(kernel).length === 1);
    await kernel.stop();
    const again = await TestKernel.start({ cores: [coreOf("vectors")], folder: kernel.folder });
    kernels.push(again);
    await again.clock.until(isReady(again, "vectors"));
    const cancelled = again
      .eventsOf("syscall.cancelled")
      .map(({ syscallId, cause }) => ({ syscallId, cause }));
    expect(cancelled).toContainEqual({ syscallId: calls(again)[0]?.syscallId, cause: "kernel-stopped" });
    kernels.shift();
  });
});

describe("real models", () => {
  test.skipIf(testEntry === null)(
    "a model file in the program embeds, once the person chooses it",
    async () => {
      const fixture = new LlamaFixture();
      toClose.push(() => fixture.close());
      const kernel = await start(fixture.open());
      await remember(kernel, "Grass is green", "The bus leaves at nine", "x".repeat(7_000));
      // To embed by itself it would be loaded, which nobody has asked for.
      expect((await find(kernel, "Grass is green")).searchedBy?.type).toBe("words");
      await kernel.kernel.handlers["settings.update"]({ embeddingModel: "random" });
      await kernel.clock.until(isReady(kernel, "random"));
      const { searchedBy, items } = await find(kernel, "Grass is green");
      expect(searchedBy).toEqual({ type: "words-and-meaning", model: "random" });
      expect(items[0]?.item.text).toBe("Grass is green");
      expect(items[0]?.match?.meaning?.distance).toBeCloseTo(0, 3);
    },
  );

  test("a server that speaks OpenAI's interface embeds", async () => {
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (piece) => {
        body += piece;
      });
      request.on("end", async () => {
        const vectors = await colours(JSON.parse(body).input, new AbortController().signal);
        response.setHeader("content-type", "application/json");
        response.end(
          JSON.stringify({ data: vectors.map((vector, index) => ({ index, embedding: [...vector] })) }),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    toClose.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const config = coreConfig(`http://127.0.0.1:${port}/v1`, "nomic-embed-text", { source: "added" });
    const kernel = await start(createOpenAiCore(config, null, { clock: createSystemClock() }));
    await remember(kernel, "Grass is green", "The bus leaves at nine");
    await kernel.clock.until(isReady(kernel, "nomic-embed-text"));
    const { items } = await find(kernel, "a colour");
    expect(items[0]?.item.text).toBe("Grass is green");
  });
});
