/** One fault of a text, at a line counted from 1. */
export interface Finding {
  readonly line: number;
  readonly message: string;
}

/** Longest line and sentence that are not remarked on, in characters and in words. */
const LONG_LINE = 160;
const LONG_SENTENCE = 40;

type Rule = (lines: readonly string[]) => readonly Finding[];

/** A rule that looks at each line alone; `message` gives null where there is no fault. */
const perLine =
  (message: (line: string) => string | null): Rule =>
  (lines) =>
    lines.flatMap((line, index) => {
      const found = message(line);
      return found === null ? [] : [{ line: index + 1, message: found }];
    });

const doubledWords: Rule = (lines) => {
  const findings: Finding[] = [];
  let last = "";
  lines.forEach((line, index) => {
    for (const match of line.matchAll(/[\p{L}']+|[^\p{L}'\s]+/gu)) {
      const word = match[0].toLowerCase();
      if (/^\p{L}/u.test(word) && word === last && !/^(?:had|that)$/.test(word)) {
        findings.push({ line: index + 1, message: `the word "${match[0]}" stands twice in a row` });
      }
      last = word;
    }
    if (line.trim() === "") last = "";
  });
  return findings;
};

const leftToDo = perLine((line) => {
  const mark = /\b(?:TODO|FIXME|XXX|HACK|TBD|TBC)\b/.exec(line)?.[0] ?? /lorem ipsum/i.exec(line)?.[0];
  return mark === undefined ? null : `${mark} is still to be done: "${short(line)}"`;
});

const longLines = perLine((line) =>
  line.length > LONG_LINE && !/https?:\/\/\S{80}/.test(line)
    ? `the line has ${line.length} characters`
    : null,
);

const trailingSpaces = perLine((line) =>
  /\S[ \t]+$/.test(line) && !/\S {2}$/.test(line) ? "spaces at the end of the line" : null,
);

const mixedIndent: Rule = (lines) => {
  const tab = lines.findIndex((line) => /^\t/.test(line));
  const space = lines.findIndex((line) => /^ {2,}\S/.test(line));
  return tab >= 0 && space >= 0
    ? [{ line: Math.max(tab, space) + 1, message: "tabs and spaces are both used for indenting" }]
    : [];
};

const emptyLinks = perLine((line) => {
  const link = /!?\[[^\]]*\]\(\s*(?:#|<>)?\s*\)|\[\s*\]\([^)]+\)/.exec(line)?.[0];
  return link === undefined ? null : `the link ${link} is empty`;
});

const doubledSigns = perLine((line) => {
  const sign = /(?<![.\w/])(?:,,|;;|\?\?\?+|!!!+)|\s[,;](?=\s|$)/.exec(line)?.[0];
  return sign === undefined ? null : `stray punctuation "${sign.trim()}"`;
});

/** Headings that skip a level, that have no text, or that are met twice. */
const headings: Rule = (lines) => {
  const findings: Finding[] = [];
  const seen = new Map<string, number>();
  let level = 0;
  eachOutsideCode(lines, (line, number) => {
    const match = /^(#{1,6})(?:\s+(.*))?$/.exec(line);
    if (!match?.[1]) return;
    const own = match[1].length;
    const title = (match[2] ?? "").trim();
    if (title === "") findings.push({ line: number, message: "the heading has no text" });
    if (level > 0 && own > level + 1)
      findings.push({ line: number, message: `the heading goes from level ${level} to level ${own}` });
    const before = seen.get(title.toLowerCase());
    if (title !== "" && before !== undefined)
      findings.push({ line: number, message: `the heading "${title}" stands on line ${before} already` });
    seen.set(title.toLowerCase(), number);
    level = own;
  });
  return findings;
};

const codeFences: Rule = (lines) => {
  let open = 0;
  lines.forEach((line, index) => {
    if (/^\s*(?:```|~~~)/.test(line)) open = open === 0 ? index + 1 : 0;
  });
  return open === 0 ? [] : [{ line: open, message: "the code block that begins here is never closed" }];
};

const PAIRS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** Brackets that are not closed in their paragraph, or closed without having been opened. */
const brackets: Rule = (lines) => {
  const findings: Finding[] = [];
  let open: { readonly sign: string; readonly line: number }[] = [];
  const settle = (): void => {
    for (const { sign, line } of open) findings.push({ line, message: `"${sign}" is never closed` });
    open = [];
  };
  eachOutsideCode(lines, (line, number) => {
    if (line.trim() === "") settle();
    const plain = line
      .replace(/`[^`]*`/g, "")
      .replace(/^\s*(?:\d{1,3}|[a-z])\)\s/i, "")
      .replace(/[:;]-?[()]/g, "");
    for (const sign of plain.match(/[()[\]{}]/g) ?? []) {
      const opener = PAIRS[sign];
      if (opener === undefined) open.push({ sign, line: number });
      else if (open.at(-1)?.sign === opener) open.pop();
      else findings.push({ line: number, message: `"${sign}" closes nothing` });
    }
  });
  settle();
  return findings;
};

const quotes: Rule = (lines) => {
  const findings: Finding[] = [];
  let marks = 0;
  let start = 0;
  const settle = (): void => {
    if (marks % 2 === 1)
      findings.push({ line: start, message: "a double quote in this paragraph is never closed" });
    marks = 0;
  };
  eachOutsideCode(lines, (line, number) => {
    if (line.trim() === "") settle();
    const found = line.replace(/`[^`]*`/g, "").match(/["“”]/g)?.length ?? 0;
    if (found > 0 && marks % 2 === 0) start = number;
    marks += found;
  });
  settle();
  return findings;
};

const sentences: Rule = (lines) => {
  const findings: Finding[] = [];
  const seen = new Map<string, number>();
  eachOutsideCode(lines, (line, number) => {
    if (/^\s*(?:#|\||>)/.test(line)) return;
    for (const sentence of line.split(/(?<=[.!?])\s+/)) {
      const words = sentence.match(/[\p{L}\p{N}'’-]+/gu) ?? [];
      if (words.length > LONG_SENTENCE)
        findings.push({ line: number, message: `a sentence has ${words.length} words` });
      const key = words.join(" ").toLowerCase();
      const before = seen.get(key);
      if (words.length >= 4 && before !== undefined) {
        findings.push({
          line: number,
          message: `the sentence "${short(sentence)}" stands on line ${before} already`,
        });
      }
      if (before === undefined) seen.set(key, number);
    }
  });
  return findings;
};

function eachOutsideCode(lines: readonly string[], visit: (line: string, number: number) => void): void {
  let inCode = false;
  lines.forEach((line, index) => {
    if (/^\s*(?:```|~~~)/.test(line)) inCode = !inCode;
    else if (!inCode) visit(line, index + 1);
  });
}

const RULES: readonly Rule[] = [
  doubledWords,
  leftToDo,
  headings,
  codeFences,
  brackets,
  quotes,
  emptyLinks,
  sentences,
  doubledSigns,
  mixedIndent,
  trailingSpaces,
  longLines,
];

/** Every fault that the rules find, by line. */
export const findFaults = (text: string): readonly Finding[] => {
  const lines = text.replace(/\n$/, "").split("\n");
  return RULES.flatMap((rule) => rule(lines)).toSorted((a, b) => a.line - b.line);
};

function short(text: string): string {
  const trimmed = text.trim();
  return trimmed.length > 60 ? `${trimmed.slice(0, 60)}…` : trimmed;
}
