import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createSystemClock } from "../system-clock.ts";
import { addOnEntry } from "./add-on-folder.ts";
import { createEmbeddings, type EmbeddingModel, type Embeddings } from "./embeddings.ts";
import { type Engine, type NativeModel, openEngine } from "./native.ts";
import { TINY, writeRandomModel } from "./testing/random-model.ts";

const entry = addOnEntry(process.cwd());
describe.skipIf(entry === null)("embeddings by a random model, where the add-on is installed", () => {
  const folder = mkdtempSync(join(tmpdir(), "embeddings-"));
  let engine: Engine;
  let model: NativeModel & EmbeddingModel;
  const opened: Embeddings[] = [];
  /** How many contexts of the real model are there. */
  let contexts = 0;
  beforeAll(async () => {
    const file = join(folder, "tiny.gguf");
    writeRandomModel(file, TINY);
    engine = await openEngine(entry);
    model = (await engine.llama.loadModel({ modelPath: file })) as NativeModel & EmbeddingModel;
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((embeddings) => embeddings.close()));
  });
  afterAll(async () => {
    await model?.dispose();
    await engine?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const counted: EmbeddingModel = {
    async createEmbeddingContext(options) {
      const context = await model.createEmbeddingContext(options);
      contexts += 1;
      return {
        calculateInputLength: (text) => context.calculateInputLength(text),
        getEmbeddingFor: (text) => context.getEmbeddingFor(text),
        dispose: async () => {
          contexts -= 1;
          await context.dispose();
        },
      };
    },
  };
  const open = (idleMs?: number): Embeddings => {
    const clock = createSystemClock();
    const embeddings = createEmbeddings(counted, {
      clock,
      contextTokens: 256,
      threads: 1,
      ...(idleMs === undefined ? {} : { idleMs }),
    });
    opened.push(embeddings);
    return embeddings;
  };
  const free = new AbortController().signal;
  const product = (one: Float32Array, other: Float32Array): number =>
    one.reduce((sum, number, index) => sum + number * (other[index] ?? 0), 0);

  test("are of length 1, the same for the same text, and others for another", async () => {
    const [one, other, again] = await open().embed(["a red apple", "a stone", "a red apple"], free);
    if (!one || !other || !again) throw new Error("Expected three vectors");
    expect(one).toBeInstanceOf(Float32Array);
    expect(one).toHaveLength(TINY.embedding);
    expect(product(one, one)).toBeCloseTo(1, 5);
    expect(product(one, again)).toBeCloseTo(1, 5);
    expect(product(one, other)).toBeLessThan(0.99);
  });

  test("are the same from another context", async () => {
    const [one] = await open().embed(["naïve 🎉"], free);
    const [other] = await open().embed(["naïve 🎉"], free);
    expect(Array.from(other ?? [])).toEqual(Array.from(one ?? []));
  });

  test("take any text: empty, and longer than the window", async () => {
    const embeddings = open();
    const [empty, long, longer] = await embeddings.embed(
      ["", "🎉 word ".repeat(500), "🎉 word ".repeat(50_000)],
      free,
    );
    expect(Array.from(empty ?? [])).toEqual(new Array(TINY.embedding).fill(0));
    expect(product(long ?? new Float32Array(), longer ?? new Float32Array())).toBeCloseTo(1, 5);
    expect(await embeddings.embed([], free)).toEqual([]);
  });

  test("answer several callers at once", async () => {
    const embeddings = open();
    const texts = ["one", "two", "three"];
    const together = await Promise.all(texts.map((text) => embeddings.embed([text], free)));
    expect(together.flat().map((vector) => Array.from(vector))).toEqual(
      (await embeddings.embed(texts, free)).map((vector) => Array.from(vector)),
    );
    expect(contexts).toBe(1);
  });

  test("are broken off between two texts", async () => {
    const embeddings = open();
    const controller = new AbortController();
    const embedding = embeddings.embed(new Array(10_000).fill("some words"), controller.signal);
    setTimeout(() => controller.abort(), 30);
    await expect(embedding).rejects.toMatchObject({ data: { code: "cancelled" } });
    expect(await embeddings.embed(["again"], free)).toHaveLength(1);
  });

  test("free their context when nobody asks, and make it anew", async () => {
    const embeddings = open(20);
    await embeddings.embed(["one"], free);
    await expect.poll(() => contexts).toBe(0);
    expect(await embeddings.embed(["one"], free)).toHaveLength(1);
  });

  test("end with close, whatever is under way", async () => {
    const embeddings = open();
    const embedding = embeddings.embed(new Array(10_000).fill("some words"), free);
    await embeddings.embed(["one"], free);
    await Promise.all([
      embeddings.close(),
      expect(embedding).rejects.toMatchObject({ data: { code: "cancelled" } }),
    ]);
    expect(contexts).toBe(0);
    await expect(embeddings.embed(["one"], free)).rejects.toMatchObject({ data: { code: "cancelled" } });
  });

  test("fail with a clear error when the model is gone", async () => {
    const other = await engine.llama.loadModel({ modelPath: join(folder, "tiny.gguf") });
    await other.dispose();
    const embeddings = createEmbeddings(other as NativeModel & EmbeddingModel, {
      clock: createSystemClock(),
      contextTokens: 256,
      threads: 1,
    });
    opened.push(embeddings);
    await expect(embeddings.embed(["one"], free)).rejects.toMatchObject({
      data: { code: "model-server-error" },
    });
  });
});
