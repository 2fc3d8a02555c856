import { parseMemoryQuery } from "../memory-query.ts";
import type { Connection } from "../sqlite-database.ts";
import type { Range } from "./owner-numbers.ts";
import { fragmentExpression } from "./unspaced-scripts.ts";
import { tagWord } from "./word-index.ts";

/** Items that one search weighs by BM25 in one go; each takes 2 to 5 µs. */
const WEIGHED = 2_000;
/** Of each owner's, where there are many. */
const LEAST_WEIGHED = 500;
/** Of these, the share that is weighed for common words alone: the newest, which tell nearly as little as the others. */
const COMMON_SHARE = 0.5;
/** Words that more items hold, which count beside the telling ones; each costs a walk through all items that hold it. */
const COMMON_WORDS = 2;

export interface WordHit {
  readonly number: number;
  /** As SQLite gives it: the smaller the better. */
  readonly bm25: number;
}

interface Scope extends Range {
  readonly expression: string;
}

interface Term {
  readonly expression: string;
  readonly items: number;
}

/**
 * The items that hold any word of a query, best first by BM25 (FTS5's, over all owners' items). BM25 over a word that
 * every second item holds takes 100 ms at 100,000 items, and such words tell least. So those are weighed for the
 * items that hold a telling word, which is exact for them; only where too few do, the newest items that hold the
 * common words are weighed. (Lucene's CommonTermsQuery draws the same line.)
 */
export class WordSearch {
  readonly #count;
  readonly #newest;
  readonly #weigh;
  readonly #ages;

  constructor(database: Connection) {
    const within = "FROM words WHERE words MATCH @expression AND rowid BETWEEN @first AND @last";
    this.#count = database
      .prepare<[Scope & { most: number }], number>(`SELECT count(*) FROM (SELECT 1 ${within} LIMIT @most)`)
      .pluck();
    this.#newest = database
      .prepare<[Scope & { items: number }], number>(
        `SELECT rowid ${within} ORDER BY rowid DESC LIMIT 1 OFFSET @items`,
      )
      .pluck();
    this.#weigh = database.prepare<[Scope & { limit: number }], WordHit>(
      `SELECT rowid AS number, bm25(words, 1, 0) AS bm25 ${within} ORDER BY bm25, rowid DESC LIMIT @limit`,
    );
    this.#ages = database.prepare<[string], { number: number; at: number }>(
      "SELECT number, updated_at AS at FROM items WHERE number IN (SELECT value FROM json_each(?))",
    );
  }

  search(text: string, ranges: readonly Range[], tag: string | null, limit: number): readonly WordHit[] {
    const { words, fragments } = parseMemoryQuery(text);
    const expressions = [...words, ...fragments.map(fragmentExpression)];
    const weighed = Math.max(LEAST_WEIGHED, Math.floor(WEIGHED / Math.max(1, ranges.length)));
    const tagged = (expression: string): string =>
      tag === null ? expression : `(${expression}) AND tagged : "${tagWord(tag)}"`;
    const hits = ranges.flatMap((range) => {
      const scope = (expression: string): Scope => ({ ...range, expression: tagged(expression) });
      return this.#searchRange(expressions, scope, limit, weighed);
    });
    return this.#newestFirstAmongEqual(hits.sort(byScore).slice(0, limit));
  }

  #searchRange(
    expressions: readonly string[],
    scope: (expression: string) => Scope,
    limit: number,
    weighed: number,
  ): WordHit[] {
    const terms = expressions
      .map((expression) => ({
        expression,
        items: this.#count.get({ ...scope(expression), most: weighed + 1 }) ?? 0,
      }))
      .filter(({ items }) => items > 0)
      .sort((a, b) => a.items - b.items);
    const { telling, common } = divide(terms, weighed);
    if (common.length === 0) {
      return telling.length === 0 ? [] : this.#weigh.all({ ...scope(anyOf(telling)), limit });
    }
    const lead = anyOf(telling.length > 0 ? telling : common.splice(0, 1));
    const others = anyOf(common.slice(0, COMMON_WORDS));
    const found = new Map<number, WordHit>();
    // No more items than hold telling words can hold those and others: only common words have too many.
    const weigh = (expression: string, many: "many" | "few"): void => {
      const whole = scope(expression);
      const items = Math.floor(weighed * COMMON_SHARE);
      const last = many === "few" ? undefined : this.#newest.get({ ...whole, items });
      const first = last === undefined ? whole.first : last + 1;
      for (const hit of this.#weigh.all({ ...whole, first, limit })) {
        // The more words were weighed, the better the score: the smaller one is the whole one.
        if (hit.bm25 < (found.get(hit.number)?.bm25 ?? 0)) found.set(hit.number, hit);
      }
    };
    const ofLead = telling.length > 0 ? "few" : "many";
    if (others !== "") weigh(`(${lead}) AND (${others})`, ofLead);
    weigh(lead, ofLead);
    if (found.size < limit && others !== "") weigh(others, "many");
    return [...found.values()];
  }

  #newestFirstAmongEqual(hits: readonly WordHit[]): readonly WordHit[] {
    const rows = this.#ages.all(JSON.stringify(hits.map(({ number }) => number)));
    const at = new Map(rows.map((row) => [row.number, row.at]));
    const age = ({ number }: WordHit): number => -(at.get(number) ?? 0);
    return hits.toSorted((a, b) => a.bm25 - b.bm25 || age(a) - age(b) || b.number - a.number);
  }
}

/** The rarest words that together stay within what can be weighed, and the others; rarest first. */
function divide(terms: readonly Term[], weighed: number): { telling: Term[]; common: Term[] } {
  let sum = 0;
  const index = terms.findIndex(({ items }) => {
    sum += items;
    return sum > weighed;
  });
  const cut = index === -1 ? terms.length : index;
  return { telling: terms.slice(0, cut), common: terms.slice(cut) };
}

const anyOf = (terms: readonly Term[]): string => terms.map(({ expression }) => expression).join(" OR ");

const byScore = (a: WordHit, b: WordHit): number => a.bm25 - b.bm25 || b.number - a.number;
