import { describe, expect, test } from "vitest";
import { HIT_CHARACTERS } from "../limits.ts";
import { excerpt, hitIn, wordsOf } from "./hit-text.ts";

describe("the line of a hit", () => {
  const chunk = { line: 10, text: "The plan.\n\nA grant is due.\nThe budgets of the grant.\nThe end." };

  test("is the one that holds most words, whatever their endings", () => {
    expect(hitIn(chunk, wordsOf("grants Budget"))).toEqual({ line: 13, text: "The budgets of the grant." });
    expect(hitIn(chunk, wordsOf("grant"))).toEqual({ line: 12, text: "A grant is due." });
  });

  test("is the beginning of what was found by its meaning", () => {
    expect(hitIn(chunk, wordsOf("money"))).toMatchObject({
      line: 10,
      text: expect.stringMatching(/^The plan. A/),
    });
  });

  test("has no number where the text has no lines", () => {
    expect(hitIn({ ...chunk, line: null }, wordsOf("due"))).toEqual({ line: null, text: "A grant is due." });
  });
});

test("a long line is cut around its first word, and never within a character", () => {
  const line = `${"𝄞 ".repeat(200)}grant${" 𝄞".repeat(200)}`;
  const cut = excerpt(line, ["grant"]);
  expect(cut.length).toBeLessThanOrEqual(HIT_CHARACTERS);
  expect(cut).toMatch(/^….*grant.*…$/u);
  expect(cut.isWellFormed()).toBe(true);
});
