/** A word as it is written, and as the program gets it. */
export interface ShellWord {
  readonly raw: string;
  readonly value: string;
}

/** Words of the simple commands of a line, in order. */
export type Words =
  | { readonly type: "words"; readonly commands: readonly (readonly ShellWord[])[] }
  | { readonly type: "opaque"; readonly reason: string };

/** Characters that mean themselves everywhere in a word. POSIX.1-2024, Shell Command Language, 2.2 and 2.6. */
const PLAIN = /[\p{L}\p{M}\p{N}_./:=,@%+-]/u;
/** What separates commands. A single `&` is not among them: it leaves a program running. */
const SEPARATORS = ["&&", "||", ";", "|"] as const;

const MEANINGS: Readonly<Record<string, string>> = {
  $: "it holds an expansion ($)",
  "`": "it holds a command substitution",
  "\\": "it holds a backslash, which changes what the next character means",
  "*": "it holds a pattern (*) that becomes whatever files there are",
  "?": "it holds a pattern (?) that becomes whatever files there are",
  "[": "it holds a pattern ([) that becomes whatever files there are",
  "~": "it names a home folder (~)",
  "{": "it holds a brace expansion",
  "}": "it holds a brace expansion",
  "!": "it holds a history expansion or negation (!)",
  "<": "it redirects input",
  ">": "it redirects output",
  "&": "it runs a program in the background",
  "(": "it holds a subshell or function",
  ")": "it holds a subshell or function",
  "#": "it holds a comment",
  "^": "it holds a sign (^) that some shells obey",
};

/**
 * Splits a line into its words, and knows nothing but plain words, quotes without an expansion, and four separators.
 * It stands beside the grammar on purpose: what both do not read alike, neither has understood.
 */
export function readWords(line: string): Words {
  const commands: ShellWord[][] = [[]];
  let at = 0;
  while (at < line.length) {
    if (line[at] === " ") {
      at += 1;
      continue;
    }
    const separator = SEPARATORS.find((each) => line.startsWith(each, at));
    if (separator === undefined) {
      const word = readWord(line, at);
      if (typeof word === "string") return { type: "opaque", reason: word };
      commands.at(-1)?.push(word);
      at += word.raw.length;
    } else {
      // `|&` and `;;` are separators of their own, with another meaning.
      if (line.startsWith(`${separator}&`, at) && separator === "|") return opaque("it pipes errors (|&)");
      commands.push([]);
      at += separator.length;
    }
  }
  if (commands.some((words) => words.length === 0)) return opaque("a separator has no command beside it");
  return { type: "words", commands };
}

/** A word, or why there is none. */
function readWord(line: string, start: number): ShellWord | string {
  let value = "";
  let at = start;
  for (;;) {
    const character = String.fromCodePoint(line.codePointAt(at) ?? 32);
    if (at >= line.length || " |;".includes(character) || line.startsWith("&&", at)) {
      return { raw: line.slice(start, at), value };
    }
    if (character === "'" || character === '"') {
      const end = line.indexOf(character, at + 1);
      if (end < 0) return "a quote is not closed";
      const inner = line.slice(at + 1, end);
      const meaning = character === '"' ? meaningInQuotes(inner) : null;
      if (meaning !== null) return meaning;
      value += inner;
      at = end + 1;
    } else if (PLAIN.test(character)) {
      value += character;
      at += character.length;
    } else {
      return MEANINGS[character] ?? `it holds the sign ${character}`;
    }
  }
}

/** Within double quotes `$`, a backquote and some backslashes keep their meaning (2.2.3); `!` does in bash's history. */
function meaningInQuotes(inner: string): string | null {
  const sign = /[$`!]/.exec(inner)?.[0];
  if (sign !== undefined) return MEANINGS[sign] ?? null;
  return /\\(?:\\|$)/.test(inner) ? (MEANINGS["\\"] ?? null) : null;
}

const opaque = (reason: string): Words => ({ type: "opaque", reason });
