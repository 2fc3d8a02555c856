import { expect, test } from "vitest";
import { readCalculation } from "./calculations.ts";

test("percentages, comparisons and primes word their own answers", () => {
  expect(readCalculation("what percent of 80 is 12")?.answer?.("15")).toBe("12 is 15% of 80.");
  expect(readCalculation("is 10 greater than 9")?.answer?.("1")).toMatch(/^Yes/);
  expect(readCalculation("is 10 less than 9")?.answer?.("1")).toMatch(/^No/);
  expect(readCalculation("2 + 2 = 4")?.answer?.("0")).toMatch(/^Yes/);
  expect(readCalculation("is 91 prime")?.answer?.("7")).toMatch(/^No/);
  expect(readCalculation("is 17 even")?.answer?.("1")).toBe("No, 17 is odd.");
});
