import { numberWordsToDigits, ordinal } from "./number-words.ts";

/** Functions of one value. */
export type Unary =
  | "sqrt"
  | "cbrt"
  | "abs"
  | "floor"
  | "ceil"
  | "round"
  | "log"
  | "log10"
  | "exp"
  | "sin"
  | "cos"
  | "tan"
  | "factorial";
/** Functions of a list. */
export type Listed = "sum" | "product" | "mean" | "max" | "min" | "gcd" | "lcm" | "difference" | "quotient";

export type Token =
  | { readonly type: "number"; readonly text: string }
  | { readonly type: "operator"; readonly text: "+" | "-" | "*" | "/" | "^" | "mod" }
  | { readonly type: "unary"; readonly name: Unary }
  | { readonly type: "listed"; readonly name: Listed }
  | { readonly type: "constant"; readonly text: "pi" | "e" }
  | { readonly type: "scale"; readonly by: string }
  | { readonly type: "sign"; readonly text: "(" | ")" | "," | "!" | "%" | "of" | "and" | "to" | "between" };

const UNARY: Readonly<Record<string, Unary>> = {
  sqrt: "sqrt",
  cbrt: "cbrt",
  abs: "abs",
  floor: "floor",
  ceil: "ceil",
  ceiling: "ceil",
  round: "round",
  log: "log",
  ln: "log",
  log10: "log10",
  exp: "exp",
  sin: "sin",
  sine: "sin",
  cos: "cos",
  cosine: "cos",
  tan: "tan",
  tangent: "tan",
  factorial: "factorial",
};

const LISTED: Readonly<Record<string, Listed>> = {
  sum: "sum",
  total: "sum",
  product: "product",
  average: "mean",
  mean: "mean",
  max: "max",
  maximum: "max",
  largest: "max",
  biggest: "max",
  greatest: "max",
  highest: "max",
  min: "min",
  minimum: "min",
  smallest: "min",
  least: "min",
  lowest: "min",
  gcd: "gcd",
  gcf: "gcd",
  hcf: "gcd",
  lcm: "lcm",
  difference: "difference",
  quotient: "quotient",
};

const SCALE: Readonly<Record<string, string>> = {
  half: "(1 / 2)",
  double: "2",
  twice: "2",
  triple: "3",
  thrice: "3",
  quadruple: "4",
};

const PARTS =
  "halves|half|thirds|third|quarters|quarter|fourths|fourth|fifths|fifth|sixths|sixth|sevenths|seventh|eighths|eighth|ninths|ninth|tenths|tenth|hundredths|hundredth";
const PART_OF: Readonly<Record<string, number>> = { half: 2, halves: 2, quarter: 4, hundredth: 100 };

const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/[×·∙⋅✕]/g, " * "],
  [/÷/g, " / "],
  [/½/g, " 0.5 "],
  [/¼/g, " 0.25 "],
  [/¾/g, " 0.75 "],
  [/²/g, " ^ 2 "],
  [/³/g, " ^ 3 "],
  [/√/g, " sqrt "],
  [/π/g, " pi "],
  [/\*\*/g, "^"],
  [/[[{]/g, "("],
  [/[\]}]/g, ")"],
  [/([\d)])\s*x\s*(?=[\d(.])/g, "$1 * "],
  [/\b(\d+(?:\.\d+)?) dozens?\b/g, " ($1 * 12) "],
  [/\b(?:a |1 )?dozen\b/g, " 12 "],
  [/\b(\d+) and a half\b/g, "$1.5"],
  [/\b(\d+) and (?:a|1) quarter\b/g, "$1.25"],
  [/\b(\d+) and (?:3 |three-)quarters\b/g, "$1.75"],
  [/\b(?:cube|cubic|third|3rd) root(?: of)?\b/g, " cbrt "],
  [/\b(?:(?:square|second|2nd) )?root(?: of)?\b/g, " sqrt "],
  [/\b(?:greatest|highest|largest) common (?:divisor|factor|denominator)\b/g, " gcd "],
  [/\b(?:least|lowest|smallest) common (?:multiple|denominator)\b/g, " lcm "],
  [/\babsolute value\b/g, " abs "],
  [/\bnatural log(?:arithm)?\b/g, " ln "],
  [
    /\b(?:decimal |common )log(?:arithm)?\b|\blog(?:arithm)? (?:base|to the base) 10\b|\blog(?:arithm)? of\b/g,
    " log10 ",
  ],
  [/\b(?:raised )?to the power(?: of)?\b|\braised to(?: the)?\b/g, " ^ "],
  [/\bto the (\d+)(?:st|nd|rd|th)(?: power)?\b/g, " ^ $1 "],
  [/\bsquared\b/g, " ^ 2 "],
  [/\bcubed\b/g, " ^ 3 "],
  [/\b(?:multiplied (?:by|with)|times by|times)\b/g, " * "],
  [/\b(?:divided by|over)\b/g, " / "],
  [/\b(?:plus|added to|add)\b/g, " + "],
  [/\b(?:minus|negative|less|take away|subtract)\b/g, " - "],
  [/\b(?:modulo|modulus|mod)\b/g, " mod "],
  [/\b(?:per ?cent|percentage|pct)\b/g, " % "],
  [/\bopen (?:bracket|parenthesis)\b/g, " ( "],
  [/\bclose (?:bracket|parenthesis)\b/g, " ) "],
  [/&/g, " and "],
  [/(?<=\b(?:sum|average|mean|product|maximum|minimum|max|min|total)) ?:/g, " "],
  [/[$€£](?=\s*\d)/g, ""],
];

/** Whether commas between digits are thousands separators or separate the items of a list. */
export type Commas = "thousands" | "separators";

/** The tokens of an expression in signs or words; null as soon as a word is not understood. */
export function readTokens(text: string, commas: Commas): readonly Token[] | null {
  const currencies = new Set(text.match(/[$€£]/g) ?? []);
  if (currencies.size > 1) return null;
  let plain = numberWordsToDigits(text.toLowerCase());
  plain = plain.replace(/\bto the ([a-z]+) power\b/g, (whole, word: string) => {
    const power = ordinal(word);
    return power === null ? whole : ` ^ ${power} `;
  });
  if (commas === "thousands")
    plain = plain.replace(/(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])/g, (n) => n.replaceAll(",", ""));
  plain = plain.replace(/(?<![\d.])\d{1,3}(?: \d{3})+(?![\d])/g, (n) => n.replaceAll(" ", ""));
  for (const [pattern, sign] of REPLACEMENTS) plain = plain.replace(pattern, sign);
  plain = plain.replace(new RegExp(`\\b(?:(\\d+)[ -]|an? )?(${PARTS})(?= of\\b)`, "g"), (_, count, part) =>
    fractionOf(String(count ?? "1"), String(part)),
  );
  return splitTokens(plain);
}

function fractionOf(count: string, part: string): string {
  const singular = part.replace(/s$/, "");
  const divisor = PART_OF[part] ?? PART_OF[singular] ?? ordinal(singular);
  return ` (${count} / ${divisor ?? 1}) `;
}

const TOKEN = /\s*(?:(\d+(?:\.\d+)?(?:e[+-]?\d+)?|\.\d+)|([a-z][a-z0-9]*)|([-+*/^(),!%]))/y;
const FILLERS = new Set([
  "the",
  "a",
  "an",
  "number",
  "numbers",
  "value",
  "values",
  "both",
  "following",
  "these",
  "integers",
  "whole",
]);
const ALIKE: Readonly<Record<string, "of" | "and" | "to" | "between">> = {
  of: "of",
  and: "and",
  to: "to",
  between: "between",
  with: "and",
};

function splitTokens(plain: string): readonly Token[] | null {
  const tokens: Token[] = [];
  const text = plain.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) return null;
    const token = tokenOf(match[1], match[2], match[3]);
    if (token === null) return null;
    if (token !== "filler") tokens.push(token);
  }
  return tokens;
}

function tokenOf(
  number: string | undefined,
  word: string | undefined,
  sign: string | undefined,
): Token | "filler" | null {
  if (number !== undefined) return { type: "number", text: number.startsWith(".") ? `0${number}` : number };
  if (word !== undefined) return wordToken(word);
  switch (sign) {
    case "+":
    case "-":
    case "*":
    case "/":
    case "^":
      return { type: "operator", text: sign };
    case "(":
    case ")":
    case ",":
    case "!":
    case "%":
      return { type: "sign", text: sign };
    default:
      return null;
  }
}

function wordToken(word: string): Token | "filler" | null {
  if (FILLERS.has(word)) return "filler";
  if (word === "mod") return { type: "operator", text: "mod" };
  if (word === "pi" || word === "e") return { type: "constant", text: word };
  const unary = UNARY[word];
  if (unary) return { type: "unary", name: unary };
  const list = LISTED[word];
  if (list) return { type: "listed", name: list };
  const scale = SCALE[word];
  if (scale) return { type: "scale", by: scale };
  const sign = ALIKE[word];
  return sign ? { type: "sign", text: sign } : null;
}
