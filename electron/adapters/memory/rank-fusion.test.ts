import fc from "fast-check";
import { expect, test } from "vitest";
import { fuseRanks } from "./rank-fusion.ts";

const words = (...numbers: readonly number[]) =>
  numbers.map((number, index) => ({ number, bm25: index - 9 }));
const meaning = (...numbers: readonly number[]) =>
  numbers.map((number, index) => ({ number, distance: index / 9 }));
const order = (a: readonly number[], b: readonly number[]) =>
  fuseRanks(words(...a), meaning(...b)).map(({ number }) => number);

test("scores are the sums of the reciprocal ranks", () => {
  const [first, second, third] = fuseRanks(words(1, 2), meaning(2, 3));
  expect(first).toEqual({
    number: 2,
    match: { score: 1 / 62 + 1 / 61, words: { rank: 2, bm25: -8 }, meaning: { rank: 1, distance: 0 } },
  });
  expect(second?.match).toEqual({ score: 1 / 61, words: { rank: 1, bm25: -9 }, meaning: null });
  expect(third?.match).toEqual({ score: 1 / 62, words: null, meaning: { rank: 2, distance: 1 / 9 } });
});

test("what both lists hold goes before what one holds, and words before meaning among equals", () => {
  expect(order([1, 2, 3], [4, 5, 3])).toEqual([3, 1, 4, 2, 5]);
  expect(order([1], [2])).toEqual([1, 2]);
  expect(order([], [7, 8])).toEqual([7, 8]);
  expect(order([], [])).toEqual([]);
});

test("each is there once, and one that is nowhere behind another never goes before it", () => {
  const list = fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 12 });
  const place = (numbers: readonly number[], n: number) => (numbers.includes(n) ? numbers.indexOf(n) : 99);
  fc.assert(
    fc.property(list, list, (a, b) => {
      const fused = order(a, b);
      expect(fused.toSorted()).toEqual([...new Set([...a, ...b])].toSorted());
      for (const [index, one] of fused.entries()) {
        for (const other of fused.slice(index + 1)) {
          const beaten = place(a, other) < place(a, one) && place(b, other) < place(b, one);
          expect(beaten).toBe(false);
        }
      }
    }),
  );
});
