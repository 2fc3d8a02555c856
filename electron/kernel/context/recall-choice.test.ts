import { describe, expect, test } from "vitest";
import { type MemoryMatch, memoryId, type RecalledItem } from "../../../shared/memory.ts";
import { agentMemory } from "../../../shared/memory-owners.ts";
import { RECALL_ITEMS } from "../limits-recall.ts";
import { type RecallHit, tellingWords, wellMatched, withinBudget } from "./recall-choice.ts";

const WORDS: MemoryMatch = { score: 0.01, words: { rank: 1, bm25: -1 }, meaning: null };
const near = (distance: number): MemoryMatch => ({
  score: 0.01,
  words: null,
  meaning: { rank: 1, distance },
});

const hit = (text: string, match: MemoryMatch = WORDS, keywords: readonly string[] = []): RecallHit => ({
  match,
  item: {
    id: memoryId(text.length),
    owner: agentMemory("clerk"),
    text,
    metadata: {},
    keywords,
    tags: [],
    links: [],
    provenance: { by: "agent", agentId: null, syscallId: null, origin: null },
    pinned: "no",
    bytes: 1,
    uses: 0,
    lastUsedAt: null,
    createdAt: 0,
    updatedAt: 0,
  },
});
const matched = (query: string, ...hits: readonly RecallHit[]): readonly string[] =>
  wellMatched(query, hits).map(({ item }) => item.text);

describe("by words an item matches a turn well", () => {
  test("when it has half of what the turn tells, whatever the endings", () => {
    expect(matched("When is Ada's birthday?", hit("Ada's birthday is 10 December"))).toHaveLength(1);
    expect(matched("Which colours do I like?", hit("My favourite colour is green"))).toHaveLength(1);
    expect(matched("Was kostet der Zug nach Köln?", hit("Der Zug nach Köln kostet 40 Euro"))).toHaveLength(1);
  });

  test("and not when it shares a word by chance", () => {
    const turn = "How many people live in Lisbon, and in which blue houses?";
    expect(matched(turn, hit("The blue bicycle has a flat tyre"))).toEqual([]);
    expect(matched("What is it that you would do?", hit("It is what it is"))).toEqual([]);
    expect(matched("", hit("Anything at all"))).toEqual([]);
  });

  test("by its keywords too", () => {
    expect(matched("anniversary", hit("Ada was born on 10 December", WORDS, ["anniversary"]))).toHaveLength(
      1,
    );
  });
});

test("by meaning what is near, and not much farther than the nearest", () => {
  const hits = [
    hit("near", near(0.2)),
    hit("nearly", near(0.3)),
    hit("farther", near(0.5)),
    hit("far", near(0.9)),
  ];
  expect(matched("something else", ...hits)).toEqual(["near", "nearly"]);
  expect(matched("something else", hit("far", near(0.6)))).toEqual([]);
});

test("telling words are those that say what a text is about", () => {
  expect(tellingWords("What did you tell me about Ada's 10 cats, and of it?")).toEqual(["ada", "10", "cats"]);
});

test("a budget takes the best that fit, and says how many had no room", () => {
  const item = (tokens: number): RecalledItem => ({
    ...hit(`${tokens}`).item,
    origin: null,
    match: WORDS,
    tokens,
  });
  const { items, left } = withinBudget([item(40), item(90), item(50), item(30)], 100);
  expect(items.map(({ tokens }) => tokens)).toEqual([40, 50]);
  expect(left).toBe(2);
  expect(
    withinBudget(
      Array.from({ length: RECALL_ITEMS + 3 }, () => item(1)),
      100,
    ).left,
  ).toBe(3);
  expect(withinBudget([item(1)], -5)).toEqual({ items: [], left: 1 });
});
