import { KernelError } from "../../../shared/errors.ts";
import type { MemoryId, MemoryItem, MemoryMerge, MemoryOwner } from "../../../shared/memory.ts";
import type { MemoryWrite } from "../../kernel/memory-ports.ts";
import type { Connection } from "../sqlite-database.ts";
import { ITEM_COLUMNS, type ItemRow, parseKept, toItem } from "./item-rows.ts";

interface MergeRow {
  readonly number: number;
  readonly at: number;
  readonly similarity: number;
  readonly before: string;
  readonly added: string;
}

/** What can be taken back: items that were removed, and merges, each a bounded number with the oldest going first. */
export class UndoShelf {
  readonly #file: string;
  readonly #limits: { readonly removedKept: number; readonly mergesKept: number };
  readonly #statements;

  constructor(
    file: string,
    database: Connection,
    limits: { readonly removedKept: number; readonly mergesKept: number },
  ) {
    this.#file = file;
    this.#limits = limits;
    this.#statements = {
      find: database.prepare<[string, number], ItemRow>(
        `SELECT ${ITEM_COLUMNS} FROM items WHERE id = ? AND owner = ?`,
      ),
      keepRemoved: database.prepare<[number, string, string]>(
        "INSERT OR REPLACE INTO removed (owner, id, item) VALUES (?, ?, ?)",
      ),
      removed: database
        .prepare<[number, string], string>("SELECT item FROM removed WHERE owner = ? AND id = ?")
        .pluck(),
      takeRemoved: database.prepare<[number, string]>("DELETE FROM removed WHERE owner = ? AND id = ?"),
      tooManyRemoved: database
        .prepare<[number, number], string>(
          "SELECT id FROM removed WHERE owner = ? ORDER BY number DESC LIMIT -1 OFFSET ?",
        )
        .pluck(),
      keepMerge: database.prepare<[number, string, string, number, number, string, string]>(
        `INSERT OR IGNORE INTO merges (owner, id, added_id, at, similarity, before, added)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ),
      trimMerges: database.prepare<[number, string, number, string, number]>(
        `DELETE FROM merges WHERE owner = ? AND id = ? AND number <= (
           SELECT number FROM merges WHERE owner = ? AND id = ? ORDER BY number DESC LIMIT 1 OFFSET ?)`,
      ),
      merges: database.prepare<[number, string], MergeRow>(
        "SELECT number, at, similarity, before, added FROM merges WHERE owner = ? AND id = ? ORDER BY number DESC",
      ),
      dropMerge: database.prepare<[number, string, number]>(
        "DELETE FROM merges WHERE owner = ? AND id = ? AND number = ?",
      ),
      dropMerges: database.prepare<[number, string]>("DELETE FROM merges WHERE owner = ? AND id = ?"),
      moveMerges: database.prepare<[number, string, number]>(
        "UPDATE merges SET owner = ? WHERE id = ? AND owner = ?",
      ),
    };
  }

  /** To be called while the item is still there. */
  keepRemoved(owner: number, name: MemoryOwner, id: MemoryId): void {
    const row = this.#statements.find.get(id, owner);
    if (row === undefined) return;
    this.#statements.keepRemoved.run(owner, id, JSON.stringify(toItem(this.#file, row, name)));
    for (const gone of this.#statements.tooManyRemoved.all(owner, this.#limits.removedKept)) {
      this.#statements.takeRemoved.run(owner, gone);
      // An item of this id that is there again keeps its merges.
      if (this.#statements.find.get(gone, owner) === undefined) this.#statements.dropMerges.run(owner, gone);
    }
  }

  removed(owner: number, id: MemoryId): MemoryItem | null {
    const json = this.#statements.removed.get(owner, id);
    return json === undefined ? null : parseKept<MemoryItem>(this.#file, `removed memory ${id}`, json);
  }

  takeRemoved(owner: number, id: MemoryId): MemoryItem | null {
    const item = this.removed(owner, id);
    this.#statements.takeRemoved.run(owner, id);
    return item;
  }

  /** The same merge once more is the one that is kept. */
  keepMerge(owner: number, merge: Extract<MemoryWrite, { type: "merge" }>): void {
    const { item, added, before, at, similarity } = merge;
    this.#statements.keepMerge.run(
      owner,
      item.id,
      added.id,
      at,
      similarity,
      JSON.stringify(before),
      JSON.stringify(added),
    );
    this.#statements.trimMerges.run(owner, item.id, owner, item.id, this.#limits.mergesKept);
  }

  merges(owner: number, id: MemoryId): readonly MemoryMerge[] {
    return this.#statements.merges.all(owner, id).map((row) => {
      const { before, added } = this.#parse(row);
      return {
        id: row.number,
        at: row.at,
        similarity: row.similarity,
        before: before.text,
        added: added.text,
      };
    });
  }

  merge(owner: number, id: MemoryId, merge: number): { before: MemoryItem; added: MemoryItem } | null {
    const row = this.#statements.merges.all(owner, id).find(({ number }) => number === merge);
    return row === undefined ? null : this.#parse(row);
  }

  /** Throws `not-found` when it is gone. */
  dropMerge(owner: number, id: MemoryId, merge: number): void {
    if (this.#statements.dropMerge.run(owner, id, merge).changes > 0) return;
    throw new KernelError("not-found", `There is no merge ${merge} of memory ${id} to be undone`, {
      hint: "Only the last merges of an item are kept, and each is undone once",
    });
  }

  moveMerges(id: MemoryId, from: number, to: number): void {
    this.#statements.dropMerges.run(to, id);
    this.#statements.moveMerges.run(to, id, from);
  }

  #parse(row: MergeRow): { before: MemoryItem; added: MemoryItem } {
    const what = `merge ${row.number}`;
    return { before: parseKept(this.#file, what, row.before), added: parseKept(this.#file, what, row.added) };
  }
}
