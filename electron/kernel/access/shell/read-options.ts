import type { ReadOnlyProgram } from "./read-only-programs.ts";

/** Options by name, in order, with their values, and the words that are none. */
export interface Options {
  readonly used: readonly { readonly name: string; readonly value: string | null }[];
  readonly operands: readonly string[];
}

/**
 * Splits the words after a program's name as getopt_long does (GNU C library manual, "Program argument syntax
 * conventions"), options after operands included, but without abbreviations. null for an option not in the table.
 */
export function readOptions(program: ReadOnlyProgram, words: readonly string[]): Options | null {
  const used: { name: string; value: string | null }[] = [];
  const operands: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") {
      operands.push(...rest.splice(0));
    } else if (program.count === "may" && /^-\d+$/.test(word)) {
      used.push({ name: "count", value: word.slice(1) });
    } else if (word.startsWith("--")) {
      const option = longOption(program, word, rest);
      if (option === null) return null;
      used.push(option);
    } else if (word.startsWith("-") && word !== "-") {
      const options = shortOptions(program, word.slice(1), rest);
      if (options === null) return null;
      used.push(...options);
    } else {
      operands.push(word);
    }
  }
  return { used, operands };
}

function longOption(program: ReadOnlyProgram, word: string, rest: string[]): Options["used"][number] | null {
  const equals = word.indexOf("=");
  const name = word.slice(2, equals < 0 ? undefined : equals);
  const glued = equals < 0 ? null : word.slice(equals + 1);
  if (program.long.includes(name)) return { name, value: glued };
  if (!program.longValued.includes(name)) return null;
  const value = glued ?? rest.shift();
  return value === undefined ? null : { name, value };
}

function shortOptions(program: ReadOnlyProgram, letters: string, rest: string[]): Options["used"] | null {
  const used: { name: string; value: string | null }[] = [];
  for (let at = 0; at < letters.length; at++) {
    const name = letters.charAt(at);
    if (program.flags.includes(name)) {
      used.push({ name, value: null });
    } else if (program.valued.includes(name)) {
      const value = letters.slice(at + 1) || rest.shift();
      return value === undefined ? null : [...used, { name, value }];
    } else {
      return null;
    }
  }
  return used;
}
