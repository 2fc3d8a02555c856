import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { KernelError } from "../../../shared/errors.ts";
import { readModelFacts } from "./gguf-header.ts";
import { type GgufValue, ggufBytes, SMALL_MODEL } from "./testing/gguf-bytes.ts";

const folder = mkdtempSync(join(tmpdir(), "aios-gguf-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = join(folder, "model.gguf");
const facts = (bytes: Buffer) => {
  writeFileSync(file, bytes);
  return readModelFacts(file);
};
const withEntries = (entries: Readonly<Record<string, GgufValue>>) =>
  facts(ggufBytes({ entries: { ...SMALL_MODEL, ...entries } }));
const without = (key: string) =>
  facts(
    ggufBytes({ entries: Object.fromEntries(Object.entries(SMALL_MODEL).filter(([each]) => each !== key)) }),
  );
const unusable = (message: RegExp) => ({
  data: { code: "model-file-unusable", message: expect.stringMatching(message), hint: expect.any(String) },
});

describe("a whole model file", () => {
  test.each([2, 3])("of version %i says what it is", async (version) => {
    const bytes = ggufBytes({ version });
    expect(await facts(bytes)).toEqual({
      file,
      bytes: bytes.length,
      name: "small",
      architecture: "llama",
      trainedTokens: 8_192,
      layers: 2,
      chatTemplate: "present",
      // 2 layers, keys and values, 2 heads of 16 floats of 2 bytes.
      kvBytesPerToken: 2 * 2 * 2 * 16 * 2,
    });
  });

  test("may have neither a name nor a chat template", async () => {
    expect(await without("general.name")).toMatchObject({ name: "" });
    expect(await without("tokenizer.chat_template")).toMatchObject({ chatTemplate: "missing" });
  });

  test("may give its heads layer by layer, and their sizes apart", async () => {
    expect(await withEntries({ "llama.attention.head_count_kv": [0, 4] })).toMatchObject({
      kvBytesPerToken: 4 * (16 + 16) * 2,
    });
    const sizes = { "llama.attention.key_length": 24, "llama.attention.value_length": 8 };
    expect(await withEntries(sizes)).toMatchObject({ kvBytesPerToken: 2 * 2 * (24 + 8) * 2 });
  });

  test("without a number of heads for keys has as many as for queries", async () => {
    expect(await without("llama.attention.head_count_kv")).toMatchObject({
      kvBytesPerToken: 2 * 4 * (16 + 16) * 2,
    });
  });

  test("may hold a vocabulary that is longer than what is read at once", async () => {
    const tokens = Array.from({ length: 60_000 }, (_, n) => `word ${"long".repeat(n % 9)} ${n}`);
    expect(
      await withEntries({ "tokenizer.ggml.tokens": tokens, "after.it": "x".repeat(700_000) }),
    ).toMatchObject({
      architecture: "llama",
      chatTemplate: "present",
    });
  });

  test("may hold weights of a type that came later", async () => {
    expect(await facts(ggufBytes({ tensors: [{ dimensions: [8], type: 900 }] }))).toHaveProperty("layers", 2);
  });
});

test("one that is cut off anywhere is told from a whole one", async () => {
  const whole = ggufBytes();
  for (let length = 4; length < whole.length; length += length < 64 ? 1 : 13) {
    await expect(facts(whole.subarray(0, length))).rejects.toMatchObject(unusable(/cut off/));
  }
  await expect(facts(whole.subarray(0, -1))).rejects.toMatchObject(unusable(/bytes of at least/));
});

describe("what is no model file", () => {
  test.each([
    ["nothing", Buffer.alloc(0), /no model in the format GGUF/],
    ["a web page", Buffer.from("<!doctype html><html></html>"), /no model in the format GGUF/],
    ["another magic", ggufBytes({ magic: "GGML" }), /no model in the format GGUF/],
    ["version 1", ggufBytes({ version: 1 }), /version 1/],
    ["a big-endian file", ggufBytes({ version: 0x03000000 }), /version/],
    ["a vocabulary alone", ggufBytes({ tensors: [], dataBytes: 0 }), /no weights/],
    ["no end of tensors", ggufBytes({ tensorCount: 1n << 40n }), /tensors/],
    ["no end of entries", ggufBytes({ entryCount: 1n << 40n }), /entries/],
    ["a count beyond all numbers", ggufBytes({ entryCount: (1n << 64n) - 1n }), /a length of 1844/],
    [
      "a tensor of many dimensions",
      ggufBytes({ tensors: [{ dimensions: Array(9).fill(1), type: 0 }] }),
      /dimensions/,
    ],
    [
      "a tensor larger than the file",
      ggufBytes({ tensors: [{ dimensions: [1e9, 1e9], type: 0 }] }),
      /cut off/,
    ],
  ])("%s", async (_, bytes, message) => {
    await expect(facts(bytes)).rejects.toMatchObject(unusable(message));
  });

  test("a name whose length is absurd", async () => {
    const bytes = ggufBytes();
    bytes.writeBigUInt64LE(1n << 50n, 24);
    await expect(facts(bytes)).rejects.toMatchObject(unusable(/a name of/));
  });

  test("a text whose length is absurd", async () => {
    const bytes = ggufBytes({ entries: { "x.y": "z", ...SMALL_MODEL } });
    bytes.writeBigUInt64LE((1n << 64n) - 1n, 24 + 8 + 3 + 4);
    await expect(facts(bytes)).rejects.toMatchObject(unusable(/cut off/));
  });

  test("arrays in arrays without end", async () => {
    let nested: GgufValue = [1];
    for (let n = 0; n < 20; n += 1) nested = [nested];
    await expect(withEntries({ nested })).rejects.toMatchObject(unusable(/arrays in arrays/));
  });

  test.each(["general.architecture", "llama.context_length", "llama.block_count", "llama.embedding_length"])(
    "a file that does not give %s",
    async (key) => {
      await expect(without(key)).rejects.toMatchObject(unusable(/./));
    },
  );

  test.skipIf(process.platform === "win32")("a device, or a pipe that nobody writes to", async () => {
    await expect(readModelFacts("/dev/zero")).rejects.toMatchObject(unusable(/it is no file/));
    execFileSync("mkfifo", [join(folder, "pipe.gguf")]);
    await expect(readModelFacts(join(folder, "pipe.gguf"))).rejects.toMatchObject(unusable(/it is no file/));
  });

  test("a file that is not there, a folder, and one that may not be read", async () => {
    await expect(readModelFacts(join(folder, "gone.gguf"))).rejects.toMatchObject({
      data: { code: "not-found" },
    });
    mkdirSync(join(folder, "folder.gguf"));
    await expect(readModelFacts(join(folder, "folder.gguf"))).rejects.toMatchObject(
      unusable(/it is a folder/),
    );
    if (process.getuid?.() === 0 || process.platform === "win32") return;
    writeFileSync(file, ggufBytes());
    chmodSync(file, 0);
    await expect(readModelFacts(file)).rejects.toMatchObject(unusable(/may not be read/));
  });
});

test("any bytes at all end in facts or in an error that says what is wrong", async () => {
  const whole = ggufBytes();
  const head = fc
    .constantFrom(0, 4, 8, 16, 24, 40, 100, 300, whole.length - 300)
    .map((end) => whole.subarray(0, end));
  const spoilt = fc
    .tuple(fc.nat(whole.length - 1), fc.uint8Array({ minLength: 1, maxLength: 16 }))
    .map(([at, bytes]) => {
      const copy = Buffer.from(whole);
      copy.set(bytes.subarray(0, copy.length - at), at);
      return copy;
    });
  const random = fc
    .tuple(head, fc.uint8Array({ maxLength: 2_000 }))
    .map(([start, rest]) => Buffer.concat([start, rest]));
  await fc.assert(
    fc.asyncProperty(fc.oneof(spoilt, random), async (bytes) => {
      const outcome = await facts(bytes).catch((thrown: unknown) => thrown);
      if (!(outcome instanceof KernelError)) expect(outcome).toHaveProperty("kvBytesPerToken");
    }),
    { numRuns: 2_000 },
  );
});
