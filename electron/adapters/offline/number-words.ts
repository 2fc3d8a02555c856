const SMALL: Readonly<Record<string, number>> = {
  zero: 0,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fourty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
};

const SCALES: Readonly<Record<string, number>> = {
  hundred: 100,
  thousand: 1_000,
  million: 1_000_000,
  billion: 1_000_000_000,
  trillion: 1_000_000_000_000,
};

const ORDINALS: readonly string[] =
  "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(" ");

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A text with each number written in words as digits: "twenty-three times nineteen" is "23 times 19". */
export function numberWordsToDigits(text: string): string {
  const words: Word[] = [...text.matchAll(/[a-z]+|\d+(?:\.\d+)?/gi)].map((match) => ({
    text: match[0].toLowerCase(),
    start: match.index,
    end: match.index + match[0].length,
  }));
  let result = "";
  let copied = 0;
  for (let index = 0; index < words.length; ) {
    const read = readNumber(text, words, index);
    const first = words[index];
    const last = words[index + (read?.length ?? 0) - 1];
    if (!read || !first || !last) {
      index += 1;
      continue;
    }
    result += text.slice(copied, first.start) + read.digits;
    copied = last.end;
    index += read.length;
  }
  return result + text.slice(copied);
}

/** Reads one number from `words[from]` on; null when none starts there or when it is in digits already. */
function readNumber(
  text: string,
  words: readonly Word[],
  from: number,
): { readonly digits: string; readonly length: number } | null {
  let total = 0;
  let group: number | null = null;
  let last = Number.POSITIVE_INFINITY;
  let length = 0;
  let inWords = false;
  for (let index = from; index < words.length; index += 1) {
    const word = words[index];
    if (!word) break;
    if (index > from && !joined(text, words[index - 1], word)) break;
    const small = SMALL[word.text];
    const scale = SCALES[word.text];
    const next = words[index + 1]?.text ?? "";
    if (small !== undefined) {
      if (group !== null && !(last >= 20 && small < Math.min(last, 100) && (last >= 100 || small < 10)))
        break;
      group = (group ?? 0) + small;
      last = small;
      inWords = true;
    } else if (scale !== undefined && (group !== null || total > 0)) {
      if (scale <= 100) group = (group ?? 0) * scale;
      else {
        total += (group ?? 0) * scale;
        group = null;
      }
      last = scale;
      inWords = true;
    } else if (word.text === "a" && index === from && SCALES[next] !== undefined) {
      group = 1;
      last = Number.POSITIVE_INFINITY;
      length = 0;
      continue;
    } else if (/^\d/.test(word.text) && index === from && SCALES[next] !== undefined) {
      group = Number(word.text);
      continue;
    } else if (word.text === "and" && index > from && last >= 100 && SMALL[next] !== undefined && inWords) {
      continue;
    } else break;
    length = index - from + 1;
  }
  if (!inWords || length === 0) return null;
  const whole = String(roundOff(total + (group ?? 0)));
  const decimals = readDecimals(words, from + length);
  return decimals
    ? { digits: `${whole}.${decimals}`, length: length + 1 + decimals.length }
    : { digits: whole, length };
}

/** "point one four" after a number. */
function readDecimals(words: readonly Word[], from: number): string | null {
  if (words[from]?.text !== "point") return null;
  let digits = "";
  for (let index = from + 1; index < words.length; index += 1) {
    const digit = SMALL[words[index]?.text ?? ""];
    if (digit === undefined || digit > 9) break;
    digits += String(digit);
  }
  return digits === "" ? null : digits;
}

/** 2.3 million is 2299999.9999999995 in binary. */
const roundOff = (value: number): number => Number(value.toPrecision(15));

const joined = (text: string, before: Word | undefined, after: Word): boolean =>
  before !== undefined && /^(?:[ \t]+|-)$/.test(text.slice(before.end, after.start));

/** The number of "third", "3rd" or "twelfth"; null for another word. */
export function ordinal(word: string): number | null {
  const digits = /^(\d+)(?:st|nd|rd|th)$/i.exec(word)?.[1];
  if (digits !== undefined) return Number(digits);
  const index = ORDINALS.indexOf(word.toLowerCase());
  return index < 0 ? null : index;
}
