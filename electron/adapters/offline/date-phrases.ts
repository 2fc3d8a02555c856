import { numberWordsToDigits, ordinal } from "./number-words.ts";

/** A length of time as the calendar takes it. */
export interface Span {
  readonly unit: "days" | "weeks" | "months" | "years";
  readonly count: number;
}

/** A date as a person says it. */
export type DatePhrase =
  | {
      readonly type: "fixed";
      readonly year: number | null;
      readonly month: number;
      readonly day: number;
      readonly title: string;
    }
  | { readonly type: "today"; readonly days: number; readonly title: string }
  /** The first such weekday after today; `weeks` moves it on or back. */
  | { readonly type: "weekday"; readonly weekday: number; readonly weeks: number; readonly title: string }
  | { readonly type: "shifted"; readonly from: DatePhrase; readonly by: Span; readonly title: string };

export const WEEKDAYS: readonly string[] = "sunday monday tuesday wednesday thursday friday saturday".split(
  " ",
);
export const MONTHS: readonly string[] =
  "january february march april may june july august september october november december".split(" ");

const FEASTS: Readonly<Record<string, readonly [number, number]>> = {
  christmas: [12, 25],
  "christmas day": [12, 25],
  xmas: [12, 25],
  "christmas eve": [12, 24],
  "boxing day": [12, 26],
  "new year": [1, 1],
  "new years": [1, 1],
  "new year's": [1, 1],
  "new year's day": [1, 1],
  "new years day": [1, 1],
  "new year's eve": [12, 31],
  "new years eve": [12, 31],
  halloween: [10, 31],
  "valentine's day": [2, 14],
  "valentines day": [2, 14],
  "st patrick's day": [3, 17],
  "april fools' day": [4, 1],
  "april fools day": [4, 1],
  "may day": [5, 1],
  "bastille day": [7, 14],
  "independence day": [7, 4],
  "leap day": [2, 29],
};

const MONTH =
  "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?";
const DAY_MONTH = new RegExp(
  `^(\\d{1,2}|[a-z]+(?:-[a-z]+)?)(?:st|nd|rd|th)? (?:day )?(?:of )?(${MONTH})(?:,? (?:of )?(\\d{4}))?$`,
);
const MONTH_DAY = new RegExp(
  `^(${MONTH}) (?:the )?(\\d{1,2}|[a-z]+)(?:st|nd|rd|th)?(?:,? (?:of )?(\\d{4}))?$`,
);

/** Reads a date in words or figures; null for anything else, and for 03/04/2026, which is two dates. */
export function readDate(phrase: string): DatePhrase | null {
  const title = phrase.trim();
  const text = title
    .toLowerCase()
    .replace(/^(?:the date of|the date|the day of|on|the)\s+(?=\S)/, "")
    .replace(/\s+/g, " ");
  return fixedDate(text, title) ?? nearDay(text, title) ?? shiftedDate(text, title);
}

function fixedDate(text: string, title: string): DatePhrase | null {
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text);
  if (iso) return fixed(Number(iso[1]), Number(iso[2]), Number(iso[3]), title);
  const slashed = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(text);
  if (slashed) {
    const [first, second, year] = [Number(slashed[1]), Number(slashed[2]), Number(slashed[3])];
    if (text.includes(".") || first > 12) return fixed(year, second, first, title);
    return second > 12 || first === second ? fixed(year, first, second, title) : null;
  }
  const feast = /^(.+?)(?: day)?(?: (?:in |of )?(\d{4}))?$/.exec(text);
  const named = FEASTS[text] ?? FEASTS[text.replace(/ (?:in |of )?\d{4}$/, "")];
  if (named) return fixed(/\d{4}$/.test(text) ? Number(feast?.[2]) : null, named[0], named[1], title);
  const bare = text.replace(new RegExp(`^(?:${WEEKDAYS.join("|")}),? (?:the )?`), "");
  const [, dayFirst, monthSecond, yearThird] = DAY_MONTH.exec(bare) ?? [];
  if (dayFirst !== undefined) return fixed(yearOf(yearThird), monthOf(monthSecond), dayOf(dayFirst), title);
  const [, monthFirst, daySecond, year] = MONTH_DAY.exec(bare) ?? [];
  return monthFirst === undefined ? null : fixed(yearOf(year), monthOf(monthFirst), dayOf(daySecond), title);
}

function fixed(year: number | null, month: number, day: number, title: string): DatePhrase | null {
  if (month < 1 || month > 12 || !(day >= 1 && day <= 31)) return null;
  return { type: "fixed", year, month, day, title };
}

const yearOf = (text: string | undefined): number | null => (text === undefined ? null : Number(text));
const monthOf = (text: string | undefined): number =>
  MONTHS.findIndex((name) => name.startsWith((text ?? "").slice(0, 3))) + 1;
const dayOf = (text: string | undefined): number => {
  const word = text ?? "";
  if (/^\d+$/.test(word)) return Number(word);
  const tens = /^(twenty|thirty)-(.+)$/.exec(word);
  if (tens) return (tens[1] === "twenty" ? 20 : 30) + (ordinal(tens[2] ?? "") ?? Number.NaN);
  return ordinal(word) ?? Number(numberWordsToDigits(word));
};

const NEAR: Readonly<Record<string, number>> = {
  today: 0,
  now: 0,
  "today's date": 0,
  tomorrow: 1,
  "tomorrow's date": 1,
  yesterday: -1,
  "yesterday's date": -1,
  "day after tomorrow": 2,
  "day before yesterday": -2,
};

function nearDay(text: string, title: string): DatePhrase | null {
  const days = NEAR[text];
  if (days !== undefined) return { type: "today", days, title };
  const match = new RegExp(
    `^(?:(next|this|this coming|coming|last|past|upcoming) )?(${WEEKDAYS.join("|")})(?:'s date)?$`,
  ).exec(text);
  if (match?.[2]) {
    const weeks = match[1] === "last" || match[1] === "past" ? -1 : 0;
    return { type: "weekday", weekday: WEEKDAYS.indexOf(match[2]), weeks, title };
  }
  const period = /^(next|last) (week|month|year)$/.exec(text);
  if (!period?.[2]) return null;
  const by: Span = { unit: unitOf(period[2]), count: period[1] === "next" ? 1 : -1 };
  return { type: "shifted", from: { type: "today", days: 0, title: "today" }, by, title };
}

const SPAN = "(\\d+|an?|a couple of|1) (days?|weeks?|fortnights?|months?|years?|decades?)(?: time)?";

function shiftedDate(text: string, title: string): DatePhrase | null {
  const plain = numberWordsToDigits(text)
    .replace(/'s? time$|' time$/, "")
    .replace(/^exactly /, "");
  const today: DatePhrase = { type: "today", days: 0, title: "today" };
  const from = new RegExp(
    `^(?:in )?${SPAN} (from|after|past|before|prior to|later than|earlier than|since) (.+)$`,
  ).exec(plain);
  if (from) {
    const base = readDate(from[4] ?? "");
    const span = spanOf(from[1], from[2], /before|prior|earlier/.test(from[3] ?? "") ? -1 : 1);
    return base && { type: "shifted", from: base, by: span, title };
  }
  const bare = new RegExp(
    `^(in |within )?${SPAN}( from now| hence| ahead| later| ago| back| earlier| before now)?$`,
  ).exec(plain);
  if (bare && (bare[1] !== undefined || bare[4] !== undefined || /time$/.test(text))) {
    return {
      type: "shifted",
      from: today,
      by: spanOf(bare[2], bare[3], /ago|back|earlier|before/.test(bare[4] ?? "") ? -1 : 1),
      title,
    };
  }
  const sum = new RegExp(`^(.+?) (?:plus|\\+|minus|-) ${SPAN}$`).exec(plain);
  const base = sum && readDate(sum[1] ?? "");
  if (!sum || !base) return null;
  return {
    type: "shifted",
    from: base,
    by: spanOf(sum[2], sum[3], / (?:minus|-) /.test(plain) ? -1 : 1),
    title,
  };
}

/** Reads "3 weeks" or "a fortnight"; null for anything else. */
export function readSpan(text: string, sign: 1 | -1): Span | null {
  const match = new RegExp(`^${SPAN}$`).exec(numberWordsToDigits(text.toLowerCase().trim()));
  return match && spanOf(match[1], match[2], sign);
}

function spanOf(count: string | undefined, unit: string | undefined, sign: 1 | -1): Span {
  const number = count === "a couple of" ? 2 : /^\d+$/.test(count ?? "") ? Number(count) : 1;
  const word = (unit ?? "").replace(/s$/, "");
  const times = word === "fortnight" ? 2 : word === "decade" ? 10 : 1;
  return { unit: unitOf(word), count: sign * number * times };
}

function unitOf(word: string): Span["unit"] {
  switch (word) {
    case "week":
    case "fortnight":
      return "weeks";
    case "month":
      return "months";
    case "year":
    case "decade":
      return "years";
    default:
      return "days";
  }
}
