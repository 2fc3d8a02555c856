import type { DatePhrase } from "./date-phrases.ts";
import { WEEKDAYS } from "./date-phrases.ts";
import { call, type Program, troubleOf } from "./program.ts";

/** The present as the clock tool tells it. */
export interface Now {
  /** YYYY-MM-DD */
  readonly date: string;
  readonly weekday: string;
  /** HH:MM:SS */
  readonly time: string;
  readonly zone: string;
}

/** A date found, or why it was not. */
export type Found =
  | { readonly ok: true; readonly date: string }
  | { readonly ok: false; readonly trouble: string };

/** Which year a date without one is meant in. */
export type Leaning = "current" | "next" | "last";

/** Asks the clock. `null` zone is the clock's own. */
export function* askClock(zone: string | null): Program<Now | string> {
  const words = zone === null ? "I will ask the clock." : `I will ask the clock for the time in ${zone}.`;
  const result = yield* call(words, "clock", zone === null ? {} : { timezone: zone });
  if (result.outcome !== "ok") return `I could not ask the clock: ${troubleOf(result)}`;
  const match = /^(\d{4}-\d{2}-\d{2}) \((\w+)\) (\d{2}:\d{2}:\d{2}) ?(.*)$/.exec(result.text.trim());
  const [, date, weekday, time, name] = match ?? [];
  if (date === undefined || weekday === undefined || time === undefined)
    return `The clock says: ${result.text.trim()}`;
  return { date, weekday, time, zone: name ?? "" };
}

/** Whether today must be known before a phrase can be turned into a date. */
export function needsToday(phrase: DatePhrase): "yes" | "no" {
  switch (phrase.type) {
    case "fixed":
      return phrase.year === null ? "yes" : "no";
    case "today":
    case "weekday":
      return "yes";
    case "shifted":
      return needsToday(phrase.from);
  }
}

/** Turns a phrase into a date, with the calendar where days must be added. `now` may be null when it is not needed. */
export function* resolveDate(phrase: DatePhrase, now: Now | null, leaning: Leaning): Program<Found> {
  const today = now?.date ?? "";
  switch (phrase.type) {
    case "fixed": {
      const monthDay = `${two(phrase.month)}-${two(phrase.day)}`;
      const year = phrase.year ?? yearFor(monthDay, today, leaning);
      const date = `${String(year).padStart(4, "0")}-${monthDay}`;
      if (phrase.day <= daysIn(year, phrase.month)) return { ok: true, date };
      return { ok: false, trouble: `I could not look up ${date}: there is no such date.` };
    }
    case "today":
      return phrase.days === 0 ? { ok: true, date: today } : yield* addDays(today, { days: phrase.days });
    case "weekday": {
      const current = WEEKDAYS.indexOf(now?.weekday.toLowerCase() ?? "");
      const ahead = ((phrase.weekday - current + 6) % 7) + 1;
      const days = phrase.weeks < 0 || leaning === "last" ? (ahead === 7 ? -7 : ahead - 7) : ahead;
      return yield* addDays(today, { days });
    }
    case "shifted": {
      const base = yield* resolveDate(phrase.from, now, leaning);
      return base.ok ? yield* addDays(base.date, { [phrase.by.unit]: phrase.by.count }) : base;
    }
  }
}

/** Days of a month, 1 to 12, in the Gregorian calendar. */
function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
}

const two = (value: number): string => String(value).padStart(2, "0");

function yearFor(monthDay: string, today: string, leaning: Leaning): number {
  const year = Number(today.slice(0, 4));
  const isPast = monthDay < today.slice(5);
  if (leaning === "next" && isPast) return year + 1;
  return leaning === "last" && monthDay > today.slice(5) ? year - 1 : year;
}

function* addDays(date: string, span: Readonly<Record<string, number>>): Program<Found> {
  const result = yield* call("I will count it on the calendar.", "calendar", {
    operation: "add",
    date,
    ...span,
  });
  const found = /^(\d{4}-\d{2}-\d{2})/.exec(result.text.trim())?.[1];
  if (result.outcome === "ok" && found !== undefined) return { ok: true, date: found };
  return { ok: false, trouble: `I could not count on the calendar: ${troubleOf(result)}` };
}
