import { expect, test } from "vitest";
import { answerFrom, countWords, sentencesOf, summarise } from "./text-extract.ts";

const text =
  "# Tea\n\nTea is a drink made of leaves. Green tea keeps the leaves green. Coffee is made of beans.\n\n- Tea has caffeine.";

test("sentences end at signs, paragraphs and list items", () => {
  expect(sentencesOf(text)).toHaveLength(5);
  expect(countWords("it's 3 well-made words")).toBe(4);
});

test("a question is answered with the sentences that share its words", () => {
  expect(answerFrom(text, "what are beans for?", 3)).toEqual(["Coffee is made of beans."]);
  expect(answerFrom(text, "elephants", 3)).toEqual([]);
});

test("a summary has the first sentence, in the order of the text, and no more than asked", () => {
  const summary = summarise(text, 2);
  expect(summary).toHaveLength(2);
  expect(summary[0]).toContain("Tea is a drink");
  expect(summarise("", 3)).toEqual([]);
});
