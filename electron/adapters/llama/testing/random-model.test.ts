import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addOnEntry } from "../add-on-folder.ts";
import { type Engine, type NativeModel, openEngine } from "../native.ts";
import { LARGE, type RandomModel, SMALL, TINY, writeRandomModel } from "./random-model.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "random-model-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, model: RandomModel): string => {
  const file = join(folder, name);
  writeRandomModel(file, model);
  return file;
};

describe("a random model's file", () => {
  test("has the same bytes for the same seed, and others for another", () => {
    const one = readFileSync(write("one.gguf", TINY));
    expect(readFileSync(write("again.gguf", TINY)).equals(one)).toBe(true);
    expect(readFileSync(write("other.gguf", { ...TINY, seed: 2 })).equals(one)).toBe(false);
  });

  test("is small enough for tests, or large enough for measurements", () => {
    expect(statSync(write("tiny.gguf", TINY)).size).toBeLessThan(1e6);
    expect(statSync(write("large.gguf", LARGE)).size).toBeGreaterThan(90e6);
  });

  test("holds half-precision weights close to those in single precision", () => {
    const single = readFileSync(write("single.gguf", { ...TINY, weights: "f32" }));
    const half = readFileSync(write("half.gguf", { ...TINY, weights: "f16" }));
    // The last matrix is the output's: its last rows belong to tokens that are never spoken, so look before those.
    const tail = 64 * 64;
    const singles = new Float32Array(single.buffer.slice(single.byteOffset + single.length - tail * 8)).slice(
      0,
      tail,
    );
    const halves = new Uint16Array(half.buffer.slice(half.byteOffset + half.length - tail * 4)).slice(
      0,
      tail,
    );
    expect(singles.some((weight) => weight !== 0)).toBe(true);
    for (const [index, weight] of singles.entries()) {
      expect(fromHalf(halves[index] ?? 0)).toBeCloseTo(weight, 2);
    }
  });
});

const fromHalf = (bits: number): number =>
  (bits & 0x8000 ? -1 : 1) * 2 ** (((bits >> 10) & 31) - 15) * (1 + (bits & 1_023) / 1_024);

const entry = addOnEntry(process.cwd());
describe.skipIf(entry === null)("the engine, where the add-on is installed", () => {
  let engine: Engine;
  /** The engine waits for ever for what was collected before it was disposed of, so all of it is kept. */
  const opened: { dispose(): Promise<void> }[] = [];
  beforeAll(async () => {
    engine = await openEngine(entry);
  });
  afterAll(async () => {
    for (const each of opened.toReversed()) await each.dispose();
    await engine?.close();
  });

  test.each([
    ["tiny", TINY],
    ["small", SMALL],
    ["tiny in half precision", { ...TINY, weights: "f16" as const }],
  ])("loads %s, gives text back as it was, and generates", async (name, shape) => {
    const { model, generate } = await load(name, shape);
    for (const text of [
      "Hello, world.",
      "naïve 日本語 🎉\n\n  two\ttabs",
      "<|im_start|>user\nHi<|im_end|>\n",
    ]) {
      expect(model.detokenize(model.tokenize(text, true), true)).toBe(text);
    }
    expect(endOf(model.tokenize("<|im_end|>", true), model)).toBe("end");
    expect(model.tokenize("<|im_end|>", false).length).toBeGreaterThan(1);
    const { tokens, text } = await generate("Hello, world.", 300);
    expect(text).toMatch(/^[ -~]+$/);
    expect(new Set(tokens).size).toBeGreaterThan(40);
    expect(periodOf(tokens.slice(100))).toBeNull();
  });

  test("ends its turns where it may", async () => {
    const { generate } = await load("ending", { ...TINY, endOfTurn: "random" });
    const lengths = [];
    for (const prompt of ["One", "Two", "Three", "Four"])
      lengths.push((await generate(prompt, 1_000)).tokens.length);
    expect(Math.min(...lengths)).toBeLessThan(1_000);
  });

  test("has the template and the marks that were asked for", async () => {
    const { model } = await load("plain", {
      ...TINY,
      template: null,
      chatMarks: { start: "<start>", end: "<end>" },
    });
    expect(model.fileInfo.metadata).not.toHaveProperty("tokenizer.chat_template");
    expect(endOf(model.tokenize("<end>", true), model)).toBe("end");
  });

  async function load(name: string, shape: RandomModel) {
    const model = await engine.llama.loadModel({ modelPath: write(`${name}.gguf`, shape) });
    const context = await model.createContext({
      sequences: 1,
      contextSize: 2_048,
      threads: 1,
      flashAttention: false,
      swaFullCache: true,
    });
    opened.push(model, context);
    const generate = async (prompt: string, count: number) => {
      const sequence = context.getSequence();
      const tokens: number[] = [];
      for await (const token of sequence.evaluate(model.tokenize(prompt, true), {
        temperature: 0,
        yieldEogToken: true,
        grammarEvaluationState: () => undefined,
      })) {
        if (model.isEogToken(token) || tokens.push(token) >= count) break;
      }
      await sequence.dispose();
      return { tokens, text: model.detokenize(tokens) };
    };
    return { model, generate };
  }
});

/** Whether a text is one token, which ends a turn. */
const endOf = (tokens: readonly number[], model: NativeModel): "end" | "text" =>
  tokens.length === 1 && tokens.every((token) => model.isEogToken(token)) ? "end" : "text";

/** The shortest period of the whole sequence; null for none of up to a third of it. */
function periodOf(tokens: readonly number[]): number | null {
  for (let period = 1; period < tokens.length / 3; period++) {
    if (tokens.every((token, index) => index < period || token === tokens[index - period])) return period;
  }
  return null;
}
