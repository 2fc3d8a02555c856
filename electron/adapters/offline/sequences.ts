import { isNumber, readExpression } from "./expression.ts";
import { numberWordsToDigits } from "./number-words.ts";

/** Numbers in order: each known already (`text` alone) or worked out from an expression. */
export interface Sequence {
  /** What it is, as the request named it. */
  readonly title: string;
  readonly terms: readonly Term[];
  /** Whether each line shows its working: times tables do. */
  readonly style: "plain" | "labelled";
}

export interface Term {
  /** How the term reads with its working: "3 squared", "7 * 3". */
  readonly label: string;
  /** For the calculator; null when `label` is the number itself. */
  readonly expression: string | null;
  /** An expression that must be 1 for the term to belong: how primes are confirmed. */
  readonly proof: string | null;
}

/** Most terms of a sequence. */
export const MAX_TERMS = 100;

const literal = (value: number): Term => ({ label: String(value), expression: null, proof: null });
const worked = (expression: string): Term => ({ label: expression, expression, proof: null });

/** Reads "the squares of 1 to 5", "first 10 primes", "7 times table"; null for anything else. */
export function readSequence(phrase: string): Sequence | null {
  let text = numberWordsToDigits(phrase.toLowerCase())
    .replace(/²/g, " squared")
    .replace(
      /[,\s]+in (?:reverse|descending|decreasing)(?: order)?$|\s+(?:backwards|reversed|descending)$/,
      " REVERSED",
    )
    .replace(
      /^(?:a |the |all |all of |each |list |list of |table of |sequence of |series of |set of |every )+(?=\S)/,
      "",
    )
    .replace(/\s+/g, " ")
    .trim();
  const reversed = text.endsWith("REVERSED");
  text = text.replace(/ ?REVERSED$/, "");
  const found = timesTable(text) ?? mapped(text) ?? source(text);
  if (!found || found.terms.length === 0 || found.terms.length > MAX_TERMS) return null;
  return {
    title: phrase.trim(),
    style: found.style,
    terms: reversed ? found.terms.toReversed() : found.terms,
  };
}

type Found = Pick<Sequence, "terms" | "style">;
const plain = (terms: readonly Term[]): Found => ({ terms, style: "plain" });

function timesTable(text: string): Found | null {
  const number =
    /^(\d+) ?(?:'s )?(?:x |times? |multiplication )(?:multiplication )?tables?(?: (?:up |from 1 )?(?:to|through) (?:\d+ ?(?:\*|x|times) ?)?(\d+))?$/.exec(
      text,
    );
  const named =
    /^(?:multiplication|times) tables? (?:of|for) (\d+)(?: (?:up |from 1 )?(?:to|through) (?:\d+ ?(?:\*|x|times) ?)?(\d+))?$/.exec(
      text,
    );
  const match = number ?? named;
  if (!match?.[1]) return null;
  const last = Number(match[2] ?? 10);
  if (last < 1 || last > MAX_TERMS) return null;
  return {
    terms: range(1, last).map((n) => worked(`${match[1]} * ${n}`)),
    style: "labelled",
  };
}

const MAPS: readonly (readonly [RegExp, (n: string) => string])[] = [
  [/squares?|square numbers?/, (n) => `${n} ^ 2`],
  [/cubes?|cube numbers?/, (n) => `${n} ^ 3`],
  [/factorials?/, (n) => `factorial(${n})`],
  [/square roots?/, (n) => `sqrt(${n})`],
  [/cube roots?/, (n) => `cbrt(${n})`],
  [/doubles?/, (n) => `2 * ${n}`],
  [/triples?/, (n) => `3 * ${n}`],
  [/halves|half/, (n) => `${n} / 2`],
  [/reciprocals?|inverses?/, (n) => `1 / ${n}`],
];
const AFTER: readonly (readonly [RegExp, (n: string) => string])[] = [
  [/squared/, (n) => `${n} ^ 2`],
  [/cubed/, (n) => `${n} ^ 3`],
  [/doubled/, (n) => `2 * ${n}`],
  [/halved/, (n) => `${n} / 2`],
];

function mapped(text: string): Found | null {
  for (const [name, map] of MAPS) {
    const rest = new RegExp(`^(?:${name.source})(?: values?)? (?:of|for|from) (.+)$`).exec(text)?.[1];
    if (rest !== undefined) return mapOver(rest, map);
    const first = new RegExp(`^first (\\d+) (?:${name.source}|perfect ${name.source})$`).exec(text)?.[1];
    if (first !== undefined) return mapOver(`1 to ${first}`, map);
  }
  for (const [name, map] of AFTER) {
    const before = new RegExp(`^(.+?),? ${name.source}$`).exec(text)?.[1];
    if (before !== undefined) return mapOver(before, map);
  }
  const upTo = /^(?:perfect )?squares? ?(?:numbers? )?(up to|below|under|less than|smaller than) (\d+)$/.exec(
    text,
  );
  if (upTo) return plain(rootsBelow(upTo[1], upTo[2]).map((n) => worked(`${n} ^ 2`)));
  return powers(text);
}

function mapOver(rest: string, map: (n: string) => string): Found | null {
  const terms = source(rest)?.terms ?? numbersListed(rest);
  return (
    terms &&
    plain(terms.map((term) => worked(map(term.expression === null ? term.label : `(${term.expression})`))))
  );
}

function powers(text: string): Found | null {
  const match =
    /^(?:first (\d+) )?powers of (\d+)(?: (?:from )?(?:(?:\d+ ?\^ ?)?(\d+) )?(up )?(?:to|through) (?:\d+ ?\^ ?)?(\d+))?$/.exec(
      text,
    );
  if (!match) return null;
  const [, count, base, from, up, to] = match;
  if (base === undefined) return null;
  if (count !== undefined) return plain(range(1, Number(count)).map((n) => worked(`${base} ^ ${n}`)));
  if (to === undefined) return null;
  const isExponent = up === undefined || /\^ ?\d+$/.test(text);
  if (isExponent) return plain(range(Number(from ?? 1), Number(to)).map((n) => worked(`${base} ^ ${n}`)));
  return plain(
    range(0, MAX_TERMS)
      .filter((n) => Number(base) ** n <= Number(to))
      .map((n) => worked(`${base} ^ ${n}`)),
  );
}

const KINDS: readonly (readonly [RegExp, (n: number) => boolean])[] = [
  [/even(?: (?:numbers?|integers?))?/, (n) => n % 2 === 0],
  [/odd(?: (?:numbers?|integers?))?/, (n) => n % 2 === 1],
  [/primes?(?: (?:numbers?|integers?))?/, isPrime],
  [/(?:natural |whole |counting |positive )?(?:numbers?|integers?)/, () => true],
];

/** Numbers that need no map: ranges, kinds of numbers, multiples, Fibonacci. */
function source(text: string): Found | null {
  const bare = text.replace(/^(?:the |all |all the |each of |every )+/, "");
  const span =
    /^(?:(?:natural |whole )?(?:numbers?|integers?) )?(?:from |between )?(-?\d+) ?(?:down to|to|through|until|till|up to|and|-|\.\.\.?|…) ?(-?\d+)(?: inclusive)?$/.exec(
      bare,
    );
  if (span?.[1] !== undefined && span[2] !== undefined && !/^\d+ and /.test(bare))
    return plain(range(Number(span[1]), Number(span[2])).map(literal));
  const down = /^(?:a )?count ?(?:ing )?down from (\d+)(?: (?:down )?to (\d+))?$/.exec(bare);
  if (down) return plain(range(Number(down[1]), Number(down[2] ?? 0)).map(literal));
  for (const [name, test] of KINDS) {
    const terms = kindOf(bare, name.source, test);
    if (terms) return plain(terms.map((n) => (test === isPrime ? primeTerm(n) : literal(n))));
  }
  return multiples(bare) ?? fibonacci(bare);
}

function kindOf(text: string, name: string, test: (n: number) => boolean): readonly number[] | null {
  const first = new RegExp(`^first (\\d+) (?:positive )?(?:${name})$`).exec(text)?.[1];
  if (first !== undefined) return firstWhere(Number(first), test);
  const upTo = new RegExp(
    `^(?:positive )?(?:${name}) (up to|through|to|till|until|below|under|less than|smaller than)(?: and including)? (\\d+)$`,
  ).exec(text);
  if (upTo) return range(1, bound(upTo[1], upTo[2])).filter(test);
  const span = new RegExp(
    `^(?:${name}) (?:from |between )?(\\d+) ?(?:to|and|through|until|up to|-) ?(\\d+)$`,
  ).exec(text);
  return span ? range(Number(span[1]), Number(span[2])).filter(test) : null;
}

function multiples(text: string): Found | null {
  const first = /^first (\d+) multiples of (\d+)$/.exec(text);
  if (first) return plain(range(1, Number(first[1])).map((n) => worked(`${first[2]} * ${n}`)));
  const upTo = /^multiples of (\d+) (?:from \d+ )?(up to|to|until|below|under|less than) (\d+)$/.exec(text);
  if (!upTo?.[1] || Number(upTo[1]) === 0) return null;
  const last = Math.floor(bound(upTo[2], upTo[3]) / Number(upTo[1]));
  return plain(range(1, last).map((n) => worked(`${upTo[1]} * ${n}`)));
}

/** Binet's formula, exact here by rounding: the calculator keeps 64 digits. */
function fibonacci(text: string): Found | null {
  const turned =
    /^fibonacci(?: sequence| numbers| series)?,? (?:up to )?(?:the )?first (\d+)(?: numbers| terms)?$/.exec(
      text,
    )?.[1];
  if (turned !== undefined) return fibonacci(`first ${turned} fibonacci numbers`);
  const count =
    /^first (\d+) (?:numbers |terms )?(?:of (?:the )?)?fibonacci(?: numbers?| sequence| series)?$/.exec(
      text,
    )?.[1];
  return count === undefined ? null : plain(range(1, Number(count)).map((n) => worked(nthFibonacci(n))));
}

export const nthFibonacci = (n: number): string => `round(((1 + sqrt(5)) / 2) ^ ${n} / sqrt(5))`;

/** A prime has no common factor with any smaller number, so none with the factorial of its root. */
const primeTerm = (n: number): Term => ({
  ...literal(n),
  proof: `gcd(${n}, factorial(floor(sqrt(${n}))))`,
});

function numbersListed(text: string): readonly Term[] | null {
  const items = text.replace(/^(?:the )?numbers? /, "").split(/\s*(?:,\s*and|,|\band\b)\s*/);
  const expressions = items.map((item) => readExpression(item));
  if (expressions.some((one) => one === null || !isNumber(one))) return null;
  return expressions.map((one) => ({ label: one ?? "", expression: null, proof: null }));
}

const bound = (word: string | undefined, number: string | undefined): number =>
  Number(number) - (/below|under|than/.test(word ?? "") ? 1 : 0);

const rootsBelow = (word: string | undefined, number: string | undefined): readonly number[] =>
  range(1, Math.min(MAX_TERMS + 1, Math.floor(Math.sqrt(bound(word, number)))));

/** Whole numbers from `from` to `to`, up or down; cut one past the limit, which refuses the sequence. */
function range(from: number, to: number): readonly number[] {
  const step = from <= to ? 1 : -1;
  const length = Math.min(Math.abs(to - from) + 1, 20 * MAX_TERMS);
  return Array.from({ length }, (_, index) => from + step * index);
}

function firstWhere(count: number, test: (n: number) => boolean): readonly number[] {
  return range(1, 20 * MAX_TERMS)
    .filter(test)
    .slice(0, Math.min(count, MAX_TERMS + 1));
}

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor += 1) if (n % divisor === 0) return false;
  return n > 1;
}
