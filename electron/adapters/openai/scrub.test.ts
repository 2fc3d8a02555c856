import fc from "fast-check";
import { expect, test } from "vitest";
import { QUOTE_CHARACTERS, quote, scrub } from "./scrub.ts";

test("a key is taken out, wherever it stands and however long the text", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 300 }), (before, after) => {
      const key = "Zq7!key/with+signs=";
      const line = quote(`${before}${key}${after}`, key);
      expect(line).not.toContain(key);
      expect(line.length).toBeLessThanOrEqual(QUOTE_CHARACTERS + 1);
    }),
  );
});

test.each([
  ["it has got sk-abc***xyz wrong", null, "it has got [key] wrong"],
  ["Authorization: Bearer abc.def", null, "Authorization: Bearer [key]"],
  ["a%2Bb/c is bad", "a+b/c", "a%2Bb/c is bad"],
  ["a%2Bb%2Fc is bad", "a+b/c", "[key] is bad"],
  ["model x is bad", "x", "model x is bad"],
])("%s", (text, secret, clean) => {
  expect(scrub(text, secret)).toBe(clean);
});
