import { describe, expect, test } from "vitest";
import { versionId } from "../../../shared/files.ts";
import { agentId } from "../../../shared/ids.ts";
import { authorText, changeText, indexText, matchText, searchedText, timeLeftText } from "./words.ts";

test("who and what are said in words", () => {
  expect(authorText({ type: "agent", agentId: agentId(7), name: "clerk" })).toBe("clerk (a7)");
  expect(authorText({ type: "outside" })).toBe("Another program");
  expect(changeText({ type: "rolled-back", to: versionId(3) })).toBe("rolled back to v3");
  expect(changeText({ type: "moved", from: "a.md" })).toBe("moved here from a.md");
});

test("a hit says by which parts it was found", () => {
  const words = { rank: 1, bm25: -3.2 };
  const meaning = { rank: 4, distance: 0.318 };
  expect(matchText({ score: 0.1, words, meaning })).toBe(
    "Found by its words (place 1) and its meaning (place 4, distance 0.32)",
  );
  expect(matchText({ score: 0.1, words: null, meaning })).toBe(
    "Found by its meaning (place 4, distance 0.32)",
  );
  expect(matchText({ score: 0, words: null, meaning: null })).toBe("Found by its name");
});

test("a search says how it was made, and an index how far it is", () => {
  expect(searchedText({ type: "words", reason: "no core offers embeddings" })).toBe(
    "Searched by words only: no core offers embeddings",
  );
  const idle = { phase: "idle", done: 0, total: 0, files: 1, skipped: 0 } as const;
  expect(indexText(idle)).toBe("1 file indexed");
  expect(indexText({ ...idle, files: 1_200, skipped: 3 })).toBe("1,200 files indexed, 3 skipped");
  expect(indexText({ ...idle, phase: "indexing", done: 5, total: 40 })).toBe("Reading 5 of 40 files");
});

describe("the time left of a share", () => {
  const left = (ms: number): string => timeLeftText(1_000_000 + ms, 1_000_000);
  test("is told in units that fit its length", () => {
    expect(left(7 * 86_400_000 - 1)).toBe("6 d 23 h");
    expect(left(2 * 3_600_000 + 5 * 60_000)).toBe("2h 05m");
    expect(left(90_000)).toBe("1m 30s");
    expect(left(0)).toBe("expired");
    expect(left(-5)).toBe("expired");
  });
});
