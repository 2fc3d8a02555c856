import { contentWords } from "./recollection.ts";

/** Longest sentence quoted, in characters. */
const LONGEST = 400;

/** The sentences of a text, in order; headings and list items count as sentences. */
export function sentencesOf(text: string): readonly string[] {
  return text
    .split(/\n\s*\n|\n(?=\s*(?:[-*#>]|\d+[.)])\s)/)
    .flatMap((block) => block.replace(/\s+/g, " ").split(/(?<=[.!?]["')\]]?)\s+(?=[\p{Lu}\p{N}"'(])/u))
    .map((sentence) => sentence.trim())
    .filter((sentence) => /\p{L}{2}/u.test(sentence))
    .map((sentence) => (sentence.length > LONGEST ? `${sentence.slice(0, LONGEST)}…` : sentence));
}

export const countWords = (text: string): number => text.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu)?.length ?? 0;

const stem = (word: string): string => word.toLowerCase().replace(/(?:'s|es|s|ing|ed)$/, "");

/** The sentences that share most words with a question, in the order of the text; none when none shares a word. */
export function answerFrom(text: string, question: string, most: number): readonly string[] {
  const wanted = contentWords(question).map(stem);
  if (wanted.length === 0) return [];
  const scored = sentencesOf(text).map((sentence, index) => {
    const own = new Set((sentence.toLowerCase().match(/[\p{L}\p{N}'-]+/gu) ?? []).map(stem));
    return { sentence, index, score: wanted.filter((word) => own.has(word)).length };
  });
  const best = Math.max(0, ...scored.map((each) => each.score));
  if (best === 0) return [];
  return scored
    .filter((each) => each.score > best / 2)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, most)
    .sort((a, b) => a.index - b.index)
    .map((each) => each.sentence);
}

/**
 * The sentences that stand for the whole: those with the words that the text uses most, its first one always among
 * them (the frequency method of Luhn, "The Automatic Creation of Literature Abstracts", 1958). In the text's order.
 */
export function summarise(text: string, most: number): readonly string[] {
  const sentences = sentencesOf(text).filter((sentence) => countWords(sentence) > 3);
  if (sentences.length <= most) return sentences.length > 0 ? sentences : sentencesOf(text).slice(0, most);
  const uses = new Map<string, number>();
  for (const word of contentWordsOf(text)) uses.set(word, (uses.get(word) ?? 0) + 1);
  const scored = sentences.map((sentence, index) => {
    const words = contentWordsOf(sentence);
    const sum = words.reduce((total, word) => total + (uses.get(word) ?? 0), 0);
    return {
      sentence,
      index,
      score: index === 0 ? Number.POSITIVE_INFINITY : sum / Math.max(words.length, 8),
    };
  });
  return scored
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, most)
    .sort((a, b) => a.index - b.index)
    .map((each) => each.sentence);
}

const contentWordsOf = (text: string): readonly string[] =>
  (text.toLowerCase().match(/\p{L}{4,}/gu) ?? []).filter((word) => !COMMON.has(word)).map(stem);

const COMMON = new Set(
  "this that with from have been were they their there which would could should about into than then them these those when where what your more most some such only other also very just because while will does".split(
    " ",
  ),
);
