import fc from "fast-check";
import { expect, test } from "vitest";
import { fairness, quantile, slowdown } from "./metrics.ts";

test("slowdown is turnaround over service, and never below 1", () => {
  expect([slowdown(100, 50), slowdown(10, 50), slowdown(100, 0)]).toEqual([2, 1, 1]);
});

test("fairness is 1 for equal shares and 1/n when one has all", () => {
  expect(fairness([3, 3, 3])).toBeCloseTo(1);
  expect(fairness([5, 0, 0, 0])).toBeCloseTo(0.25);
  expect([fairness([]), fairness([0, 0])]).toEqual([1, 1]);
  const shares = fc.array(fc.double({ min: 0.001, max: 1_000, noNaN: true }), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(shares, (all) => {
      expect(fairness(all)).toBeGreaterThanOrEqual(1 / all.length - 1e-9);
      expect(fairness(all)).toBeLessThanOrEqual(1 + 1e-9);
    }),
  );
});

test("a quantile is a value of the list, by nearest rank", () => {
  const values = [5, 1, 4, 2, 3];
  expect([0, 0.2, 0.5, 0.95, 1].map((q) => quantile(values, q))).toEqual([1, 1, 3, 5, 5]);
  expect(values).toEqual([5, 1, 4, 2, 3]);
  expect(quantile([], 0.5)).toBeNaN();
});
