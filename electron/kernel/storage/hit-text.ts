import { HIT_CHARACTERS, HIT_LEAD_CHARACTERS } from "../limits.ts";
import type { FileChunk } from "../ports.ts";

/** Words of a query as they are looked for within a line; more say nothing new. */
const WORDS = 16;

export const wordsOf = (query: string): readonly string[] =>
  query.toLowerCase().split(/\s+/).filter(Boolean).slice(0, WORDS);

/** The same for texts of the index, which knows words without their endings. */
export const holdsAllStems = (text: string, words: readonly string[]): boolean =>
  holdsAll(text, words.map(stem));

export const holdsAll = (text: string, words: readonly string[]): boolean => {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
};

/**
 * The line of a piece of text that holds most of the words, endings aside, and the first of those; where none holds
 * any, as in a piece found by its meaning, its beginning. `line` is null where the text has no lines of its own.
 */
export function hitIn(chunk: FileChunk, words: readonly string[]): { line: number | null; text: string } {
  const stems = words.map(stem);
  let best = { index: 0, count: 0 };
  const lines = chunk.text.split("\n");
  for (const [index, line] of lines.entries()) {
    const lower = line.toLowerCase();
    const count = stems.filter((each) => lower.includes(each)).length;
    if (count > best.count) best = { index, count };
  }
  const line = chunk.line === null ? null : chunk.line + best.index;
  const text = best.count === 0 ? chunk.text.replace(/\s+/g, " ") : (lines[best.index] ?? "");
  return { line, text: excerpt(text, stems) };
}

/** A long line is cut around its first word found. */
export function excerpt(line: string, words: readonly string[]): string {
  const whole = line.trim();
  if (whole.length <= HIT_CHARACTERS) return whole;
  const lower = whole.toLowerCase();
  const places = words.map((word) => lower.indexOf(word)).filter((place) => place >= 0);
  const first = places.length === 0 ? 0 : Math.min(...places);
  const from = Math.max(0, Math.min(first - HIT_LEAD_CHARACTERS, whole.length - HIT_CHARACTERS));
  const cut = whole.slice(from, from + HIT_CHARACTERS - 2).toWellFormed();
  return `${from === 0 ? "" : "…"}${cut}${from + cut.length < whole.length ? "…" : ""}`;
}

/** Enough of a word to find it again under the endings that the index takes off as well. */
const stem = (word: string): string =>
  /^[a-z]{5,}$/.test(word) ? word.replace(/(?:ing|ed|es|s)$/, "") : word;
