import fc from "fast-check";
import { expect, test } from "vitest";
import { chunkText } from "./chunks.ts";
import { EXTRACT_LIMITS } from "./limits.ts";

const paragraph = fc.string({
  minLength: 1,
  maxLength: 900,
  unit: fc.constantFrom("a", "b", " ", "é", "𝄞", "\n"),
});

test("no piece is too long, each begins on the line it names, and no word is lost", () => {
  fc.assert(
    fc.property(fc.array(paragraph, { maxLength: 20 }), (paragraphs) => {
      const text = paragraphs.join("\n\n");
      const lines = text.split("\n");
      const chunks = chunkText(text, "numbered");
      for (const { line, text: piece } of chunks) {
        expect(piece.length).toBeLessThanOrEqual(EXTRACT_LIMITS.chunkCharacters);
        expect(piece.isWellFormed()).toBe(true);
        // A line that is longer than a piece is cut within.
        expect(lines[(line ?? 0) - 1]).toContain(piece.split("\n")[0]?.trimEnd());
      }
      const letters = (from: string): string => from.replace(/[^\p{L}]/gu, "");
      expect(letters(chunks.map((chunk) => chunk.text).join(""))).toBe(letters(text));
    }),
  );
});

test("it is cut at a blank line rather than within a paragraph", () => {
  const first = "a".repeat(1_000);
  const second = `b ${"c".repeat(700)}`;
  expect(chunkText(`${first}\n\n${second}`, "numbered")).toEqual([
    { line: 1, text: first },
    { line: 3, text: second },
  ]);
  expect(chunkText(`${first}\n\n${second}`, "none").map(({ line }) => line)).toEqual([null, null]);
});

test("what is beyond the bound of one file is left out", () => {
  const text = "word ".repeat(EXTRACT_LIMITS.characters);
  const kept = chunkText(text, "numbered").reduce((sum, chunk) => sum + chunk.text.length, 0);
  expect(kept).toBeLessThanOrEqual(EXTRACT_LIMITS.characters);
});
