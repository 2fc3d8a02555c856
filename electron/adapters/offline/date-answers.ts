import { type DatePhrase, MONTHS } from "./date-phrases.ts";
import { askClock, type Found, type Leaning, type Now, needsToday, resolveDate } from "./date-resolution.ts";
import { call, callEach, type Program, together, troubleOf } from "./program.ts";

export function* timeAt(zone: string, place: string): Program {
  const now = yield* askClock(zone);
  if (typeof now === "string") return now;
  const name = place.replace(/\b\p{L}/gu, (letter) => letter.toUpperCase());
  return `In ${zone.includes("/") && place.includes("/") ? zone : name} it is ${now.time} (${zone}) on ${now.weekday}, ${spoken(now.date)}.`;
}

export function* withNow(write: (now: Now) => string): Program {
  const now = yield* askClock(null);
  return typeof now === "string" ? now : write(now);
}

export function* countBetween(left: DatePhrase, right: DatePhrase, unit: string): Program {
  const now = yield* nowFor([left, right]);
  if (typeof now === "string") return now;
  const [first, second] = yield* together([
    resolveDate(inYearOf(right, left), now, "current"),
    resolveDate(right, now, "current"),
  ]);
  if (!first?.ok || !second?.ok) return troubleIn([first, second]);
  const nextYear =
    left.type !== "fixed" || right.type !== "fixed" || right.year !== null || second.date >= first.date;
  const end = nextYear ? second.date : `${Number(second.date.slice(0, 4)) + 1}${second.date.slice(4)}`;
  const [from, to] = first.date <= end ? [first.date, end] : [end, first.date];
  const days = yield* countDays(from, to);
  if (days.trouble !== null) return days.trouble;
  return `There are ${yield* inUnit(days.count, unit)} between ${from} and ${to}.`;
}

/** "between 14 February and 3 March 2028": the one year is meant for both, or the turn of that year. */
function inYearOf(later: DatePhrase, date: DatePhrase): DatePhrase {
  if (date.type !== "fixed" || date.year !== null || later.type !== "fixed" || later.year === null)
    return date;
  const isBefore = date.month < later.month || (date.month === later.month && date.day <= later.day);
  return { ...date, year: isBefore ? later.year : later.year - 1 };
}

export function* countFromToday(target: DatePhrase, leaning: Leaning, unit: string): Program {
  const now = yield* askClock(null);
  if (typeof now === "string") return now;
  const found = yield* resolveDate(target, now, leaning);
  if (!found.ok) return found.trouble;
  const isAhead = found.date >= now.date;
  const days = yield* isAhead ? countDays(now.date, found.date) : countDays(found.date, now.date);
  if (days.trouble !== null) return days.trouble;
  const count = yield* inUnit(days.count, unit);
  if (found.date === now.date) return `That is today, ${found.date}: 0 days.`;
  return isAhead ? `There are ${count} until ${found.date}.` : `${found.date} was ${count} ago.`;
}

function* countDays(
  from: string,
  to: string,
): Program<{ readonly count: string; readonly trouble: string | null }> {
  const result = yield* call(`I will count the days from ${from} to ${to} on the calendar.`, "calendar", {
    operation: "difference",
    from,
    to,
  });
  const count = /-?\d+/.exec(result.text)?.[0];
  if (result.outcome === "ok" && count !== undefined) return { count, trouble: null };
  return { count: "", trouble: `I could not count the days: ${troubleOf(result)}` };
}

/** Days, and weeks with the days left over where weeks were asked for. Months and years have no fixed length. */
function* inUnit(days: string, unit: string): Program {
  const words = days === "1" ? "1 day" : `${days} days`;
  if (!unit.startsWith("week")) return words;
  const expressions = [`floor(${days} / 7)`, `mod(${days}, 7)`].map((expression) => ({ expression }));
  const [weeks, rest] = yield* callEach("I will turn the days into weeks.", "calculate", expressions, 2);
  if (weeks?.outcome !== "ok" || rest?.outcome !== "ok") return words;
  return `${weeks.text.trim()} weeks and ${rest.text.trim()} days (${words})`;
}

export function* tellWeekday(phrase: DatePhrase, leaning: Leaning, asked: string | null): Program {
  const now = yield* nowFor([phrase]);
  if (typeof now === "string") return now;
  const found = yield* resolveDate(phrase, now, leaning);
  if (!found.ok) return found.trouble;
  const result = yield* call(`I will look up ${found.date} in the calendar.`, "calendar", {
    operation: "weekday",
    date: found.date,
  });
  if (result.outcome !== "ok") return `I could not look up ${found.date}: ${troubleOf(result)}`;
  const day = result.text.trim();
  const lead = asked === null ? "" : day.toLowerCase() === asked ? "Yes: " : "No: ";
  return `${lead}${spoken(found.date)} (${found.date}) is a ${day}.`;
}

export function* lengthAnswer(from: string, to: string, write: (days: string) => string): Program {
  const days = yield* countDays(from, to);
  return days.trouble ?? write(days.count);
}

function* nowFor(phrases: readonly DatePhrase[]): Program<Now | null | string> {
  return phrases.some((phrase) => needsToday(phrase) === "yes") ? yield* askClock(null) : null;
}

function troubleIn(found: readonly (Found | undefined)[]): string {
  for (const each of found) if (each && !each.ok) return each.trouble;
  return "I could not work out the dates.";
}

/** "25 December 2026" of 2026-12-25. */
export const spoken = (date: string): string => {
  const [year, month, day] = date.split("-");
  const name = MONTHS[Number(month) - 1] ?? "";
  return `${Number(day)} ${name.charAt(0).toUpperCase()}${name.slice(1)} ${year}`;
};
