import { expect, test } from "vitest";
import { leaning, withAnswer } from "./leaning.ts";

test.each([
  ["write the result into r.txt", "files"],
  ["please remember it", "memory"],
  ["multiply that by 2", "arithmetic"],
  ["remember that Ada likes tea", null],
  ["write hello into r.txt", null],
])("%s leans as: %s", (text, family) => {
  expect(leaning(text)).toBe(family);
});

test("the value of a calculation takes the pronoun's place", () => {
  expect(withAnswer("save it to r.txt", "12 * 12 = 144")).toBe("write a file r.txt with the text: 144");
  expect(withAnswer("multiply that by 2", "12 * 12 = 144")).toBe("multiply 144 by 2");
  expect(withAnswer("add it to r.txt", "one")).toBe('append to r.txt: "one"');
  expect(withAnswer("list files", "one")).toBe("list files");
});
