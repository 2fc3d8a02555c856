import type { MemorySearchQuery, MemoryStore, MemoryWrite } from "../../kernel/memory-ports.ts";
import { translating } from "../sqlite-database.ts";
import { GroupCommit, type Refusals } from "./group-commit.ts";
import { ItemReader } from "./item-reader.ts";
import { ItemWriter, type KeptLimits } from "./item-writer.ts";
import { openMemoryDatabase } from "./memory-schema.ts";
import { OwnerNumbers } from "./owner-numbers.ts";
import { fuseRanks } from "./rank-fusion.ts";
import { UndoShelf } from "./undo-shelf.ts";
import { loadVectorExtension } from "./vector-extension.ts";
import { VectorIndex } from "./vector-index.ts";
import { createWordIndexer, createWordMerger } from "./word-index.ts";
import { WordSearch } from "./word-search.ts";

/** Ranks of each list that are joined, at least: beyond them a place adds less than the first ones differ by. */
const RANKS_JOINED = 100;

export type DiskMethod = Exclude<keyof MemoryStore, "write" | "close">;

/** The disk's methods as the thread runs them, each done when it returns. */
export type DiskAnswers = {
  readonly [Method in DiskMethod]: (
    ...args: Parameters<MemoryStore[Method]>
  ) => Awaited<ReturnType<MemoryStore[Method]>>;
};

export interface MemoryTables {
  readonly answers: DiskAnswers;
  /** Makes the changes of calls that will be committed with the next ones. Nothing may be asked before `commit`. */
  take(calls: readonly (readonly MemoryWrite[])[]): void;
  /** One transaction of what was taken and these; each call's changes all or none. */
  commit(calls: readonly (readonly MemoryWrite[])[]): Refusals;
  /** Moves what the log holds into the file: work that a commit would have to do once the log is long. */
  checkpoint(): void;
  /** A step of the work that makes searches faster and can wait until nothing else is to be done. */
  tidy(): "more" | "done";
  close(): void;
}

/** Throws `database-damaged` and `storage-failed`, as every method does. */
export function openMemoryTables(file: string, limits: KeptLimits): MemoryTables {
  const database = openMemoryDatabase(file);
  const missing = loadVectorExtension(database);
  return translating(file, () => {
    const owners = new OwnerNumbers(database);
    const vectors = new VectorIndex(database, missing);
    const reader = new ItemReader(file, database, owners);
    const shelf = new UndoShelf(file, database, limits);
    const writer = new ItemWriter(file, database, { owners, vectors, limits });
    const indexWords = createWordIndexer(database);
    const mergeWords = createWordMerger(database);
    const words = new WordSearch(database);

    /** What was undone in the file is undone in what is known of it. */
    const reload = (): void => {
      owners.reload();
      vectors.reload();
    };
    const group = new GroupCommit(file, database, { writer, indexWords, reload });
    const transaction = <T>(action: () => T): T => {
      try {
        return database.transaction(action).immediate();
      } catch (error) {
        reload();
        throw error;
      }
    };

    const search = ({ owners: names, tag, text, vector, limit }: MemorySearchQuery) => {
      const ranges = owners.ranges(names);
      const ranks = Math.max(RANKS_JOINED, limit);
      const byMeaning =
        vector === null
          ? ({ type: "none", reason: "Only words were asked for" } as const)
          : vectors.search(vector, ranges, tag, ranks);
      const byWords = words.search(text, ranges, tag, byMeaning.type === "none" ? limit : ranks);
      const meaning = byMeaning.type === "none" ? [] : byMeaning.hits;
      const best = fuseRanks(byWords, meaning).slice(0, limit);
      const items = reader.numbered(best.map(({ number }) => number));
      return {
        hits: best.flatMap(({ number, match }) => {
          const item = items.get(number);
          return item === undefined ? [] : { item, match };
        }),
        searchedBy:
          byMeaning.type === "none" || vector === null
            ? ({ type: "words", reason: byMeaning.type === "none" ? byMeaning.reason : "" } as const)
            : ({ type: "words-and-meaning", model: vector.model } as const),
      };
    };

    const ofOwner = <T>(
      name: Parameters<OwnerNumbers["find"]>[0],
      otherwise: T,
      read: (owner: number) => T,
    ): T => {
      const owner = owners.find(name);
      return owner === null ? otherwise : read(owner);
    };
    const answers: DiskAnswers = {
      get: (owner, ids) => reader.get(owner, ids),
      find: (ids) => reader.find(ids),
      list: (query) => reader.list(query),
      search,
      linkedFrom: (id) => reader.linkedFrom(id),
      merges: (name, id) => ofOwner(name, [], (owner) => shelf.merges(owner, id)),
      merge: (name, id, merge) => ofOwner(name, null, (owner) => shelf.merge(owner, id, merge)),
      removed: (name, id) => ofOwner(name, null, (owner) => shelf.removed(owner, id)),
      totals: () => reader.totals(),
      tags: (owner) => reader.tags(owner),
      pendingEmbeddings: (model, limit) => vectors.pending(model, limit),
      saveEmbeddings: (model, saved) => transaction(() => vectors.save(model, saved)),
      embeddingCounts: (model) => vectors.counts(model),
      keepEmbeddings: (model) => transaction(() => vectors.keep(model)),
    };
    return {
      answers,
      take: (calls) => group.take(calls),
      commit: (calls) => {
        group.take(calls);
        return translating(file, () => group.commit());
      },
      checkpoint: () => void database.pragma("wal_checkpoint(PASSIVE)"),
      tidy: () => translating(file, mergeWords),
      close: () => void database.close(),
    };
  });
}
