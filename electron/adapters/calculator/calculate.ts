import { createRequire } from "node:module";
import type { ConfigOptions, MathJsInstance, MathNode } from "mathjs";
import { KernelError } from "../../../shared/errors.ts";
import { type BigNumberClass, type Evaluation, evaluateFormula } from "./evaluate.ts";
import { MOST_DIGITS } from "./functions.ts";
import { normaliseFormula } from "./normalise.ts";

/** Digits that are carried, and of a result that fills them all (1/3), the decimal places that are shown. */
const WORKING_DIGITS = 64;
const SHOWN_PLACES = 20;
/** Room for rounding: values with more digits than this before the point are worked out once more, with enough. */
const SAFE_DIGITS = WORKING_DIGITS - 10;
/** A result below this that came by way of rounded functions is zero: sin(pi). */
const ROUNDED_ZERO = 10 - WORKING_DIGITS;
/** Smaller numbers are written as 1e-16. */
const SMALLEST_FIXED_EXPONENT = -15;

type MathLibrary = MathJsInstance & { readonly BigNumber: BigNumberClass };

let library: MathLibrary | null = null;

/**
 * The value of a formula as plain text: whole numbers in full, exact decimals exact, others rounded to 20 places
 * without trailing zeros. Throws `tool-failed` saying what is wrong with it. Takes milliseconds; the first time
 * also those of loading the library.
 */
export function calculate(formula: string): string {
  library ??= loadLibrary();
  const node = parse(library, formula, normaliseFormula(formula));
  const first = evaluateFormula(library.BigNumber, node);
  if (first.digits <= SAFE_DIGITS || first.result === "approximate") return format(first, SAFE_DIGITS);
  const precision = Math.min(first.digits, MOST_DIGITS) + WORKING_DIGITS;
  const precise = evaluateFormula(library.BigNumber.clone({ precision }), node);
  return format(precise, precision - WORKING_DIGITS + SAFE_DIGITS);
}

/** The library's single-file build loads in a tenth of the time that its many modules take. */
function loadLibrary(): MathLibrary {
  const base: { create(config: ConfigOptions): MathLibrary } = createRequire(import.meta.url)(
    "mathjs/lib/browser/math.js",
  );
  return base.create({ number: "BigNumber", precision: WORKING_DIGITS, predictable: true });
}

function parse(math: MathLibrary, formula: string, normalised: string): MathNode {
  try {
    return math.parse(normalised);
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : "it is too long or too deep";
    const shown = formula.length <= 80 ? formula : `${formula.slice(0, 79)}…`;
    throw new KernelError("tool-failed", `"${shown}" is no formula: ${reason}`, {
      hint: 'Write numbers and operators only, such as "(3 + 4) * 2^10", with a point for decimals.',
    });
  }
}

function format({ value, result }: Evaluation, exactDigits: number): string {
  if (value.isZero() || (result === "approximate" && value.e < ROUNDED_ZERO)) return "0";
  if (result === "approximate" && value.e > SAFE_DIGITS) {
    return value.toSignificantDigits(SHOWN_PLACES).toExponential();
  }
  if (value.isInteger()) return value.toFixed();
  const shown =
    value.precision() <= exactDigits
      ? value
      : value.e >= 0
        ? value.toDecimalPlaces(SHOWN_PLACES)
        : value.toSignificantDigits(SHOWN_PLACES);
  return shown.e < SMALLEST_FIXED_EXPONENT ? shown.toExponential() : shown.toFixed();
}
