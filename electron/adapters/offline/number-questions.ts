import { readOperand } from "./expression.ts";

/** A calculation asked for. */
export interface Calculation {
  readonly expression: string;
  /** Writes the answer from the value; null for "expression = value". */
  readonly answer: ((value: string) => string) | null;
}

/**
 * Reads questions about numbers whose answer is more than a value: percentages, comparisons, primes, even and odd.
 * `asked` is the whole question, `core` the same without its question words.
 */
export const readNumberQuestion = (core: string, asked: string): Calculation | null =>
  comparison(core, asked) ?? percentage(core) ?? primeQuestion(asked) ?? parity(asked);

/** "what percent of 80 is 12?" */
function percentage(text: string): Calculation | null {
  const plain = text
    .toLowerCase()
    .replace(/per ?cent(?:age)?/g, "%")
    .replace(/% of/g, "% of")
    .trim();
  const first = /^%\s*of (.+?) is (.+)$/.exec(plain) ?? /^what % of (.+?) is (.+)$/.exec(plain);
  const second = /^(.+?)(?: is)?(?: as)?(?: what| a)? ?% of (.+)$/.exec(plain);
  const asked = second && /(?:what|as a|\bis) ?% of/.test(plain) ? second : null;
  const whole = readOperand(first?.[1] ?? asked?.[2] ?? "");
  const part = readOperand(first?.[2] ?? asked?.[1] ?? "");
  if (whole === null || part === null) return null;
  return { expression: `${part} / ${whole} * 100`, answer: (value) => `${part} is ${value}% of ${whole}.` };
}

/** "2 + 2 = 5?" is answered from both sides. */
function comparison(text: string, asked: string): Calculation | null {
  const order =
    /^(.+?)(?: is)? (greater|more|bigger|larger|higher|less|smaller|lower|fewer) than (.+)$/i.exec(text);
  const [first, second] = [readOperand(order?.[1] ?? ""), readOperand(order?.[3] ?? "")];
  if (first !== null && second !== null && order && !/%|per ?cent/i.test(text) && /^is\b/i.test(asked)) {
    const sign = /greater|more|bigger|larger|higher/i.test(order[2] ?? "") ? "+" : "-";
    return {
      expression: `${first} - ${second}`,
      answer: (value) => {
        const actual = /^-?0(?:\.0+)?$/.test(value) ? "0" : value.startsWith("-") ? "-" : "+";
        return `${actual === sign ? "Yes" : "No"}: ${first} - ${second} = ${value}.`;
      },
    };
  }
  const sides =
    /^(.+?)(?: is)? (?:=|equals?|equal to|the same as) ?(.+)$/i.exec(text) ?? /^([^=]+)=([^=]+)$/.exec(text);
  const left = readOperand(sides?.[1] ?? "");
  const right = readOperand(sides?.[2] ?? "");
  if (left === null || right === null) return null;
  return {
    expression: `${left} - ${right}`,
    answer: (value) =>
      /^-?0(?:\.0+)?$/.test(value)
        ? `Yes, ${left} = ${right}.`
        : `No: ${left} - ${right} = ${value}, which is not 0.`,
  };
}

/** "is 17 even?" */
function parity(text: string): Calculation | null {
  const [, number, asked] = /^is (\d+) (?:an )?(even|odd)(?: number)?$/i.exec(text) ?? [];
  if (number === undefined || asked === undefined) return null;
  return {
    expression: `mod(${number}, 2)`,
    answer: (value) => {
      const actual = value === "0" ? "even" : "odd";
      return `${actual === asked.toLowerCase() ? "Yes" : "No"}, ${number} is ${actual}.`;
    },
  };
}

/** "is 97 prime?", as far as the calculator's 64 digits confirm it. */
function primeQuestion(text: string): Calculation | null {
  const number = /^is (\d{1,4}) (?:a )?prime(?: number)?$/i.exec(text)?.[1];
  if (number === undefined || Number(number) < 2 || Number(number) > 1_600) return null;
  return {
    expression: `gcd(${number}, factorial(floor(sqrt(${number}))))`,
    answer: (value) =>
      value === "1"
        ? `Yes, ${number} is prime.`
        : `No, ${number} is not prime: it ${value === number ? "is a product of smaller numbers" : `can be divided by ${value}`}.`,
  };
}
