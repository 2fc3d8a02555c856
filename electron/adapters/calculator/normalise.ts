import { KernelError } from "../../../shared/errors.ts";
import { FUNCTIONS } from "./functions.ts";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
/** The most brackets that may be open at once: the parser recurses into each. */
const DEEPEST_BRACKETS = 50;

const SYMBOLS: readonly (readonly [RegExp, string])[] = [
  [/[×✕⋅·∙]/g, "*"],
  [/÷/g, "/"],
  [/[−–—]/g, "-"],
  [/π/g, "pi"],
  [/\*\*/g, "^"],
  [/√\s*(\d+(?:\.\d+)?|pi\b|e\b)/g, "sqrt($1)"],
  [/∛\s*(\d+(?:\.\d+)?|pi\b|e\b)/g, "cbrt($1)"],
  [/√/g, "sqrt"],
  [/∛/g, "cbrt"],
  [/%\s*of\b/g, "/100*"],
  [/\s*=\s*\??\s*$/, ""],
];

/**
 * A formula as people write it in the form that the parser reads: signs such as × and ², thousands separators,
 * "15% of 80", a trailing "=". Throws `tool-failed` for a comma that could mean two things.
 */
export function normaliseFormula(formula: string): string {
  let text = formula.trim().toLowerCase();
  text = text.replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+/g, (run) => `^(${[...run].map(superscript).join("")})`);
  text = joinThousands(text);
  for (const [sign, plain] of SYMBOLS) text = text.replace(sign, plain);
  return text.trim();
}

const superscript = (sign: string): string => (sign === "⁻" ? "-" : String(SUPERSCRIPTS.indexOf(sign)));

/** Takes the commas out of 1,000,000, unless they could part the arguments of a function or the items of a list. */
function joinThousands(text: string): string {
  const open: string[] = [];
  let joined = "";
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const number = /^\d+(?:,\d+)*(?:\.\d+)?/.exec(rest)?.[0];
    if (number === undefined) {
      track(open, joined, rest.charAt(0));
      joined += rest.charAt(0);
      at += 1;
      continue;
    }
    const inside = open.at(-1) ?? "";
    if (takesSeveral(inside)) {
      if (isAmbiguous(number, text)) throw ambiguous(number, inside);
      joined += number;
    } else {
      const grouped = /^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/.test(number);
      joined += grouped ? number.replaceAll(",", "") : number;
    }
    at += number.length;
  }
  return joined;
}

/** Keeps what is open: the name of a function, "[" for a list, "(" for a group. */
function track(open: string[], before: string, sign: string): void {
  if (sign === "[") open.push(sign);
  if (sign === "(") open.push(/[a-z√∛][a-z0-9]*$/.exec(before)?.[0] ?? sign);
  if (sign === ")" || sign === "]") open.pop();
  if (open.length > DEEPEST_BRACKETS) {
    throw new KernelError(
      "tool-failed",
      `The formula has more than ${DEEPEST_BRACKETS} brackets open at once`,
      {
        hint: "Break it into several calculations.",
      },
    );
  }
}

function takesSeveral(inside: string): boolean {
  const called = FUNCTIONS.get(inside);
  return inside === "[" || (called !== undefined && called.arguments[1] > 1);
}

/** In max(1,000) and max(1,234, 5) the comma looks like a thousands separator; in max(100,200) it does not. */
const isAmbiguous = (number: string, text: string): boolean =>
  /,0\d\d(?!\d)/.test(number) || (/\d,\d{3}(?!\d)/.test(number) && /,\s/.test(text));

function ambiguous(number: string, inside: string): KernelError {
  const where = inside === "[" ? "a list" : `${inside}(…)`;
  return new KernelError("tool-failed", `"${number}" in ${where} could be one number or several`, {
    hint: "Leave separators out of numbers (1000), and put a space after each comma between two of them.",
  });
}
