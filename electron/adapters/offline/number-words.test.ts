import { expect, test } from "vitest";
import { numberWordsToDigits, ordinal } from "./number-words.ts";

test.each([
  ["twenty-three times nineteen", "23 times 19"],
  ["one hundred and five minus twenty", "105 minus 20"],
  ["two thousand and twenty six", "2026"],
  ["nine hundred and ninety-nine", "999"],
  ["3.5 million", "3500000"],
  ["a hundred", "100"],
  ["three point one four", "3.14"],
  ["two and three", "2 and 3"],
  ["one two", "1 2"],
  ["someone weighs 5 tonnes", "someone weighs 5 tonnes"],
])("%s becomes %s", (text, expected) => {
  expect(numberWordsToDigits(text)).toBe(expected);
});

test("ordinals", () => {
  expect(ordinal("3rd")).toBe(3);
  expect(ordinal("Twelfth")).toBe(12);
  expect(ordinal("last")).toBeNull();
});
