import { invariant } from "../../../shared/errors.ts";
import type { MemoryOwner } from "../../../shared/memory.ts";
import type { Connection } from "../sqlite-database.ts";

/** Numbers of items of one owner lie together, so that indexes by number are searched in that owner's range alone. */
const RANGE = 2 ** 32;

/** Numbers `first` to `last`. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

export const EVERYBODY: Range = { first: 0, last: Number.MAX_SAFE_INTEGER };

/** The numbers by which tables and indexes know owners and items. A number names a text: a changed text has a new one. */
export class OwnerNumbers {
  readonly #database: Connection;
  readonly #numbers = new Map<string, number>();
  readonly #names = new Map<number, MemoryOwner>();
  /**
   * The last number given by owner. Read before anything can be removed, it never goes back while the file is open,
   * even when what used it was undone.
   */
  readonly #last = new Map<number, number>();

  constructor(database: Connection) {
    this.#database = database;
    this.reload();
  }

  /** After a transaction was undone. */
  reload(): void {
    this.#numbers.clear();
    this.#names.clear();
    const rows = this.#database.prepare<[], { number: number; name: MemoryOwner }>("SELECT * FROM owners");
    for (const { number, name } of rows.all()) this.#know(number, name);
  }

  find(owner: MemoryOwner): number | null {
    return this.#numbers.get(owner) ?? null;
  }

  findOrAdd(owner: MemoryOwner): number {
    const known = this.find(owner);
    if (known !== null) return known;
    const { lastInsertRowid } = this.#database.prepare("INSERT INTO owners (name) VALUES (?)").run(owner);
    const number = Number(lastInsertRowid);
    this.#know(number, owner);
    return number;
  }

  nameOf(number: number): MemoryOwner {
    const name = this.#names.get(number);
    invariant(name !== undefined, `owner ${number} is in the table of owners`);
    return name;
  }

  /** A number that no text of this owner had before. */
  nextItem(owner: number): number {
    const last = this.#last.get(owner);
    invariant(last !== undefined, `the numbers of owner ${owner} are known`);
    const next = last + 1;
    this.#last.set(owner, next);
    return next;
  }

  /** null: everybody. Owners without items are left out. */
  ranges(owners: readonly MemoryOwner[] | null): readonly Range[] {
    if (owners === null) return [EVERYBODY];
    return [...new Set(owners)].flatMap((owner) => {
      const number = this.find(owner);
      return number === null ? [] : [rangeOf(number)];
    });
  }

  #lastOnDisk(owner: number): number {
    const { first, last } = rangeOf(owner);
    const sql = "SELECT coalesce(max(number), ?) FROM items WHERE number BETWEEN ? AND ?";
    return Number(this.#database.prepare(sql).pluck().get(first, first, last));
  }

  #know(number: number, name: MemoryOwner): void {
    this.#numbers.set(name, number);
    this.#names.set(number, name);
    if (!this.#last.has(number)) this.#last.set(number, this.#lastOnDisk(number));
  }
}

const rangeOf = (owner: number): Range => ({ first: owner * RANGE, last: (owner + 1) * RANGE - 1 });
