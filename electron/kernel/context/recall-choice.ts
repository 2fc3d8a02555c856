import type { MemoryItem, MemoryMatch, RecalledItem } from "../../../shared/memory.ts";
import {
  RECALL_DISTANCE,
  RECALL_DISTANCE_SPREAD,
  RECALL_ITEMS,
  RECALL_WORDS_ENOUGH,
  RECALL_WORDS_SHARE,
} from "../limits-recall.ts";

/** An item that a search found. */
export interface RecallHit {
  readonly item: MemoryItem;
  readonly match: MemoryMatch;
}

/**
 * The hits that match a turn well, best first as they came. A search finds whatever shares one word; a prompt takes
 * only what has RECALL_WORDS_SHARE of the turn's telling words, or RECALL_WORDS_ENOUGH of them, or is within
 * RECALL_DISTANCE by meaning and not much farther than the nearest. Models differ in how far apart they put texts
 * that have nothing to do with each other, so the bound alone would let some of them through.
 */
export function wellMatched(query: string, hits: readonly RecallHit[]): readonly RecallHit[] {
  const wanted = tellingWords(query);
  const nearest = Math.min(...hits.map(({ match }) => match.meaning?.distance ?? Number.POSITIVE_INFINITY));
  const farthest = Math.min(RECALL_DISTANCE, nearest + RECALL_DISTANCE_SPREAD);
  return hits.filter(({ item, match }) => {
    const isNear = match.meaning !== null && match.meaning.distance <= farthest;
    return isNear || (match.words !== null && hasWords(wanted, item));
  });
}

function hasWords(wanted: readonly string[], { text, keywords, tags }: MemoryItem): boolean {
  if (wanted.length === 0) return false;
  const held = wordsOf([text, ...keywords, ...tags].join(" "));
  const common = wanted.filter((word) => held.some((other) => isSameWord(word, other))).length;
  return common >= RECALL_WORDS_ENOUGH || common / wanted.length >= RECALL_WORDS_SHARE;
}

/** Items as they go into the prompt, within a budget of tokens; `left` counts those that had no room. */
export function withinBudget(
  items: readonly RecalledItem[],
  budgetTokens: number,
): { readonly items: readonly RecalledItem[]; readonly left: number } {
  const chosen: RecalledItem[] = [];
  let tokens = 0;
  for (const item of items) {
    if (chosen.length >= RECALL_ITEMS || tokens + item.tokens > budgetTokens) continue;
    tokens += item.tokens;
    chosen.push(item);
  }
  return { items: chosen, left: items.length - chosen.length };
}

/** English words that say nothing about what a text is about, and those by which a memory is asked for. */
const EMPTY = new Set(
  "the and for with from into onto over about but not nor are was were been being has have had does did can could will would shall should may might must you your yours him his her she its our ours their them they this that these those there here what when where who whom whose which why how some any all each every both more most other than then too very just also again please tell know remember recall remind say said told ask asked give show find out get got make made let use used want need like thing things anything everything something".split(
    " ",
  ),
);

/** The words of a text that tell what it is about, each once. */
export const tellingWords = (text: string): readonly string[] =>
  wordsOf(text).filter((word) => !EMPTY.has(word) && (word.length >= 3 || /\d/.test(word)));

const wordsOf = (text: string): readonly string[] => [
  ...new Set(
    text
      .toLowerCase()
      .replace(/['’]s\b/g, "")
      .match(/[\p{L}\p{N}]+/gu) ?? [],
  ),
];

/** The same but for an ending: colour, colours, coloured. Short words must be the same. */
function isSameWord(a: string, b: string): boolean {
  if (a === b) return true;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  const stem = short.slice(0, Math.max(4, short.length - 2));
  return short.length >= 4 && long.length - stem.length <= 4 && long.startsWith(stem);
}
