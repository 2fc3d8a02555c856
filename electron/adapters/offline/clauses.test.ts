import { expect, test } from "vitest";
import { namePronouns, splitClauses } from "./clauses.ts";
import { answerOnly, type Family } from "./intent.ts";

const FAMILY: readonly (readonly [RegExp, Family])[] = [
  [/^(?:what is |compute )\d/i, "arithmetic"],
  [/^remember /i, "memory"],
  [/^(?:write|read) .*\.txt/i, "files"],
];
const understand = (part: string) => {
  const family = FAMILY.find(([pattern]) => pattern.test(part.trim().replace(/^and /i, "")))?.[1];
  if (family === "arithmetic" && /\band\b|;|,/.test(part)) return null;
  return family ? answerOnly(family, part) : null;
};
const texts = (task: string) => splitClauses(task, understand).map((part) => part.text);

test.each([
  ["what is 1+1 and what is 2+2", ["what is 1+1", "what is 2+2"]],
  ["what is 1+1; remember that x is y", ["what is 1+1", "remember that x is y"]],
  ["1. what is 1+1\n2. remember it all", ["what is 1+1", "remember it all"]],
  ["Do this:\n- what is 1+1\n- sing", ["what is 1+1", "sing"]],
  ["remember that Ada likes tea and cake", ["remember that Ada likes tea and cake"]],
  ["sing and dance", ["sing and dance"]],
  ['write "a, then read b.txt" into c.txt', ['write "a, then read b.txt" into c.txt']],
])("%j", (task, expected) => {
  expect(texts(task)).toEqual(expected);
});

test("a part after then comes after", () => {
  const parts = splitClauses("write a into a.txt, then read a.txt", understand);
  expect(parts.map((part) => part.order)).toEqual(["free", "after"]);
});

test("text under a heading that carries it stays whole", () => {
  expect(texts("remember the following:\n- what is 1+1\n- what is 2+2")).toHaveLength(1);
});

test("a crafted task is asked about a bounded number of times", () => {
  let asked = 0;
  splitClauses("what is x and ".repeat(50), (part) => {
    asked += 1;
    return understand(part);
  });
  expect(asked).toBeLessThanOrEqual(100);
});

test("a pronoun for a file named before takes its name", () => {
  expect(namePronouns("write a into a.txt and then show it")).toBe("write a into a.txt and then show a.txt");
  expect(namePronouns("show it")).toBe("show it");
});
