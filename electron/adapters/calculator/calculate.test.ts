import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { thrownBy } from "../testing/thrown-by.ts";
import { calculate } from "./calculate.ts";

describe("results", () => {
  test.each([
    ["23 * 19 + 7", "444"],
    ["0.1 + 0.2", "0.3"],
    ["3.50", "3.5"],
    ["-0", "0"],
    ["10 / 3", "3.33333333333333333333"],
    ["2 / 3000", "0.00066666666666666666667"],
    ["2^256", "115792089237316195423570985008687907853269984665640564039457584007913129639936"],
    ["2^300 - (2^300 - 1)", "1"],
    ["2^300 mod 7", "1"],
    ["10^60 + 0.5", `1${"0".repeat(60)}.5`],
    ["1e70", `1${"0".repeat(70)}`],
    ["exp(200)", "7.2259737681257492582e+86"],
    ["10^-20", "1e-20"],
    ["1.5e3", "1500"],
    ["-2^2", "-4"],
    ["2^3^2", "512"],
    ["100 + 10%", "110"],
    ["8 % 3", "2"],
    ["2 pi", "6.28318530717958647693"],
    ["12345678901234567890.123456789", "12345678901234567890.123456789"],
  ])("%s", (formula, result) => {
    expect(calculate(formula)).toBe(result);
  });

  test("whole numbers of any size are exact", () => {
    const factor = fc.bigInt({ min: -(10n ** 200n), max: 10n ** 200n });
    fc.assert(
      fc.property(factor, factor, factor, (a, b, c) => {
        expect(calculate(`(${a}) * (${b}) + (${c})`)).toBe(String(a * b + c));
      }),
      { numRuns: 50 },
    );
  });

  test("sums of cents are exact", () => {
    const cents = fc.integer({ min: 0, max: 10_000_000 });
    fc.assert(
      fc.property(fc.array(cents, { minLength: 1, maxLength: 20 }), (amounts) => {
        const formula = amounts.map((amount) => (amount / 100).toFixed(2)).join(" + ");
        const total = amounts.reduce((sum, amount) => sum + amount, 0);
        expect(Number(calculate(formula))).toBe(total / 100);
      }),
      { numRuns: 50 },
    );
  });
});

describe("failures", () => {
  test.each([
    ["1 / 0", "Division by zero"],
    ["0 / 0", "Division by zero"],
    ["5 % 0", "Division by zero"],
    ["1 2", "is no formula"],
    ["3,5 + 1", "is no formula"],
    ["2 +", "is no formula"],
    ["what is two", "cannot hold the name"],
    ["", "empty"],
    ["# note", "empty"],
  ])("%s", (formula, message) => {
    expect(() => calculate(formula)).toThrow(message);
  });

  test("every text ends in a number or a typed error", () => {
    const part = fc.constantFrom(
      ..."0123456789.,+-*/^%!()[]e√²× =".split(""),
      "sqrt",
      "pi",
      "max",
      "mod",
      "1e9",
      "999",
    );
    const text = fc.oneof(
      fc.array(part, { maxLength: 20 }).map((parts) => parts.join("")),
      fc.string({ unit: "grapheme", maxLength: 20 }),
    );
    fc.assert(
      fc.property(text, (formula) => {
        let result: string;
        try {
          result = calculate(formula);
        } catch (error) {
          expect(error).toMatchObject({ data: { code: "tool-failed" } });
          return;
        }
        expect(result).toMatch(/^-?\d+(\.\d+)?(e[+-]\d+)?$/);
      }),
      { numRuns: 500 },
    );
  });

  test("a long formula is cut in the message", () => {
    const error = thrownBy(() => calculate("1 ".repeat(400)));
    expect(error).toMatchObject({ message: expect.stringMatching(/^.{0,200}$/) });
  });
});
