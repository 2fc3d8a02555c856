import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NativeModel } from "./native.ts";
import { LlamaFixture, testEntry } from "./testing/llama-fixture.ts";
import { TokenText } from "./token-text.ts";
import { Vocabulary } from "./vocabulary.ts";

describe.skipIf(testEntry === null)("text of tokens as they come (needs the add-on)", () => {
  let fixture: LlamaFixture;
  let vocabulary: Vocabulary;
  let model: NativeModel;
  beforeAll(async () => {
    fixture = new LlamaFixture();
    vocabulary = new Vocabulary(fixture.file, () => testEntry);
    model = (await vocabulary.get()) ?? expect.fail("No tokenizer");
  });
  afterAll(async () => {
    await vocabulary.close();
    await fixture.close();
  });

  test.each(["naïve 日本語 🎉", "  two  spaces\n\tand a tab ", "👩‍👩‍👧 é́ ß", "<|im_start|> & plain"])(
    "%j comes out whole, and no character in halves",
    (text) => {
      const before = model.tokenize("<|im_start|>assistant\n", true);
      const tokens = model.tokenize(text, false, "trimLeadingSpace");
      const growing = new TokenText(model, before);
      const pieces = tokens.map((token) => growing.push(token));
      expect(pieces.join("") + growing.flush()).toBe(text);
      for (const piece of pieces) expect(piece).not.toContain("\ufffd");
    },
  );

  test("bytes that are no character come out at the end as the sign for that", () => {
    const bytes = model.tokenize("日", false, "trimLeadingSpace");
    expect(bytes.length).toBeGreaterThan(2);
    const growing = new TokenText(model, []);
    expect(
      bytes
        .slice(0, 2)
        .map((token) => growing.push(token))
        .join(""),
    ).toBe("");
    expect(growing.flush()).toContain("\ufffd");
    expect(growing.flush()).toBe("");
  });
});
