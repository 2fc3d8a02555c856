import type Database from "better-sqlite3";
import { KernelError } from "../../../shared/errors.ts";
import { translating } from "../sqlite-database.ts";

interface Waiting {
  readonly run: () => void;
  readonly refuse: (error: unknown) => void;
  readonly done: () => void;
}

/** Changes in one transaction: its disk is waited for once. */
const AT_ONCE = 256;

/**
 * Commits together what comes together: each change is whole or not there, and its promise resolves when it is
 * durable. One that fails does not hold back the others.
 */
export class GroupCommit {
  readonly #database: Database.Database;
  readonly #file: string;
  #waiting: Waiting[] = [];
  #phase: "idle" | "scheduled" | "closed" = "idle";

  constructor(database: Database.Database, file: string) {
    this.#database = database;
    this.#file = file;
  }

  add<T>(change: () => T): Promise<T> {
    if (this.#phase === "closed") return Promise.reject(closed(this.#file));
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let outcome: { readonly value: T } | null = null;
    this.#waiting.push({
      run: () => {
        outcome = { value: change() };
      },
      refuse: reject,
      done: () => {
        if (outcome) resolve(outcome.value);
      },
    });
    this.#schedule();
    return promise;
  }

  /** Commits what waits; refuses what comes after. */
  async close(): Promise<void> {
    while (this.#waiting.length > 0) this.#flush();
    this.#phase = "closed";
  }

  #schedule(): void {
    if (this.#phase !== "idle") return;
    this.#phase = "scheduled";
    setImmediate(() => {
      if (this.#phase === "closed") return;
      this.#phase = "idle";
      this.#flush();
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #flush(): void {
    const batch = this.#waiting.slice(0, AT_ONCE);
    this.#waiting = this.#waiting.slice(AT_ONCE);
    const good: Waiting[] = [];
    const refused: (readonly [Waiting, unknown])[] = [];
    try {
      translating(this.#file, () => {
        this.#database.transaction(() => {
          for (const waiting of batch) this.#try(waiting, good, refused);
        })();
      });
    } catch (error) {
      for (const waiting of batch) waiting.refuse(error);
      return;
    }
    for (const [waiting, error] of refused) waiting.refuse(error);
    for (const waiting of good) waiting.done();
  }

  #try(waiting: Waiting, good: Waiting[], refused: (readonly [Waiting, unknown])[]): void {
    try {
      // Within a transaction this is a savepoint.
      translating(this.#file, () => this.#database.transaction(waiting.run)());
      good.push(waiting);
    } catch (error) {
      // On a full disk SQLite takes back the whole transaction by itself, and with it those that were good.
      if (!this.#database.inTransaction) throw error;
      refused.push([waiting, error]);
    }
  }
}

const closed = (file: string): KernelError =>
  new KernelError("storage-failed", `The database ${file} is closed`, { hint: "Start the program again." });
