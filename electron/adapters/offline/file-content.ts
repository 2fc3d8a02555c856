import { calculate, workOutSequence } from "./arithmetic.ts";
import { readCalculation } from "./calculations.ts";
import { askClock, type Now } from "./date-resolution.ts";
import { isNumber } from "./expression.ts";
import { cleanPath, looksLikePath, PATH } from "./file-paths.ts";
import { call, type Program, troubleOf } from "./program.ts";
import { unquote } from "./request.ts";
import { readSequence } from "./sequences.ts";
import { timeZoneOf } from "./time-zones.ts";

/** How the values of a list are laid out in a file. */
export type Layout = "lines" | "commas" | "spaces" | "labelled";

/** What is to stand in a file. */
export interface Content {
  readonly needs: readonly string[];
  /** Makes the text, without the end of its last line. */
  readonly start: () => Program<Made>;
}

export type Made =
  | { readonly ok: true; readonly text: string; readonly summary: string }
  | { readonly ok: false; readonly trouble: string };

const made = (text: string, summary = text): Made => ({ ok: true, text, summary });

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  "days of the week": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
  weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"],
  "months of the year":
    "January February March April May June July August September October November December".split(" "),
  months: "January February March April May June July August September October November December".split(" "),
  alphabet: [..."abcdefghijklmnopqrstuvwxyz"],
  "letters of the alphabet": [..."abcdefghijklmnopqrstuvwxyz"],
  seasons: ["spring", "summer", "autumn", "winter"],
};

const LAYOUTS: readonly (readonly [RegExp, Layout])[] = [
  [
    /[,\s]*(?:(?:with |and )?(?:one|each|1)(?: number| value| item| of them| square| cube| prime| entry| result)? (?:per|to a|on (?:a|each|its own|separate|their own)|in each|each) (?:separate |new )?lines?(?: of its own)?|each on (?:its own|a separate|a new) line|on separate lines|line by line|separated by (?:newlines|line breaks|new lines)|one (?:per|a) (?:line|row))$/i,
    "lines",
  ],
  [
    /[,\s]*(?:,? ?(?:all )?(?:separated by commas|(?:as (?:a |an )?)?comma[- ]separated(?: (?:list|line|values|row))?|as (?:a )?csv|with commas(?: between(?: them)?)?|divided by commas|in one line with commas|on (?:one|a single) line))$/i,
    "commas",
  ],
  [/[,\s]*(?:separated by spaces|space[- ]separated|with spaces(?: between(?: them)?)?)$/i, "spaces"],
  [
    /[,\s]*(?:with (?:the |their )?(?:workings?|labels?|labelled)|as equations|showing (?:the |their )?(?:workings?|calculations?))$/i,
    "labelled",
  ],
];

/** Takes the words about layout off a text's end. */
export function readLayout(text: string): { readonly text: string; readonly layout: Layout | null } {
  for (const [pattern, layout] of LAYOUTS) {
    if (pattern.test(text)) return { text: text.replace(pattern, "").trim(), layout };
  }
  return { text, layout: null };
}

const COMPOSED =
  /^(?:a |an |the |some |my |your |me |short |long |nice |little |brief |new |good |funny |list of )*(?:poem|story|essay|summary|letter|e-?mail|haiku|joke|jokes|song|report|article|blog|paragraph|recipe|explanation|description|speech|review|script|code|program|function|biography|introduction|plan|outline|limerick|lyrics|tweet|post|documentation|translation|advice|ideas|facts|quote|quotes|message to|reply|website|page|guide|tutorial|riddle|greeting|something|anything|stuff|novel|document)\b/i;
const ABOUT =
  /^(?:a |an |the |some |\S+ )?(?:notes?|facts?|words|sentences?|lines?|tips?|paragraphs?|pages?|text|something) (?:about|on)\b|\b(?:of|from) (?:a|an|the|some) (?:song|poem|story|book|novel|film|movie)\b/i;
const WORDING =
  /^(?:the |a |this |these |following |exact |plain )*(?:text|words?|sentence|line|lines|phrase|string|message|content|contents|note|following|title|heading)(?: that (?:says|reads))?\s*:?\s+(?=\S)/i;

/**
 * Reads what a person wants written: quoted or plain text, a sequence, a calculation, the date, a list, another
 * file's text. null when it would have to be composed, which the offline core cannot do.
 */
export function readContent(phrase: string, layout: Layout | null): Content | null {
  const trimmed = phrase.trim().replace(/^[:,\s]+/, "");
  if (trimmed === "") return null;
  const quoted = unquote(trimmed);
  if (quoted !== trimmed) return fixed(quoted.replaceAll("\\n", "\n"));
  return (
    computed(trimmed, layout) ??
    dated(trimmed) ??
    copied(trimmed) ??
    listedText(trimmed, layout) ??
    plainText(trimmed, layout)
  );
}

const fixed = (text: string): Content => ({
  needs: [],
  start: function* () {
    yield* [];
    return made(text, `"${text.length > 200 ? `${text.slice(0, 200)}…` : text}"`);
  },
});

/** "the lines milk, tea and jam": one line for each. */
const LISTED =
  /^(?:the |these |following |two |three |four |five |\d+ )+(?:lines|items|entries|tasks|things)\s*:?\s+([^"]+)$/i;

/** Numbers that were meant to be worked out, in words that were not understood: writing the words would be wrong. */
const UNREAD =
  /^(?:the |some |a few |a |all |all the |list of |first \d+ |first \w+ |next \w+ )*(?:squares?|cubes?|primes?|prime numbers?|factorials?|fibonacci|even numbers?|odd numbers?|multiples|powers|sum|product|average|mean|results?|answers?|multiplication|numbers?|value|digits|square roots?|difference|total|date|day|weekday|number of days|days)(?: (?:of|until|since|after|before|from|between|to|for|numbers?|sequence|series|table|up|below|under)\b.*)?$/i;

function plainText(text: string, layout: Layout | null): Content | null {
  const items = LISTED.exec(text)?.[1];
  if (items !== undefined && /,| and /.test(items))
    return fixed(items.replace(/\s*,\s*(?:and )?|\s+and\s+/g, "\n"));
  const worded = ABOUT.test(text) ? text : text.replace(WORDING, "");
  if (worded !== text) return fixed(unquote(worded));
  if (
    COMPOSED.test(text) ||
    ABOUT.test(text) ||
    UNREAD.test(text) ||
    /^(?:an? |some |the |\d+ |\w+ )?random\b/i.test(text) ||
    /^(?:it|them|that|this|these|those|the (?:results?|answers?|output|values?))$/i.test(text)
  )
    return null;
  return fixed(layout === "lines" ? text.replace(/\s*,\s*(?:and )?/g, "\n") : text);
}

/** Text that the person gave word for word, after "saying" or a colon. */
export const literalContent = (text: string): Content => fixed(unquote(text.trim()).replaceAll("\\n", "\n"));

function computed(text: string, layout: Layout | null): Content | null {
  const sequence = readSequence(
    text.replace(/^(?:a |the )?(?:list|table|sequence|series|results?|values?|answers?) (?:of|for|to) /i, ""),
  );
  if (sequence) {
    return {
      needs: sequence.terms.some((term) => term.expression !== null || term.proof !== null)
        ? ["calculate"]
        : [],
      start: function* () {
        const worked = yield* workOutSequence(sequence);
        if (!worked.ok) return worked;
        const style = layout ?? (sequence.style === "labelled" ? "labelled" : "lines");
        const rows = worked.values.map((value, index) => {
          const label = sequence.terms[index]?.label ?? value;
          return style === "labelled" && label !== value ? `${label} = ${value}` : value;
        });
        return made(
          rows.join(style === "commas" ? ", " : style === "spaces" ? " " : "\n"),
          worked.values.join(", "),
        );
      },
    };
  }
  const isResult =
    /^(?:(?:the )?(?:result|answer|value|solution|outcome|output)s? (?:of|to|for)|what is|what's|how much is)\b/i.test(
      text,
    );
  const isBare = /^[\d\s.,+*/^()x×÷²³-]+$/.test(text) && !isResult;
  const calculation = readCalculation(text);
  if (!calculation || isNumber(calculation.expression)) return null;
  return {
    needs: ["calculate"],
    start: function* () {
      const result = yield* calculate(calculation.expression);
      const value = result.text.trim();
      if (result.outcome !== "ok")
        return { ok: false, trouble: `I could not work out ${calculation.expression}: ${troubleOf(result)}` };
      return made(
        isBare ? `${calculation.expression} = ${value}` : value,
        `${calculation.expression} = ${value}`,
      );
    },
  };
}

function dated(text: string): Content | null {
  const plain = text.toLowerCase().replace(/^(?:the )?current /, "the ");
  const zone = timeZoneOf(/^(?:the )?time (?:in|at) (.+)$/.exec(plain)?.[1] ?? "");
  if (zone !== null) return clockContent(zone, (now) => `${now.time} (${zone})`);
  const kind =
    /^(?:the date of today|today's date|todays date|the date(?: today)?|date|the day(?:'s date)?)$/.test(
      plain,
    )
      ? "date"
      : /^(?:the time(?: now)?|time)$/.test(plain)
        ? "time"
        : /^(?:the (?:date and time|time and date|timestamp)|a timestamp|timestamp|now)$/.test(plain)
          ? "both"
          : /^(?:today's weekday|the (?:day of the week|weekday)(?: today)?)$/.test(plain)
            ? "weekday"
            : null;
  if (kind === null) return null;
  return clockContent(null, (now) => {
    const words = {
      date: now.date,
      time: `${now.time} ${now.zone}`,
      both: `${now.date} ${now.time} ${now.zone}`,
      weekday: now.weekday,
    };
    return words[kind];
  });
}

const clockContent = (zone: string | null, words: (now: Now) => string): Content => ({
  needs: ["clock"],
  start: function* () {
    const now = yield* askClock(zone);
    return typeof now === "string" ? { ok: false, trouble: now } : made(words(now));
  },
});

function copied(text: string): Content | null {
  const match = new RegExp(
    `^(?:the |all (?:of )?the )?(?:contents?|text|words|lines) (?:of|from|in) (?:the )?(?:file )?(${PATH})$`,
    "iu",
  ).exec(text);
  const path = match?.[1] === undefined ? null : cleanPath(match[1]);
  if (path === null || !looksLikePath(path)) return null;
  return {
    needs: ["read_file"],
    start: function* () {
      const result = yield* call(`I will read ${path}.`, "read_file", { path });
      if (result.outcome !== "ok")
        return { ok: false, trouble: `I could not read ${path}: ${troubleOf(result)}` };
      return made(result.text, `the text of ${path}`);
    },
  };
}

function listedText(text: string, layout: Layout | null): Content | null {
  const known =
    KNOWN[
      text
        .toLowerCase()
        .replace(
          /^(?:a list of |list of )?(?:all )?(?:the )?(?:names of (?:the )?)?(?:seven |four |twelve |7 |12 )?/,
          "",
        )
    ];
  const named =
    /^(?:a |the |my |this |an )?(?:[\w-]+ ){0,2}?list(?: of| with| containing|:)(?: the)?(?: items| things| names| words)?:? (.+)$/i.exec(
      text,
    )?.[1];
  const headed =
    /^(?:a |the |my |these )?(?:[\w-]+ ){0,2}(?:items?|list|names?|words|lines|things|tasks)\s*: ?(.+)$/i.exec(
      text,
    )?.[1];
  const given = named ?? headed;
  if (known === undefined && (given === undefined || !/,| and /.test(given))) {
    return given === undefined || named !== undefined ? null : fixed(given);
  }
  const items = known ?? (given ?? "").split(/\s*(?:,\s*and|,|;|\band\b)\s*/).filter((item) => item !== "");
  return fixed(
    items.map((item) => unquote(item)).join(layout === "commas" ? ", " : layout === "spaces" ? " " : "\n"),
  );
}
