import type { MemoryItem } from "../../../shared/memory.ts";
import type { Connection } from "../sqlite-database.ts";
import { unspacedWords } from "./unspaced-scripts.ts";

export type IndexedItem = Pick<MemoryItem, "text" | "tags" | "keywords">;
/** By number what the index shall hold; null: nothing. */
export type WordChanges = Map<number, IndexedItem | null>;

/** What the index is given of an item. */
export function wordsOf({ text, tags, keywords }: IndexedItem): string {
  const said = [text, ...tags, ...keywords].join("\n");
  const unspaced = unspacedWords(said);
  return unspaced.length === 0 ? said : `${said}\n${unspaced.join(" ")}`;
}

/**
 * Brings the index up to date at the end of a transaction, in the order of the numbers: FTS5 begins a new segment
 * whenever a number is smaller than the one before, which costs more than all the rest.
 */
export function createWordIndexer(database: Connection): (changes: WordChanges) => void {
  const put = database.prepare<[number, string]>("INSERT OR REPLACE INTO words (rowid, said) VALUES (?, ?)");
  const drop = database.prepare<[number]>("DELETE FROM words WHERE rowid = ?");
  return (changes) => {
    for (const [number, item] of [...changes].sort(([a], [b]) => a - b)) {
      if (item === null) drop.run(number);
      else put.run(number, wordsOf(item));
    }
  };
}
