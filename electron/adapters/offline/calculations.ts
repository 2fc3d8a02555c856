import { isNumber, readExpression, readOperand } from "./expression.ts";
import { type Calculation, readNumberQuestion } from "./number-questions.ts";
import { numberWordsToDigits, ordinal } from "./number-words.ts";
import { nthFibonacci, readSequence } from "./sequences.ts";

const LEADS =
  /^(?:(?:what|how much|how many)(?:'s| is| are| do| does| would| will|s)?(?: be)?(?: you)?(?: get| have)?(?: (?:if|when) (?:you|i|we))?|calculate|compute|evaluate|solve|work out|figure out|find(?: out)?|determine|do|get|show|give|tell|the (?:result|answer|value|solution|outcome) (?:of|to|for)|(?:the )?(?:result|answer|value) (?:of|to|for)|(?:maths?|arithmetic|calculation|problem|expression)(?: (?:problem|question))?:|me|is|it|this|of|for|:|=|the (?:following|expression|sum:|calculation))(?![\w'])[\s:]*/i;
const TAILS =
  /[\s,]*(?:=|equals?|equal to|is equal to|make|makes|come to|comes to|give|gives|give you|be|is|is what|equals what|equal what|what|in total|altogether|all together|as a number|exactly|with (?:the |a )?calculator|using (?:the |a )?calculator|for me|worth)[\s?=:.]*$/i;

/** Longest expression, in characters, that the calculator takes. */
export const LONGEST_EXPRESSION = 1_000;

/** Reads a request for one number; null unless all of it was understood. */
export function readCalculation(text: string): Calculation | null {
  if (text.length > 600) return null;
  const asked = text.trim();
  const core = trimmed(asked);
  const special = readNumberQuestion(core, asked);
  if (special) return special;
  const expression = readPhrase(core);
  if (expression === null) return null;
  if (isNumber(expression) && !/=$/.test(asked)) return null;
  return { expression, answer: null };
}

function trimmed(text: string): string {
  let core = text;
  for (let before = ""; before !== core; ) {
    before = core;
    const bare = core.replace(LEADS, "").replace(TAILS, "").trim();
    if (bare !== "") core = bare;
  }
  return core;
}

/** The expression of a phrase: signs and words, a command ("add 5 to 7"), or a chain of both; null otherwise. */
export function readPhrase(phrase: string): string | null {
  const text = phrase.trim().replace(/[.;,]+$/, "");
  return readExpression(text) ?? command(text) ?? ofSequence(text) ?? chain(text);
}

type Build = (...operands: readonly string[]) => string;
/** Commands, with their operands as groups. The first that reads in full is taken. */
const COMMANDS: readonly (readonly [RegExp, Build])[] = [
  [/^(?:add|adding) (.+?) (?:to|onto|with) (.+)$/, (a, b) => `${b} + ${a}`],
  [/^(?:add|adding|sum|total)(?: up)? (.+?),? (?:and|with) (.+)$/, (a, b) => `${a} + ${b}`],
  [
    /^(?:subtract|subtracting|take|taking|deduct|remove)(?: away)? (.+?)(?: away)? from (.+)$/,
    (a, b) => `${b} - ${a}`,
  ],
  [/^(.+?) (?:subtracted|taken|deducted)(?: away)? from (.+)$/, (a, b) => `${b} - ${a}`],
  [/^(?:multiply|multiplying|times) (.+?) (?:by|with|and|times) (.+)$/, (a, b) => `${a} * ${b}`],
  [/^(?:divide|dividing|split|share) (.+?) (?:by|over|between|among|with) (.+)$/, (a, b) => `${a} / ${b}`],
  [
    /^(?:increase|raise|grow|mark up)(?: the number)? (.+?) by (.+?) ?(?:%|per ?cent)$/,
    (a, p) => `${a} * (1 + ${p} / 100)`,
  ],
  [
    /^(?:decrease|reduce|lower|cut|discount|drop|mark down) (.+?) by (.+?) ?(?:%|per ?cent)$/,
    (a, p) => `${a} * (1 - ${p} / 100)`,
  ],
  [/^(.+?) (?:increased|raised|marked up) by (.+?) ?(?:%|per ?cent)$/, (a, p) => `${a} * (1 + ${p} / 100)`],
  [
    /^(.+?) (?:decreased|reduced|discounted|marked down) by (.+?) ?(?:%|per ?cent)$/,
    (a, p) => `${a} * (1 - ${p} / 100)`,
  ],
  [/^(?:increase|raise) (.+?) by (.+)$/, (a, b) => `${a} + ${b}`],
  [/^(?:decrease|reduce|lower) (.+?) by (.+)$/, (a, b) => `${a} - ${b}`],
  [/^(.+?) increased by (.+)$/, (a, b) => `${a} + ${b}`],
  [/^(.+?) (?:decreased|reduced) by (.+)$/, (a, b) => `${a} - ${b}`],
  [
    /^(.+?) ?(?:%|per ?cent) (?:off|less than|discount on)(?: of)? (.+)$/,
    (p, a) => `${a} * (1 - ${p} / 100)`,
  ],
  [/^(.+?) with (?:a )?(.+?) ?(?:%|per ?cent) (?:discount|off)$/, (a, p) => `${a} * (1 - ${p} / 100)`],
  [/^(.+?) ?(?:%|per ?cent) more than (.+)$/, (p, a) => `${a} * (1 + ${p} / 100)`],
  [/^(.+?) more than (.+)$/, (a, b) => `${b} + ${a}`],
  [/^(.+?) less than (.+)$/, (a, b) => `${b} - ${a}`],
  [/^(?:raise|take) (.+?) to the power(?: of)? (.+)$/, (a, b) => `${a} ^ ${b}`],
  [/^(.+?) (?:to the|raised to the) (.+?) power$/, (a, b) => `${a} ^ ${b}`],
  [/^(?:double|doubling) (.+)$/, (a) => `2 * ${a}`],
  [/^(?:triple|treble|tripling) (.+)$/, (a) => `3 * ${a}`],
  [/^(?:halve|halving) (.+)$/, (a) => `${a} / 2`],
  [/^(?:square|squaring|(?:the )?square of) (.+)$/, (a) => `${a} ^ 2`],
  [/^(?:cube|cubing|(?:the )?cube of) (.+)$/, (a) => `${a} ^ 3`],
  [/^(?:negate|(?:the )?negative of) (.+)$/, (a) => `-${a}`],
  [/^(?:(?:the )?(?:reciprocal|inverse) of) (.+)$/, (a) => `1 / ${a}`],
  [/^(.+?),? round(?:ed)? to the nearest (?:whole number|integer)$/, (a) => `round(${a})`],
  [
    /^round(?:ing)? ((?:(?! to \d+ decimal).)+?)(?: off)?(?: to the nearest (?:whole number|integer))?$/,
    (a) => `round(${a})`,
  ],
  [
    /^(?:round(?:ing)? )?(.+?),?(?: rounded)? to (\d+) decimal(?: places?| points?| digits?)?$/,
    (a, n) => `round(${a}, ${n})`,
  ],
  [
    /^(?:the )?remainder (?:of|when|if|from|after)(?: you divide| dividing)? (.+?) (?:is )?(?:divided by|by|\/|÷|over) (.+)$/,
    (a, b) => `mod(${a}, ${b})`,
  ],
  [/^(?:the )?remainder (?:of|between) (.+?) and (.+)$/, (a, b) => `mod(${a}, ${b})`],
  [
    /^times (?:does|do|can|will) (.+?) (?:go|goes|fit|fits) (?:into|in) (.+)$/,
    (a, b) => `floor(${b} / ${a})`,
  ],
  [
    /^(?:an? )?(.+?) ?(?:%|per ?cent) (?:tip|tax|vat|interest|commission|discount)? ?(?:on|for)(?: a)?(?: bill| price| total| meal)?(?: of)? (.+)$/,
    (p, a) => `${p} / 100 * ${a}`,
  ],
  [/^(.+?) choose (.+)$/, (n, k) => `factorial(${n}) / (factorial(${k}) * factorial(${n} - ${k}))`],
  [/^(?:the )?(\S+) fibonacci(?: number)?$/, (n) => nthFibonacci(Number(n))],
  [/^(?:the )?area of a circle (?:with|of) (?:a )?radius(?: of)? (.+)$/, (r) => `pi * ${r} ^ 2`],
  [/^(?:the )?circumference of a circle (?:with|of) (?:a )?radius(?: of)? (.+)$/, (r) => `2 * pi * ${r}`],
  [
    /^(?:the )?area of a rectangle (?:of |with |measuring |that is )?(?:sides? )?(.+?) (?:by|and) (.+)$/,
    (a, b) => `${a} * ${b}`,
  ],
  [
    /^(?:the )?perimeter of a rectangle (?:of |with |measuring |that is )?(?:sides? )?(.+?) (?:by|and) (.+)$/,
    (a, b) => `2 * (${a} + ${b})`,
  ],
  [/^(?:the )?area of a square (?:of |with )?(?:a )?sides?(?: length)?(?: of)? (.+)$/, (a) => `${a} ^ 2`],
  [
    /^(?:the )?area of a triangle with (?:a )?base(?: of)? (.+?) and (?:a )?height(?: of)? (.+)$/,
    (a, b) => `${a} * ${b} / 2`,
  ],
];

function command(text: string): string | null {
  const plain = text.toLowerCase();
  for (const [pattern, build] of COMMANDS) {
    const match = pattern.exec(plain);
    if (!match) continue;
    const operands = match.slice(1).map((part) => operandOf(part));
    if (operands.every((one) => one !== null)) return build(...operands);
  }
  return addAll(plain);
}

function operandOf(part: string): string | null {
  const count = ordinal(part);
  if (count !== null) return String(count);
  return (
    readOperand(part.replace(/^(?:the )?(?:number|value) /, "")) ??
    parenthesised(command(part) ?? ofSequence(part))
  );
}

const parenthesised = (expression: string | null): string | null => expression && `(${expression})`;

/** "add 1, 2, 3 and 4". */
function addAll(text: string): string | null {
  const rest = /^(add(?: up| together)?|multiply(?: together)?|total(?: up)?) (.+?)(?: together| up)?$/.exec(
    text,
  );
  if (!rest?.[2]) return null;
  return readExpression(`${rest[1]?.startsWith("multiply") ? "product" : "sum"} of ${rest[2]}`);
}

/** "the sum of the first 10 squares", "the average of the even numbers up to 20". */
function ofSequence(text: string): string | null {
  const match =
    /^(?:the )?(sum|total|product|average|mean|add|add up|sum up)(?: of)?(?: all)?(?: of)? (.+)$/i.exec(text);
  if (!match?.[1] || match[2] === undefined) return null;
  const bounds =
    /^(?:the )?(?:(?:whole |natural )?(?:numbers|integers) )?(?:from |between )?(\d+) (?:to|through|up to|and) (\d+)$/i.exec(
      numberWordsToDigits(match[2]),
    );
  const name = match[1].toLowerCase();
  const isSum = /sum|total|add/.test(name);
  if (bounds && isSum && /from|between|to|through/i.test(match[2])) {
    const [, from, to] = bounds;
    return `(${from} + ${to}) * (${to} - ${from} + 1) / 2`;
  }
  const sequence =
    readSequence(match[2]) ?? readSequence(`${match[2]}`.replace(/^first (\d+)$/i, "first $1 numbers"));
  if (!sequence) return null;
  const terms = sequence.terms.map((term) => term.expression ?? term.label);
  if (name === "product") return terms.join(" * ");
  const expression = `${isSum ? "sum" : "mean"}(${terms.join(", ")})`;
  return expression.length > LONGEST_EXPRESSION ? null : expression;
}

const NEXT: readonly (readonly [RegExp, (left: string, right: string) => string])[] = [
  [
    /^(?:multiply(?: (?:it|that|this|the (?:result|answer|sum|total)))?|times it) by (.+)$/,
    (a, b) => `(${a}) * ${b}`,
  ],
  [/^times (.+)$/, (a, b) => `(${a}) * ${b}`],
  [/^divide(?: (?:it|that|this|the (?:result|answer|sum|total)))? by (.+)$/, (a, b) => `(${a}) / ${b}`],
  [/^(?:add|plus) (.+?)(?: to (?:it|that|this|the (?:result|answer|product)))?$/, (a, b) => `(${a}) + ${b}`],
  [
    /^(?:subtract|minus|take(?: away)?) (.+?)(?: (?:away )?from (?:it|that|this|the (?:result|answer|product)))?$/,
    (a, b) => `(${a}) - ${b}`,
  ],
];
const ALONE: Readonly<Record<string, (left: string) => string>> = {
  double: (a) => `2 * (${a})`,
  halve: (a) => `(${a}) / 2`,
  square: (a) => `(${a}) ^ 2`,
  cube: (a) => `(${a}) ^ 3`,
};

/** "add 5 and 7, then multiply the result by 3". */
function chain(text: string): string | null {
  const parts = text
    .toLowerCase()
    .split(
      /,? and then |,? then |;\s*|,? and (?=(?:add|subtract|plus|minus) [^ ]+$)|, and (?=(?:multiply|divide|add|subtract|double|halve|square|cube)\b)|,? and (?=(?:multiply|divide|double|halve|square|cube|add \S+ to (?:it|that|the)|subtract \S+ from (?:it|that|the))\b)|, (?=(?:multiply|divide|add|subtract|double|halve|square|times|plus|minus)\b)/,
    );
  if (parts.length < 2) return null;
  let left = readExpression(parts[0] ?? "") ?? command(trimmed(parts[0] ?? ""));
  for (const part of parts.slice(1)) {
    if (left === null) return null;
    left = continued(left, part.trim());
  }
  return left;
}

function continued(left: string, part: string): string | null {
  const alone =
    /^(double|halve|square|cube)(?: (?:it|that|this|the (?:result|answer|sum|total|product)))?$/.exec(
      part,
    )?.[1];
  if (alone !== undefined) return ALONE[alone]?.(left) ?? null;
  for (const [pattern, build] of NEXT) {
    const operand = pattern.exec(part)?.[1];
    const right = operand === undefined ? null : readOperand(operand);
    if (right !== null) return build(left, right);
  }
  return null;
}
