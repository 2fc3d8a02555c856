import { type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import type { MemorySearchQuery, MemoryStore, MemoryWrite } from "../../kernel/memory-ports.ts";
import { translated, translating } from "../sqlite-database.ts";
import { ItemReader } from "./item-reader.ts";
import { ItemWriter, type KeptLimits } from "./item-writer.ts";
import { openMemoryDatabase } from "./memory-schema.ts";
import { OwnerNumbers } from "./owner-numbers.ts";
import { fuseRanks } from "./rank-fusion.ts";
import { UndoShelf } from "./undo-shelf.ts";
import { loadVectorExtension } from "./vector-extension.ts";
import { VectorIndex } from "./vector-index.ts";
import { createWordIndexer, createWordMerger, type WordChanges } from "./word-index.ts";
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
  /** One transaction; each call's changes all or none. In the order of the calls: null, or why nothing of it is kept. */
  commit(calls: readonly (readonly MemoryWrite[])[]): readonly (KernelErrorData | null)[];
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
    const undoing = <T>(action: () => T): T => {
      try {
        return action();
      } catch (error) {
        owners.reload();
        vectors.reload();
        throw error;
      }
    };
    const transaction = <T>(action: () => T): T => undoing(() => database.transaction(action).immediate());
    const applyOne = database.transaction((changes: readonly MemoryWrite[]) => writer.apply(changes));

    const commitAll = (calls: readonly (readonly MemoryWrite[])[]): void =>
      transaction(() => indexWords(new Map(calls.flatMap((changes) => [...writer.apply(changes)]))));
    const commitEach = (calls: readonly (readonly MemoryWrite[])[]): readonly (KernelErrorData | null)[] =>
      transaction(() => {
        const changed: WordChanges = new Map();
        const refusals = calls.map((changes) => {
          try {
            for (const [number, change] of undoing(() => applyOne(changes))) changed.set(number, change);
            return null;
          } catch (error) {
            // A full or failing disk undoes the whole transaction at once.
            if (!database.inTransaction) throw error;
            return toErrorData(translated(file, error));
          }
        });
        indexWords(changed);
        return refusals;
      });
    /** Refusals are rare, and being ready to undo each call by itself doubles the work. */
    const commit = (calls: readonly (readonly MemoryWrite[])[]): readonly (KernelErrorData | null)[] => {
      try {
        commitAll(calls);
        return calls.map(() => null);
      } catch {
        return commitEach(calls);
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
      commit: (calls) => translating(file, () => commit(calls)),
      tidy: () => translating(file, mergeWords),
      close: () => void database.close(),
    };
  });
}
