import type { SearchedBy } from "../../../shared/memory.ts";
import type { FileChunk, FileIndex, QueryVector } from "../../kernel/ports.ts";
import { EVERYBODY } from "../memory/owner-numbers.ts";
import { fuseRanks } from "../memory/rank-fusion.ts";
import { unspacedWords } from "../memory/unspaced-scripts.ts";
import { loadVectorExtension } from "../memory/vector-extension.ts";
import { type VectorHit, VectorIndex } from "../memory/vector-index.ts";
import { tagWord } from "../memory/word-index.ts";
import { WordSearch } from "../memory/word-search.ts";
import type { Connection } from "../sqlite-database.ts";
import { isUnder, placesOf, placesToSearch } from "./places.ts";

/** Position of the file's path among its texts. */
const NAME = -1;
/** Hits of one file, so that no file fills a whole answer. */
const HITS_PER_FILE = 10;
/** Times as many are looked for as are wanted: some lie where they must not be looked for. */
const OVERSAMPLED = 4;

type Search = Parameters<FileIndex["search"]>[0];
type Found = Awaited<ReturnType<FileIndex["search"]>>;

interface ItemRow {
  readonly number: number;
  readonly path: string;
  readonly line: number | null;
  readonly text: string;
}

/** The index in its database: FileIndex without its thread. Throws SQLite's errors. */
export class IndexDatabase {
  readonly #database: Connection;
  readonly #words: WordSearch;
  readonly #vectors: VectorIndex;
  /** Why nothing can be found by meaning; null when it can. */
  readonly #noVectors: string | null;

  constructor(database: Connection) {
    this.#database = database;
    this.#words = new WordSearch(database);
    this.#noVectors = loadVectorExtension(database);
    this.#vectors = new VectorIndex(database, this.#noVectors);
  }

  put(path: string, stamp: string, chunks: readonly FileChunk[]): void {
    this.#transaction(() => this.#replace(path, stamp, null, chunks));
  }

  skip(path: string, stamp: string, reason: string): void {
    this.#transaction(() => this.#replace(path, stamp, reason, []));
  }

  remove(path: string): void {
    this.#transaction(() => {
      // `0` is the character after `/`.
      const files = this.#all<{ number: number }>(
        "SELECT number FROM files WHERE path = ? OR (path > ? || '/' AND path < ? || '0')",
        path,
        path,
        path,
      );
      for (const { number } of files) this.#drop(number);
    });
  }

  clear(): void {
    this.#transaction(() => {
      for (const { number } of this.#all<{ number: number }>("SELECT number FROM files")) this.#drop(number);
    });
  }

  stamps(after: string, limit: number): { path: string; stamp: string }[] {
    return this.#all("SELECT path, stamp FROM files WHERE path > ? ORDER BY path LIMIT ?", after, limit);
  }

  counts(): { files: number; skipped: number } {
    const [row] = this.#all<{ files: number; skipped: number }>(
      "SELECT count(*) - count(reason) AS files, count(reason) AS skipped FROM files",
    );
    return row ?? { files: 0, skipped: 0 };
  }

  pendingEmbeddings(model: string, limit: number): ReturnType<VectorIndex["pending"]> {
    return this.#vectors.pending(model, limit);
  }

  saveEmbeddings(model: string, vectors: Parameters<VectorIndex["save"]>[1]): void {
    if (this.#noVectors === null) this.#transaction(() => this.#vectors.save(model, vectors));
  }

  embeddingCounts(model: string): { done: number; total: number } {
    return this.#noVectors === null ? this.#vectors.counts(model) : { done: 0, total: 0 };
  }

  keepEmbeddings(model: string): void {
    if (this.#noVectors === null) this.#transaction(() => this.#vectors.keep(model));
  }

  search({ text, vector, under, except, limit }: Search): Found {
    const places = placesToSearch(under, except);
    const wanted = OVERSAMPLED * limit;
    const words = places
      .flatMap((place) => this.#words.search(text, [EVERYBODY], place, wanted))
      .sort((a, b) => a.bm25 - b.bm25)
      .slice(0, wanted);
    const meaning = this.#byMeaning(vector, places, wanted);
    const fused = fuseRanks(words, meaning.hits);
    const rows = this.#rows(fused.map(({ number }) => number));
    const ofFile = new Map<string, number>();
    const hits = fused.flatMap(({ number, match }) => {
      const row = rows.get(number);
      if (!row || !isUnder(row.path, under) || isUnder(row.path, except)) return [];
      const before = ofFile.get(row.path) ?? 0;
      ofFile.set(row.path, before + 1);
      if (before >= HITS_PER_FILE) return [];
      return [{ path: row.path, chunk: { line: row.line, text: row.text }, ...match }];
    });
    return { hits: hits.slice(0, limit), searchedBy: meaning.searchedBy };
  }

  close(): void {
    this.#database.close();
  }

  #byMeaning(
    vector: QueryVector | null,
    places: readonly (string | null)[],
    limit: number,
  ): { readonly hits: readonly VectorHit[]; readonly searchedBy: SearchedBy } {
    const byWords = (reason: string) => ({ hits: [], searchedBy: { type: "words", reason } }) as const;
    if (this.#noVectors !== null) return byWords(this.#noVectors);
    if (vector === null) return byWords("No model that tells meanings is at hand");
    const found = places.map((place) => this.#vectors.search(vector, [EVERYBODY], place, limit));
    if (found.every(({ type }) => type === "none")) {
      return byWords(`The files have not been read by ${vector.model} yet`);
    }
    const hits = found
      .flatMap((each) => (each.type === "found" ? each.hits : []))
      .sort((a, b) => a.distance - b.distance);
    return {
      hits: hits.slice(0, limit),
      searchedBy: { type: "words-and-meaning", model: vector.model },
    };
  }

  #rows(numbers: readonly number[]): ReadonlyMap<number, ItemRow> {
    const rows = this.#all<ItemRow>(
      `SELECT items.number, files.path, items.line, items.text FROM json_each(?) AS wanted
       JOIN items ON items.number = wanted.value JOIN files ON files.number = items.file`,
      JSON.stringify(numbers),
    );
    return new Map(rows.map((row) => [row.number, row]));
  }

  #replace(path: string, stamp: string, reason: string | null, chunks: readonly FileChunk[]): void {
    const [known] = this.#all<{ number: number }>("SELECT number FROM files WHERE path = ?", path);
    if (known) this.#drop(known.number);
    const { lastInsertRowid } = this.#database
      .prepare("INSERT INTO files (path, stamp, reason) VALUES (?, ?, ?)")
      .run(path, stamp, reason);
    const file = Number(lastInsertRowid);
    const places = placesOf(path);
    this.#add(file, NAME, { line: null, text: path }, places);
    for (const [position, chunk] of chunks.entries()) this.#add(file, position, chunk, places);
  }

  #add(file: number, position: number, { line, text }: FileChunk, places: readonly string[]): void {
    const { lastInsertRowid } = this.#database
      .prepare("INSERT INTO items (file, position, line, text, updated_at) VALUES (?, ?, ?, ?, 0)")
      .run(file, position, line, text);
    const number = Number(lastInsertRowid);
    // A name's words stand together with nothing between them that a word index knows.
    const said = position === NAME ? text.replace(/[_.\-/]+|(?<=\p{Ll})(?=\p{Lu})/gu, " ") : text;
    this.#database
      .prepare("INSERT INTO words (rowid, said, tagged) VALUES (?, ?, ?)")
      .run(number, [said, ...unspacedWords(said)].join(" "), places.map(tagWord).join(" "));
    const tag = this.#database.prepare("INSERT INTO tags VALUES (?, ?)");
    for (const place of places) tag.run(place, number);
    this.#vectors.added(number);
  }

  #drop(file: number): void {
    const [found] = this.#all<{ path: string }>("SELECT path FROM files WHERE number = ?", file);
    const places = placesOf(found?.path ?? "");
    const items = this.#all<{ number: number }>("SELECT number FROM items WHERE file = ?", file);
    const words = this.#database.prepare("DELETE FROM words WHERE rowid = ?");
    const tags = this.#database.prepare("DELETE FROM tags WHERE tag = ? AND number = ?");
    for (const { number } of items) {
      words.run(number);
      for (const place of places) tags.run(place, number);
      this.#vectors.dropped(number);
    }
    this.#database.prepare("DELETE FROM items WHERE file = ?").run(file);
    this.#database.prepare("DELETE FROM files WHERE number = ?").run(file);
  }

  #all<Row>(sql: string, ...parameters: readonly (string | number)[]): Row[] {
    return this.#database.prepare<unknown[], Row>(sql).all(...parameters);
  }

  /** What was undone is not remembered either. */
  #transaction(change: () => void): void {
    try {
      this.#database.transaction(change)();
    } catch (thrown) {
      this.#vectors.reload();
      throw thrown;
    }
  }
}
