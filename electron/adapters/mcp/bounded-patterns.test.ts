import { expect, test } from "vitest";
import { BoundedPatterns } from "./bounded-patterns.ts";

const patterns = new BoundedPatterns();
const matches = (source: string, text: string): boolean => {
  patterns.begin();
  return patterns.compile(source, "u").test(text);
};

test.each([
  ["^[a-z0-9-]+$", "a-name", "A Name"],
  ["^(\\d{3}-)?\\d{4}$", "555-1234", "55-1234"],
  ["^([a-z]+-)*[a-z]+$", "one-two-three", "one--two"],
  ["^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$", `${"a".repeat(2_000)}@host.org`, `${"a".repeat(2_000)}@host`],
  // Not a pattern of Unicode, which lets no underscore be escaped.
  ["^a\\_b$", "a_b", "ab"],
])("%s is held against each text", (source, fits, fails) => {
  expect(matches(source, fits)).toBe(true);
  expect(matches(source, fails)).toBe(false);
});

test.each([
  ["^(a+)+$", `${"a".repeat(50)}!`],
  ["^(a|aa)+$", `${"a".repeat(200)}!`],
  ["^(([a-z])+.)+[A-Z]$", "a".repeat(200)],
  ["x*x*x*x*x*x*y", "x".repeat(4_000)],
])("%s would take hours: the text counts as one that fits", (source, text) => {
  patterns.begin();
  const pattern = patterns.compile(source, "u");
  expect(pattern.test(text)).toBe(true);
  // It is not tried again, so that each call is not held up by it anew.
  patterns.begin();
  expect(pattern.test(`!${text}`)).toBe(true);
});

test("many slow patterns have one time together", () => {
  patterns.begin();
  for (let n = 0; n < 200; n += 1) {
    expect(patterns.compile(`^(a+)+${n}$`, "u").test("a".repeat(60))).toBe(true);
  }
});

test("what is no pattern is refused", () => {
  expect(() => patterns.compile("(", "u")).toThrow(SyntaxError);
});
