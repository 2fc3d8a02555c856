import { modelToEncodingMap } from "gpt-tokenizer/mapping";
import { expect, test } from "vitest";
import { encodingOf } from "./encodings.ts";

test("agrees with the list of the library, which names the models of older encodings", () => {
  let known = 0;
  for (const [model, encoding] of Object.entries(modelToEncodingMap)) {
    const ours = encodingOf(model);
    if (ours === null) continue;
    known += 1;
    expect([model, ours]).toEqual([model, encoding]);
  }
  expect(known).toBeGreaterThan(10);
});

test.each([
  ["gpt-5-mini", "o200k_base"],
  ["gpt-5.4-2026-03-05", "o200k_base"],
  ["gpt-4.1-nano", "o200k_base"],
  ["gpt-4-turbo", "cl100k_base"],
  ["ft:gpt-4o-mini:acme::abc", "o200k_base"],
  ["o3", "o200k_base"],
  ["o30", null],
  ["llama3.2:3b", null],
  ["gpt-4real", null],
  ["", null],
] as const)("%s is encoded by %s", (model, encoding) => {
  expect(encodingOf(model)).toBe(encoding);
});
