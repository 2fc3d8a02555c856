import fc from "fast-check";
import { expect, test } from "vitest";
import { waterLevel } from "./water-level.ts";

const sizes = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 20 });
const cutTo = (all: readonly number[], level: number): number =>
  all.reduce((total, size) => total + Math.min(size, level), 0);

test("what is cut to the level fits, and a level of one more would not", () => {
  fc.assert(
    fc.property(sizes, fc.nat(12_000), (all, total) => {
      const level = waterLevel(all, total);
      if (level === Number.POSITIVE_INFINITY) {
        expect(cutTo(all, level)).toBeLessThanOrEqual(total);
        return;
      }
      expect(cutTo(all, level)).toBeLessThanOrEqual(total);
      expect(cutTo(all, level + 1)).toBeGreaterThan(total);
    }),
  );
});

test("is nothing when there is less than no room", () => {
  expect(waterLevel([5, 1], -3)).toBe(0);
  expect(waterLevel([], 0)).toBe(Number.POSITIVE_INFINITY);
});
