import { describe, expect, test } from "vitest";
import { thrownBy } from "../testing/thrown-by.ts";
import { normaliseFormula } from "./normalise.ts";

describe("a formula as people write it", () => {
  test.each([
    ["5 × 6 ÷ 3 − 1", "5 * 6 / 3 - 1"],
    ["3² + 2⁻³", "3^(2) + 2^(-3)"],
    ["2**10", "2^10"],
    ["√16 + √(9)", "sqrt(16) + sqrt(9)"],
    ["∛27 · π", "cbrt(27) * pi"],
    ["15% of 80", "15/100* 80"],
    ["2 + 2 = ?", "2 + 2"],
    ["SQRT(2)", "sqrt(2)"],
  ])("%s", (written, read) => {
    expect(normaliseFormula(written)).toBe(read);
  });

  test("takes separators out of numbers where a comma can mean nothing else", () => {
    expect(normaliseFormula("1,000 + 2,345,678.5")).toBe("1000 + 2345678.5");
    expect(normaliseFormula("sqrt(1,024)")).toBe("sqrt(1024)");
    expect(normaliseFormula("max((1,000), 2)")).toBe("max((1000), 2)");
  });

  test("leaves commas alone that are no separators", () => {
    expect(normaliseFormula("max(100,200)")).toBe("max(100,200)");
    expect(normaliseFormula("max(1, 234)")).toBe("max(1, 234)");
    expect(normaliseFormula("3,5 + 1")).toBe("3,5 + 1");
    expect(normaliseFormula("1,00 + 0,123")).toBe("1,00 + 0,123");
  });

  test.each(["max(1,000, 2)", "sum([1,000])", "max(1,234, 5)", "min(2,1,050)"])(
    "asks about %s",
    (formula) => {
      expect(thrownBy(() => normaliseFormula(formula))).toMatchObject({
        data: { code: "tool-failed", message: expect.stringContaining("could be one number or several") },
      });
    },
  );

  test("refuses brackets that are too deep for the parser", () => {
    expect(() => normaliseFormula("(".repeat(60))).toThrow("brackets open at once");
  });
});
