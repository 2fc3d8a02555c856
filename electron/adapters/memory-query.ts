/** Words of a query that are looked for at most; the rest of a very long one adds nothing but time. */
const MOST_TERMS = 32;

/** Words of English that stand in nearly every sentence, and the tails of contractions. */
const STOP_WORDS = new Set(
  (
    "a about after all also am an and any are as at be because been before being but by can could did do does doing " +
    "for from had has have having he her here hers him his how i if in into is it its just know me my mine no not of " +
    "on or our ours out please remember recall say she should so some tell than that the their them then there these " +
    "they this those to too up us was we were what when where which who whom whose why will with would you your " +
    "s t re ve ll d m"
  ).split(" "),
);

/** Scripts that are written without spaces, so that a word index knows only whole runs of them. */
const UNSPACED =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}]+/gu;

export interface MemoryQuery {
  /** Quoted, each an FTS5 expression. */
  readonly words: readonly string[];
  /** Pairs of neighbouring characters of unspaced scripts, to be looked for as parts of a text. */
  readonly fragments: readonly string[];
}

/** What to look for, given what a person or model wrote. No text can break out of the quotes. Never throws. */
export function parseMemoryQuery(text: string): MemoryQuery {
  const all = unique((text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? []).slice(0, 10 * MOST_TERMS));
  const telling = all.filter((word) => !STOP_WORDS.has(word));
  const chosen = (telling.length > 0 ? telling : all).slice(0, MOST_TERMS);
  return {
    words: chosen.map((word) => `"${word}"`),
    fragments: unique((text.match(UNSPACED) ?? []).flatMap(pairs)).slice(0, MOST_TERMS),
  };
}

function pairs(run: string): string[] {
  const characters = [...run];
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}

const unique = (items: readonly string[]): string[] => [...new Set(items)];
