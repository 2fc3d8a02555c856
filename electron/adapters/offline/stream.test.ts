import fc from "fast-check";
import { expect, test } from "vitest";
import { pace, pieces } from "./stream.ts";

test("pieces joined are the text, whatever it is", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => pieces(text).join("") === text));
  expect(pieces("I will work out 3.")).toEqual(["I", " will", " work", " out", " 3", "."]);
});

test("a token at a time when slow, several when fast, never more than are left", () => {
  expect(pace(60, 100)).toEqual({ tokens: 1, waitMs: 1_000 / 60 });
  expect(pace(1_000, 100)).toEqual({ tokens: 4, waitMs: 4 });
  expect(pace(100_000, 7).tokens).toBe(7);
});
