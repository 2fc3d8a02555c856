/**
 * Words for scripts that are written without spaces, of which a word index knows whole runs alone: each pair of
 * neighbouring characters is a word (as in Lucene's CJKBigramFilter). They are spelled by code points, which neither
 * stemming nor the folding of accents changes.
 */
const UNSPACED =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}]+/gu;

/** From the first of these scripts on: what holds none of it, as most texts of Europe, needs no closer look. */
const BEYOND = /[\u0e00-\uffff]/;

/** What is indexed beside the text itself. */
export function unspacedWords(text: string): string[] {
  if (!BEYOND.test(text)) return [];
  return (text.match(UNSPACED) ?? []).flatMap((run) => {
    const characters = [...run];
    return characters.map((character, index) => spell(character, characters[index + 1]));
  });
}

/** An FTS5 expression for one fragment of parseMemoryQuery: a pair, or one character with whatever follows it. */
export function fragmentExpression(fragment: string): string {
  const [first = "", second] = fragment;
  return second === undefined ? `"${spell(first)}" *` : `"${spell(first, second)}"`;
}

const spell = (first: string, second?: string): string =>
  `${first.codePointAt(0)}x${second === undefined ? "" : second.codePointAt(0)}`;
