import type { BigNumber } from "mathjs";
import { KernelError } from "../../../shared/errors.ts";

/**
 * Values beyond 10^±900 are refused: enough for 400!, no single step takes more than about a millisecond, and the
 * number library knows its constants to little more than a thousand digits.
 */
export const MOST_DIGITS = 900;
const LARGEST_FACTORIAL = 400;
/** Euclid's algorithm takes a step or two per digit. */
const MOST_DIVISOR_DIGITS = 64;
/** Further out the period of sine and its kin cannot be told from 64 digits. */
const MOST_ANGLE_DIGITS = 30;

export interface CalculatorFunction {
  readonly arguments: readonly [least: number, most: number];
  /** `approximate`: rounded to the working precision even where more digits are asked for. */
  readonly result: "exact" | "approximate";
  readonly apply: (first: BigNumber, ...more: BigNumber[]) => BigNumber;
}

const ANY = 1_000;
const failed = (message: string): KernelError => new KernelError("tool-failed", message);

const one = (
  apply: (value: BigNumber) => BigNumber,
  result: CalculatorFunction["result"] = "exact",
): CalculatorFunction => ({ arguments: [1, 1], result, apply });

const angle = (name: string, apply: (value: BigNumber) => BigNumber): CalculatorFunction =>
  one((value) => {
    if (value.e >= MOST_ANGLE_DIGITS) throw failed(`The angle of ${name} is too large to be told apart`);
    return apply(value);
  }, "approximate");

const most = (pick: "larger" | "smaller"): CalculatorFunction => ({
  arguments: [1, ANY],
  result: "exact",
  apply: (...values) =>
    values.reduce((best, value) => ((pick === "larger" ? value.gt(best) : value.lt(best)) ? value : best)),
});

const sum = (values: readonly BigNumber[]): BigNumber => values.reduce((total, value) => total.plus(value));

export const divide = (dividend: BigNumber, divisor: BigNumber): BigNumber => {
  if (divisor.isZero()) throw failed(`Division by zero: ${dividend} / 0`);
  return dividend.div(divisor);
};

/** The remainder with the sign of the divisor, so that -5 mod 3 is 1. */
export const modulo = (dividend: BigNumber, divisor: BigNumber): BigNumber => {
  if (divisor.isZero()) throw failed(`Division by zero: ${dividend} mod 0`);
  const remainder = dividend.mod(divisor);
  return remainder.isZero() || remainder.isNegative() === divisor.isNegative()
    ? remainder
    : remainder.plus(divisor);
};

export const power = (base: BigNumber, exponent: BigNumber): BigNumber => {
  if (base.isZero() && exponent.isNegative()) throw failed(`Division by zero: 0 ^ ${exponent}`);
  if (base.isNegative() && !exponent.isInteger()) throw failed(`${base} ^ ${exponent} is no real number`);
  if (!base.isZero() && Math.abs(Number(exponent) * orderOf(base)) > MOST_DIGITS) throw tooLarge();
  return base.pow(exponent);
};

export const factorial = (value: BigNumber): BigNumber => {
  if (!value.isInteger() || value.isNegative()) throw failed(`${value}! is only for whole numbers from 0`);
  if (value.gt(LARGEST_FACTORIAL)) throw tooLarge();
  let product = value.minus(value).plus(1);
  for (let factor = value; factor.gt(1); factor = factor.minus(1)) product = product.times(factor);
  return product;
};

export const tooLarge = (): KernelError =>
  new KernelError("tool-failed", `The result or a step of it has more than ${MOST_DIGITS} digits`, {
    hint: "Ask for a smaller calculation, for example for its logarithm.",
  });

const divisor = (a: BigNumber, b: BigNumber): BigNumber => {
  let [larger, smaller] = [whole(a).abs(), whole(b).abs()];
  while (!smaller.isZero()) [larger, smaller] = [smaller, larger.mod(smaller)];
  return larger;
};

const multiple = (a: BigNumber, b: BigNumber): BigNumber =>
  a.isZero() || b.isZero() ? a.times(b) : a.times(b).abs().div(divisor(a, b));

function whole(value: BigNumber): BigNumber {
  if (!value.isInteger()) throw failed(`${value} is no whole number, as gcd and lcm need`);
  if (value.e >= MOST_DIVISOR_DIGITS)
    throw failed(`gcd and lcm take numbers of at most ${MOST_DIVISOR_DIGITS} digits`);
  return value;
}

const median = (values: readonly BigNumber[]): BigNumber => {
  const sorted = values.toSorted((a, b) => a.comparedTo(b));
  const middle = sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1);
  return sum(middle).div(middle.length);
};

/** log10 of a value's size, as a number. Works beyond the range of a double. */
function orderOf(value: BigNumber): number {
  const [mantissa = "1"] = value.abs().toExponential(15).split("e");
  return value.e + Math.log10(Number(mantissa));
}

const logarithm: CalculatorFunction = {
  arguments: [1, 2],
  result: "approximate",
  apply: (value, base) => (base === undefined ? value.ln() : divide(value.ln(), base.ln())),
};

/** The functions a formula may call; no other name is looked up anywhere. */
export const FUNCTIONS: ReadonlyMap<string, CalculatorFunction> = new Map(
  Object.entries({
    sqrt: one((value) => value.sqrt()),
    cbrt: one((value) => value.cbrt()),
    abs: one((value) => value.abs()),
    floor: one((value) => value.floor()),
    ceil: one((value) => value.ceil()),
    sign: one((value) => value.minus(value).plus(value.comparedTo(0))),
    round: {
      arguments: [1, 2],
      result: "exact",
      apply: (value, places) => {
        const count = Number(places ?? 0);
        if (!Number.isInteger(count) || count < 0 || count > 100) throw failed("round takes 0 to 100 places");
        return value.toDecimalPlaces(count);
      },
    },
    min: most("smaller"),
    max: most("larger"),
    sum: { arguments: [1, ANY], result: "exact", apply: (...values) => sum(values) },
    mean: { arguments: [1, ANY], result: "exact", apply: (...values) => sum(values).div(values.length) },
    median: { arguments: [1, ANY], result: "exact", apply: (...values) => median(values) },
    mod: { arguments: [2, 2], result: "exact", apply: (a, b = a) => modulo(a, b) },
    pow: { arguments: [2, 2], result: "exact", apply: (a, b = a) => power(a, b) },
    gcd: { arguments: [1, ANY], result: "exact", apply: (...values) => values.reduce(divisor) },
    lcm: { arguments: [1, ANY], result: "exact", apply: (...values) => values.reduce(multiple) },
    factorial: one(factorial),
    log: logarithm,
    ln: { ...logarithm, arguments: [1, 1] },
    log10: one((value) => value.log(10), "approximate"),
    log2: one((value) => value.log(2), "approximate"),
    exp: one((value) => {
      if (value.abs().gt(2_070)) throw tooLarge();
      return value.exp();
    }, "approximate"),
    sin: angle("sin", (value) => value.sin()),
    cos: angle("cos", (value) => value.cos()),
    tan: angle("tan", (value) => value.tan()),
    asin: one((value) => value.asin(), "approximate"),
    acos: one((value) => value.acos(), "approximate"),
    atan: one((value) => value.atan(), "approximate"),
  } satisfies Record<string, CalculatorFunction>),
);
