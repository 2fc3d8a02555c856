import { expect, test } from "vitest";
import { agentMemory, groupMemory, PERSON } from "../../../shared/memory-owners.ts";
import { ordinal, ownerWords, searchedWords, whyFigures, whyWords } from "./recall-words.ts";

test("places are said as people say them", () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 112, 1_003].map(ordinal)).toEqual([
    "1st",
    "2nd",
    "3rd",
    "4th",
    "11th",
    "12th",
    "13th",
    "21st",
    "112th",
    "1,003rd",
  ]);
});

test("the reason names each way in which an item was found, and only those", () => {
  const words = { rank: 1, bm25: -3.2 };
  const meaning = { rank: 2, distance: 0.31 };
  expect(whyWords({ score: 0.03, words, meaning })).toBe("1st by words; 2nd by meaning, near");
  expect(whyWords({ score: 0.03, words, meaning: null })).toBe("1st by words");
  expect(whyWords({ score: 0.03, words: null, meaning: { rank: 1, distance: 0.5 } })).toBe(
    "1st by meaning, some way off",
  );
  expect(whyFigures({ score: 0.0321, words, meaning: null })).toBe(
    "BM25 -3.20 (the smaller the better), score 0.0321",
  );
});

test("owners and ways of searching are said from where the agent stands", () => {
  expect([agentMemory("clerk"), groupMemory("office"), PERSON].map(ownerWords)).toEqual([
    "its own",
    "group office",
    "yours",
  ]);
  expect(searchedWords({ type: "words", reason: "No model makes embeddings" })).toBe(
    "by words alone: No model makes embeddings",
  );
});
