import fc from "fast-check";
import { all, create } from "mathjs";
import { expect, test } from "vitest";
import { isNumber, readExpression, readOperand } from "./expression.ts";

test.each([
  ["23 * 19 plus 7", "23 * 19 + 7"],
  ["twenty-three times nineteen", "23 * 19"],
  ["15% of 80", "15 / 100 * 80"],
  ["80 + 15%", "80 * (1 + 15 / 100)"],
  ["10 / half of 4", "10 / (4 / 2)"],
  ["two thirds of 90", "90 * 2 / 3"],
  ["the square root of 144", "sqrt(144)"],
  ["average of 100,200,300", "mean(100, 200, 300)"],
  ["1,000 + 2,000", "1000 + 2000"],
  ["5! / 3!", "factorial(5) / factorial(3)"],
  ["2(3+4)", "2 * (3 + 4)"],
  ["difference between 5 and 9", "abs(5 - 9)"],
  ["2 to the tenth power", "2 ^ 10"],
  ["3x4", "3 * 4"],
  ["7 mod 3", "mod(7, 3)"],
  ["£20 plus £30", "20 + 30"],
  ["a dozen times twelve", "12 * 12"],
  ["5 - -3", "5 - -3"],
])("%s is read as %s", (text, expected) => {
  expect(readExpression(text)).toBe(expected);
});

test.each(["hello", "2 +", "(2 + 3", "x + 2", "$5 + £3", "sum of 5", "3 4", "2 apples + 3", ""])(
  "%s is not guessed at",
  (text) => {
    expect(readExpression(text)).toBeNull();
  },
);

test("an operand is safe inside a larger expression", () => {
  expect(readOperand("2 + 3")).toBe("(2 + 3)");
  expect(readOperand("7")).toBe("7");
  expect(isNumber("-3.5")).toBe(true);
  expect(isNumber("3 + 5")).toBe(false);
});

test("any expression in signs keeps its value", () => {
  const math = create(all ?? {}, { number: "BigNumber", precision: 64 });
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      fc.integer({ min: 1, max: 99 }).map(String),
      fc
        .tuple(tie("tree"), fc.constantFrom("+", "-", "*", "/"), tie("tree"))
        .map(([a, sign, b]) => `${a} ${sign} ${b}`),
      tie("tree").map((inner) => `(${inner})`),
    ),
  }));
  fc.assert(
    fc.property(tree, (text) => {
      fc.pre(text.length < 500);
      const read = readExpression(text);
      expect(String(math.evaluate(read ?? "NaN"))).toBe(String(math.evaluate(text)));
    }),
  );
});
