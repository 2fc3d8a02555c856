/**
 * Least share of shingles in common (Jaccard) at which two texts say the same. Pairs of words: a word more in a
 * sentence of five leaves four fifths.
 */
export const NEAR_DUPLICATE_SHARE = 0.8;

/** Words that say nothing of their own. Anything else may be the point: "to" and "from", "is" and "was". */
const EMPTY_WORDS = new Set(["a", "an", "the"]);

/** What turns a text into its contrary, or into a question. In the languages that are most likely here. */
const NEGATIONS = new Set(
  (
    "not no never none nobody nothing neither nor without cannot hardly except unless ? " +
    "nicht kein keine keinen nie niemals ohne ne pas jamais sans ni aucun nada nunca jamás sin não nem sem non mai " +
    "senza niet geen nooit inte ingen aldrig не нет ни никогда без nie bez 不 没 沒 无 無 非 ない ません 않"
  ).split(" "),
);

/** Scripts that are written without spaces: each character is a word there. */
const UNSPACED = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}]/u;

const EDGES = /^[\s"'“”‘’«»()[\]{}.,;:!…—–]+|[\s"'“”‘’«»()[\]{}.,;:!…—–]+$/gu;

/** How alike two texts are. */
export interface Likeness {
  /** Share of their shingles that they have in common, 0 to 1. */
  readonly similarity: number;
  /** The one that says all that the other says. Of equals the second. */
  readonly fuller: "first" | "second";
}

/**
 * Whether one text says all that the other says, in the same order, and hardly more; null when not. Texts whose
 * numbers, negations or any other words differ are never alike: only words that one has and the other lacks may be
 * between, and no number or negation among them. So nothing is lost when the fuller one is kept.
 */
export function likeness(first: string, second: string): Likeness | null {
  const one = wordsOf(first);
  const other = wordsOf(second);
  const [shorter, longer] = one.length > other.length ? [other, one] : [one, other];
  if (longer.length === 0 || shorter.length < NEAR_DUPLICATE_SHARE * longer.length) return null;
  if (!addsOnlyPlainWords(shorter, longer)) return null;
  const similarity = jaccard(shingles(shorter), shingles(longer));
  if (similarity < NEAR_DUPLICATE_SHARE) return null;
  return { similarity, fuller: one.length > other.length ? "first" : "second" };
}

function wordsOf(text: string): readonly string[] {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[‘’]/g, "'")
    .replace(/\bwon't\b/g, "will not")
    .replace(/\bcan't\b/g, "can not")
    .replace(/n't\b/g, " not")
    .replace(/[?]/g, " ? ")
    .split(/\s+/u)
    .flatMap((part) => {
      const word = part.replace(EDGES, "");
      if (UNSPACED.test(word)) return word.match(/\p{N}+|\P{N}/gu) ?? [];
      return word === "" || EMPTY_WORDS.has(word) ? [] : [word];
    });
}

/** Whether `shorter` is in `longer` in order, and what lies between are words that change nothing that is said. */
function addsOnlyPlainWords(shorter: readonly string[], longer: readonly string[]): boolean {
  let at = 0;
  for (const word of longer) {
    if (word === shorter[at]) at += 1;
    else if (/\p{N}/u.test(word) || NEGATIONS.has(word)) return false;
  }
  return at === shorter.length;
}

function shingles(words: readonly string[]): ReadonlySet<string> {
  if (words.length < 2) return new Set(words);
  return new Set(words.slice(1).map((word, at) => `${words[at]} ${word}`));
}

function jaccard(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let common = 0;
  for (const each of one) if (other.has(each)) common += 1;
  return common / (one.size + other.size - common);
}
