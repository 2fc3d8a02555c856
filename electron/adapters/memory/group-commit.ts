import { type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import type { MemoryWrite } from "../../kernel/memory-ports.ts";
import { type Connection, translated } from "../sqlite-database.ts";
import type { ItemWriter } from "./item-writer.ts";
import type { WordChanges } from "./word-index.ts";

/** In the order of the calls: null, or why nothing of it is kept. */
export type Refusals = readonly (KernelErrorData | null)[];

interface Parts {
  readonly writer: ItemWriter;
  readonly indexWords: (changes: WordChanges) => void;
  /** Brings what is known of the file back to what is in it, after a transaction was undone. */
  readonly reload: () => void;
}

type State = "closed" | "open" | "undone";

/**
 * Calls that are committed together. Their changes are made as they come, in a transaction that stays open, while
 * those that follow are still being handed over; nothing else may use the connection until `commit`.
 */
export class GroupCommit {
  readonly #file: string;
  readonly #database: Connection;
  readonly #parts: Parts;
  readonly #begin;
  readonly #end;
  readonly #applyOne;
  #state: State = "closed";
  #calls: (readonly MemoryWrite[])[] = [];
  /** What the word index has not been told yet. */
  #words: WordChanges = new Map();
  #lastIndexed = 0;

  constructor(file: string, database: Connection, parts: Parts) {
    this.#file = file;
    this.#database = database;
    this.#parts = parts;
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#end = database.prepare("COMMIT");
    this.#applyOne = database.transaction((changes: readonly MemoryWrite[]): WordChanges => {
      const words: WordChanges = new Map();
      parts.writer.apply(changes, words);
      return words;
    });
  }

  /** Throws nothing: what goes wrong shows at `commit`. */
  take(calls: readonly (readonly MemoryWrite[])[]): void {
    this.#calls.push(...calls);
    if (this.#state === "undone") return;
    try {
      if (this.#state === "closed") this.#begin.run();
      this.#state = "open";
      for (const changes of calls) this.#parts.writer.apply(changes, this.#words);
      this.#indexWhatFollows();
    } catch {
      this.#undo();
      this.#state = "undone";
    }
  }

  /**
   * One transaction with all calls that were taken, each call's changes all or none. Refusals are rare, and being
   * ready to undo each call by itself doubles the work: that is done only once something was refused.
   */
  commit(): Refusals {
    const calls = this.#calls;
    const words = this.#words;
    const state = this.#state;
    this.#calls = [];
    this.#words = new Map();
    this.#lastIndexed = 0;
    this.#state = "closed";
    if (state === "open") {
      try {
        this.#parts.indexWords(words);
        this.#end.run();
        return calls.map(() => null);
      } catch {
        this.#undo();
      }
    }
    return calls.length === 0 ? [] : this.#commitEach(calls);
  }

  /** At once, while the texts are at hand, as long as numbers only grow, as those of new items of one owner do. */
  #indexWhatFollows(): void {
    for (const number of this.#words.keys()) if (number <= this.#lastIndexed) return;
    for (const number of this.#words.keys()) this.#lastIndexed = Math.max(this.#lastIndexed, number);
    this.#parts.indexWords(this.#words);
    this.#words = new Map();
  }

  #commitEach(calls: readonly (readonly MemoryWrite[])[]): Refusals {
    try {
      return this.#database.transaction(() => this.#applyEach(calls)).immediate();
    } catch (error) {
      this.#parts.reload();
      throw error;
    }
  }

  #applyEach(calls: readonly (readonly MemoryWrite[])[]): Refusals {
    const words: WordChanges = new Map();
    const refusals = calls.map((changes) => {
      try {
        for (const [number, change] of this.#applyOne(changes)) words.set(number, change);
        return null;
      } catch (error) {
        this.#parts.reload();
        // A full or failing disk undoes the whole transaction at once.
        if (!this.#database.inTransaction) throw error;
        return toErrorData(translated(this.#file, error));
      }
    });
    this.#parts.indexWords(words);
    return refusals;
  }

  #undo(): void {
    if (this.#database.inTransaction) this.#database.exec("ROLLBACK");
    this.#words = new Map();
    this.#parts.reload();
  }
}
