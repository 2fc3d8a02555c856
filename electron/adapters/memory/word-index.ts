import { createHash } from "node:crypto";
import type { MemoryItem } from "../../../shared/memory.ts";
import type { Connection } from "../sqlite-database.ts";
import { unspacedWords } from "./unspaced-scripts.ts";

export type IndexedItem = Pick<MemoryItem, "text" | "tags" | "keywords">;
export type WordChange =
  | { readonly type: "add"; readonly item: IndexedItem }
  | { readonly type: "replace"; readonly item: IndexedItem }
  | { readonly type: "drop" };
/** By number what becomes of its entry in the index. */
export type WordChanges = Map<number, WordChange>;

/** Column `said`: all words of an item. */
function wordsOf({ text, tags, keywords }: IndexedItem): string {
  const said = tags.length + keywords.length === 0 ? text : [text, ...tags, ...keywords].join("\n");
  const unspaced = unspacedWords(said);
  return unspaced.length === 0 ? said : `${said}\n${unspaced.join(" ")}`;
}

/** Tags whose words are kept: more than anybody uses at a time. */
const TAG_WORDS = 2_000;
const tagWords = new Map<string, string>();

/** A tag as one word of column `tagged`, which is there to be filtered by and weighs nothing. */
export function tagWord(tag: string): string {
  const known = tagWords.get(tag);
  if (known !== undefined) return known;
  const word = createHash("sha1").update(tag).digest().readBigUInt64BE().toString();
  if (tagWords.size >= TAG_WORDS) tagWords.clear();
  tagWords.set(tag, word);
  return word;
}

/**
 * Brings the index up to date at the end of a transaction, in the order of the numbers: FTS5 begins a new segment
 * whenever a number is smaller than the one before, which costs more than all the rest.
 */
export function createWordIndexer(database: Connection): (changes: WordChanges) => void {
  const write = (how: "INSERT" | "REPLACE") =>
    database.prepare<[number, string, string]>(`${how} INTO words (rowid, said, tagged) VALUES (?, ?, ?)`);
  const add = write("INSERT");
  const replace = write("REPLACE");
  const drop = database.prepare<[number]>("DELETE FROM words WHERE rowid = ?");
  return (changes) => {
    for (const [number, change] of [...changes].sort(([a], [b]) => a - b)) {
      if (change.type === "drop") {
        drop.run(number);
        continue;
      }
      const { item, type } = change;
      (type === "add" ? add : replace).run(number, wordsOf(item), item.tags.map(tagWord).join(" "));
    }
  };
}

/** Pages of the index that one step of merging writes: some ms of work. */
const MERGED_PAGES = 200;

/**
 * A step of merging the index's segments, which makes searches faster and would double the work of a put. Returns
 * whether there may be more to merge. (FTS5's manual tells so by the count of changes.)
 */
export function createWordMerger(database: Connection): () => "more" | "done" {
  const merge = database.prepare(`INSERT INTO words (words, rank) VALUES ('merge', ${MERGED_PAGES})`);
  const changes = database.prepare<[], number>("SELECT total_changes()").pluck();
  return () => {
    const before = changes.get() ?? 0;
    merge.run();
    return (changes.get() ?? 0) - before < 2 ? "done" : "more";
  };
}
