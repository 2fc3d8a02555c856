import {
  countBetween,
  countFromToday,
  lengthAnswer,
  spoken,
  tellWeekday,
  timeAt,
  withNow,
} from "./date-answers.ts";
import { type DatePhrase, MONTHS, readDate, readSpan } from "./date-phrases.ts";
import { type Leaning, needsToday } from "./date-resolution.ts";
import { answerOnly, type Intent, type Recogniser } from "./intent.ts";
import type { Program } from "./program.ts";
import { timeZoneOf } from "./time-zones.ts";

/** Recognises questions about the present, weekdays, days between dates, and dates some days away. */
export const recogniseDates: Recogniser = (request) => {
  if (request.text.length > 200) return null;
  const text = request.text
    .toLowerCase()
    .replace(/\bwhat's|\bwhats\b/g, "what is")
    .replace(/\bit's\b/g, "it is")
    .replace(/\s+/g, " ")
    .replace(/ (?:fall|falls|fell|be|land|lands)(?: on)? ((?:this|next|last) year)$/, " $1")
    .trim();
  return understand(text) ?? ambiguous(text);
};

const understand = (text: string): Intent | null =>
  present(text) ?? difference(text) ?? weekdayCheck(text) ?? weekday(text) ?? away(text) ?? lengthOf(text);

/** 03/04/2026 is the third of April to some and the fourth of March to others. */
function ambiguous(text: string): Intent | null {
  const slashed = /\b(\d{1,2})\/(\d{1,2})\/(\d{4})\b/;
  const [date, first, second, year] = slashed.exec(text) ?? [];
  if (date === undefined || first === undefined || second === undefined) return null;
  const iso = (month: string, day: string): string =>
    `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  if (understand(text.replace(slashed, iso("01", "01"))) === null) return null;
  return answerOnly(
    "dates",
    `${date} can be read as two dates. Please write ${iso(first, second)} or ${iso(second, first)}.`,
  );
}

const intent = (needs: readonly string[], start: () => Program): Intent => ({
  family: "dates",
  needs,
  start,
});

function present(text: string): Intent | null {
  const time =
    /^(?:(?:what|what is|what's) (?:the )?|the |)(?:current |local |exact )?time(?: is it| it is| is| it)?(?: now| right now| currently)?(?: (?:in|at|for) (.+?))?(?: now| right now| currently| at the moment)?$/.exec(
      text,
    );
  if (/\b(?:and|what|how|when|then)\b|\d/.test(time?.[1] ?? "")) return null;
  if (time && (time[1] !== undefined || /^what|the|current|now|^time$/.test(text)))
    return timeIn(time[1]?.replace(/ (?:now|right now)$/, ""));
  if (
    /^(?:what (?:is )?)?(?:the )?(?:date and time|time and date|current date and time)(?: now)?$/.test(text)
  )
    return timeIn(undefined);
  if (
    /^(?:(?:what (?:is )?)?(?:today's|the|the current|current|todays) (?:date|day)(?: is it| is| today| now| of today| is today)*|what (?:date|day) (?:is|is it|it is|is today|today is|are we)(?: today| now)*|(?:what is )?today|which day is (?:it|today)(?: today)?|date|what date is today|what day of the week is (?:it|today)(?: today)?|which (?:date|weekday|day of the week) is (?:it|today)(?: today)?|what weekday is (?:it|today)(?: today)?|today is what day)$/.test(
      text,
    )
  ) {
    return intent(["clock"], () =>
      withNow((now) => `Today is ${now.weekday}, ${spoken(now.date)} (${now.date}).`),
    );
  }
  if (
    /^(?:what|which|the current) year(?: is it| is this| are we in| it is)?(?: now)?$|^what is the (?:current )?year$/.test(
      text,
    )
  ) {
    return intent(["clock"], () => withNow((now) => `It is the year ${now.date.slice(0, 4)}.`));
  }
  if (
    /^(?:what|which|the current) month(?: is it| is this| are we in| it is)?(?: now)?$|^what is the (?:current )?month$/.test(
      text,
    )
  ) {
    return intent(["clock"], () =>
      withNow((now) => `It is ${spoken(now.date).split(" ").slice(1).join(" ")}.`),
    );
  }
  return null;
}

function timeIn(place: string | undefined): Intent | null {
  if (place === undefined)
    return intent(["clock"], () =>
      withNow((now) => `It is ${now.time} ${now.zone} on ${now.weekday}, ${spoken(now.date)}.`),
    );
  const zone = timeZoneOf(place);
  if (zone === null) {
    return intent(["clock"], () =>
      withNow(
        (now) =>
          `I do not know the time zone of ${place}; name it as in Europe/Paris. It is ${now.time} ${now.zone}.`,
      ),
    );
  }
  return intent(["clock"], () => timeAt(zone, place));
}

const UNITS = "(days?|weeks?|months?|years?|nights?|sleeps?)";

function difference(text: string): Intent | null {
  const between = new RegExp(
    `^(?:how (?:many|much) ${UNITS} (?:are |is |lie |were )?(?:there )?|(?:what is |find |calculate |compute |work out )?(?:the )?(?:number of ${UNITS}|difference(?: in ${UNITS})?|${UNITS}|time|interval) |how (?:long|far) (?:is it |is there |apart are )?)?(?:are there )?(?:between|from) (.+?) (?:and|to|until|till|through) (.+)$`,
  ).exec(text);
  const apart = /^how (?:many days|far|long) apart are (.+?) and (.+)$/.exec(text);
  const [left, right] = [
    readDate(apart?.[1] ?? between?.[5] ?? ""),
    readDate(apart?.[2] ?? between?.[6] ?? ""),
  ];
  const unit = between?.[1] ?? between?.[2] ?? between?.[3] ?? between?.[4] ?? "days";
  if (left && right) return intent(needsFor(unit), () => countBetween(left, right, unit));
  const until = new RegExp(
    `^(?:how many (?:more )?${UNITS}(?: is it| are there| are left| left| do (?:i|we) have| remain| have i got| to go| to wait)*|how (?:long|far)(?: is it| away| off| do (?:i|we) have| to go| to wait)*|(?:count )?(?:the )?(?:number of )?${UNITS}(?: left| remaining)?|(?:the )?time(?: left)?|count ?down)(?: there)? (?:until|till|til|to|before|is it to|away is|off is|up to|away until) (.+?)(?: from (?:today|now))?$`,
  ).exec(text);
  const target = readDate(
    until?.[3] ?? /^how (?:far away|long away|many days away|far off|soon) is (.+)$/.exec(text)?.[1] ?? "",
  );
  if (target) return counted(target, "next", until?.[1] ?? until?.[2] ?? "days");
  const since = new RegExp(
    `^(?:how many ${UNITS}(?: has it been| have (?:passed|gone by|elapsed)| ago was| is it| passed| went by| since)*|how long(?: has it been| is it| ago was| ago)*|(?:the )?(?:number of )?${UNITS})(?: since| ago was| after)? (.+)$`,
  ).exec(text);
  const origin = /since|ago|passed|elapsed/.test(text)
    ? readDate(since?.[3]?.replace(/^since /, "") ?? "")
    : null;
  return origin && counted(origin, "last", since?.[1] ?? since?.[2] ?? "days");
}

const counted = (date: DatePhrase, leaning: Leaning, unit: string): Intent =>
  intent(needsFor(unit), () => countFromToday(date, leaning, unit));

const needsFor = (unit: string): readonly string[] =>
  unit.startsWith("week") ? ["clock", "calendar", "calculate"] : ["clock", "calendar"];

function weekdayCheck(text: string): Intent | null {
  const match =
    /^(?:is|was|will|does|did) (.+?)(?: be| fall| falls| fell)?(?: on)? an? (monday|tuesday|wednesday|thursday|friday|saturday|sunday)$/.exec(
      text,
    );
  const date = readDate(match?.[1] ?? "");
  const asked = match?.[2];
  if (!date || asked === undefined) return null;
  return intent(["clock", "calendar"], () => tellWeekday(date, "current", asked));
}

function weekday(text: string): Intent | null {
  const match =
    /^(?:(?:on )?(?:what|which) (?:day|weekday|day of the week|week day)(?: of the week)?(?: is| was| will| does| did| it is| falls| fell)?(?: it)?(?: be)?|(?:what is )?(?:the )?(?:weekday|day of the week|day)(?: of| for| on)?)(?: on)? (.+?)(?: be| fall| falls| fall on| going to be| on| is)?(?: on)?$/.exec(
      text,
    ) ??
    /^(.+?) (?:is|was|will be|falls on|falls|fell on) (?:on )?(?:what|which) (?:day|weekday)(?: of the week)?$/.exec(
      text,
    ) ??
    /^when (?:is|was|will) (.+?)(?: be)?$/.exec(text);
  const phrase = match?.[1] ?? "";
  const year = /^(.+?) (?:this|next|last) year$/.exec(phrase);
  const date = readDate(year?.[1] ?? phrase);
  if (!date) return null;
  const relative = / (next|last) year$/.exec(phrase)?.[1];
  const leaning: Leaning = /^when is/.test(text) ? "next" : "current";
  if (relative === undefined || date.type !== "fixed")
    return intent(needsOf(date), () => tellWeekday(date, leaning, null));
  const by = { unit: "years" as const, count: relative === "next" ? 1 : -1 };
  const shifted: DatePhrase = { type: "shifted", from: date, by, title: date.title };
  return intent(needsOf(shifted), () => tellWeekday(shifted, "current", null));
}

const needsOf = (date: DatePhrase): readonly string[] =>
  needsToday(date) === "yes" ? ["clock", "calendar"] : ["calendar"];

function away(text: string): Intent | null {
  const added =
    /^(?:add|adding) (.+?) to (.+)$/.exec(text) ??
    /^(?:subtract|take|subtracting) (.+?) from (.+)$/.exec(text);
  const span = added && readSpan(added[1] ?? "", text.startsWith("add") ? 1 : -1);
  const base = added && readDate(added[2] ?? "");
  if (span && base) {
    const shifted: DatePhrase = { type: "shifted", from: base, by: span, title: text };
    return intent(needsOf(shifted), () => tellWeekday(shifted, "current", null));
  }
  const match =
    /^(?:what|which|what is the|on what|on which)(?: exact)? (?:date|day)(?: of the week)?(?: is| was| will| would| comes| falls| it is)*(?: it| that)?(?: be)?(?: on)? ?(.+?)(?: be| will it be| is it| was it)?$/.exec(
      text,
    ) ??
    /^(?:what is |what was |what will be )?(?:the )?(?:date|day) (?:of |for |on )?(.+)$/.exec(text) ??
    /^when (?:is|was|will be|will it be) (.+)$/.exec(text) ??
    /^what (?:is|was|will be|comes) (.+)$/.exec(text) ??
    /^(.+?)(?: is| was)?(?: (?:what|which) (?:date|day))?$/.exec(text);
  const date = readDate(match?.[1] ?? "");
  if (!date || date.type === "fixed") return null;
  return intent(needsOf(date), () => tellWeekday(date, "current", null));
}

/** "how many days are in February 2028", "is 2028 a leap year". */
function lengthOf(text: string): Intent | null {
  const leap = /^(?:is|was|will) (\d{4})(?: be)? a leap year$/.exec(text)?.[1];
  if (leap !== undefined)
    return intent(["calendar"], () =>
      lengthAnswer(
        `${leap}-02-28`,
        `${leap}-03-01`,
        (days) => `${days === "2" ? "Yes" : "No"}: February ${leap} has ${days === "2" ? 29 : 28} days.`,
      ),
    );
  const month =
    /^how many days (?:are |does |has )?(?:there )?(?:in |are in )?([a-z]+)(?: of)?,? (\d{4})(?: have)?$/.exec(
      text,
    );
  const index = MONTHS.indexOf(month?.[1] ?? "");
  if (index >= 0 && month?.[2]) {
    const [from, to] = [monthStart(Number(month[2]), index), monthStart(Number(month[2]), index + 1)];
    return intent(["calendar"], () =>
      lengthAnswer(from, to, (days) => `${spoken(from).split(" ").slice(1).join(" ")} has ${days} days.`),
    );
  }
  const year = /^how many days (?:are |does |has )?(?:there )?(?:in |are in )?(\d{4})(?: have)?$/.exec(
    text,
  )?.[1];
  if (year === undefined) return null;
  return intent(["calendar"], () =>
    lengthAnswer(
      `${year}-01-01`,
      `${Number(year) + 1}-01-01`,
      (days) => `The year ${year} has ${days} days.`,
    ),
  );
}

const monthStart = (year: number, index: number): string =>
  `${index > 11 ? year + 1 : year}-${String((index % 12) + 1).padStart(2, "0")}-01`;
