import { expect, test } from "vitest";
import { KernelError, type KernelErrorData } from "../../../shared/errors.ts";
import {
  EMBEDDING_BATCH_CHARACTERS,
  EMBEDDING_BATCH_TEXTS,
  EMBEDDING_CHARACTERS,
  EMBEDDING_LEAST_CHARACTERS,
} from "../limits-recall.ts";
import { EmbeddingTexts } from "../testing/embedding-texts.ts";
import { EmbeddingBatches } from "./embedding-batches.ts";
import type { Embedded } from "./embedding-calls.ts";

const refused = (code: KernelErrorData["code"]): Embedded => ({
  type: "failed",
  error: new KernelError(code, "no").data,
});

/** Embeds all of a source, with what each call was given; `refuses` says which texts a model does not take. */
async function embedAll(
  texts: readonly string[],
  refuses: (texts: readonly string[]) => KernelErrorData["code"] | null = () => null,
) {
  const source = new EmbeddingTexts();
  texts.forEach((text, index) => {
    source.texts.set(`k${index}`, text);
  });
  const given: (readonly string[])[] = [];
  const batches = new EmbeddingBatches("m", async (batch) => {
    given.push(batch);
    const code = refuses(batch);
    return code === null ? { type: "vectors", vectors: batch.map(() => Float32Array.of(1)) } : refused(code);
  });
  let step = await batches.next([source]);
  for (let n = 0; step.type === "done" && n < 200; n += 1) step = await batches.next([source]);
  return { step, given, made: source.of("m"), skipped: batches.skipped };
}

test("batches are bounded in texts and in characters, and a text in its own", async () => {
  const many = await embedAll(Array.from({ length: EMBEDDING_BATCH_TEXTS * 2 + 1 }, (_, n) => `text ${n}`));
  expect(many.given.map(({ length }) => length)).toEqual([EMBEDDING_BATCH_TEXTS, EMBEDDING_BATCH_TEXTS, 1]);
  const long = await embedAll(Array.from({ length: 10 }, () => "x".repeat(EMBEDDING_CHARACTERS * 2)));
  for (const batch of long.given) {
    expect(batch.join("").length).toBeLessThanOrEqual(EMBEDDING_BATCH_CHARACTERS);
    expect(batch.every((text) => text.length <= EMBEDDING_CHARACTERS)).toBe(true);
  }
  expect(long.made.size).toBe(10);
});

test("texts that are too long are cut until the model takes them, and the length is kept", async () => {
  const texts = Array.from({ length: 20 }, () => "x".repeat(3_000));
  const { step, given, made } = await embedAll(texts, (batch) =>
    batch.some((text) => text.length > 1_000) ? "context-too-long" : null,
  );
  expect(step.type).toBe("nothing");
  expect(made.size).toBe(20);
  expect(given.filter((batch) => batch.some((text) => text.length > 1_000))).toHaveLength(2);
});

test("a text that is refused whatever its length is passed over, and the others are embedded", async () => {
  const texts = ["one", "two", "poison", "three"];
  const { step, made, skipped } = await embedAll(texts, (batch) =>
    batch.includes("poison") ? "model-bad-request" : null,
  );
  expect(step.type).toBe("nothing");
  expect([...made.keys()]).toEqual(["k0", "k1", "k3"]);
  expect(skipped).toBe(1);
});

test("a model that refuses all fails in the end, and one that is not there at once", async () => {
  const all = await embedAll(
    Array.from({ length: 150 }, (_, n) => `text ${n}`),
    () => "model-bad-request",
  );
  expect(all.step).toMatchObject({ type: "failed", error: { code: "model-bad-request" } });
  const away = await embedAll(["x".repeat(EMBEDDING_LEAST_CHARACTERS * 4)], () => "model-refused-connection");
  expect(away.given).toHaveLength(1);
  expect(away.step).toMatchObject({ type: "failed", error: { code: "model-refused-connection" } });
});
