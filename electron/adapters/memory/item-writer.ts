import { invariant, KernelError } from "../../../shared/errors.ts";
import type { MemoryId, MemoryItem, MemoryOwner } from "../../../shared/memory.ts";
import type { MemoryWrite } from "../../kernel/memory-ports.ts";
import type { Connection } from "../sqlite-database.ts";
import { type ItemRest, parseRest, restOf } from "./item-rows.ts";
import type { OwnerNumbers } from "./owner-numbers.ts";
import { UndoShelf } from "./undo-shelf.ts";
import type { VectorIndex } from "./vector-index.ts";
import type { WordChanges } from "./word-index.ts";

export interface KeptLimits {
  readonly removedKept: number;
  readonly mergesKept: number;
}

interface OldRow {
  readonly number: number;
  readonly text: string;
  readonly rest: string;
}

const COLUMNS = [
  "owner",
  "id",
  "text",
  "pinned",
  "bytes",
  "uses",
  "last_used_at",
  "created_at",
  "updated_at",
  "rest",
];

type ItemValues = (string | number | null)[];

/** Makes changes within a transaction of its caller's. */
export class ItemWriter {
  readonly #file: string;
  readonly #owners: OwnerNumbers;
  readonly #vectors: VectorIndex;
  readonly #shelf: UndoShelf;
  readonly #statements;
  #words: WordChanges = new Map();

  constructor(
    file: string,
    database: Connection,
    parts: { readonly owners: OwnerNumbers; readonly vectors: VectorIndex; readonly limits: KeptLimits },
  ) {
    this.#file = file;
    this.#owners = parts.owners;
    this.#vectors = parts.vectors;
    this.#shelf = new UndoShelf(file, database, parts.limits);
    this.#statements = {
      find: database.prepare<[string, number], OldRow>(
        "SELECT number, text, rest FROM items WHERE id = ? AND owner = ?",
      ),
      insert: database.prepare<[ItemValues]>(
        `INSERT INTO items (${COLUMNS.join(", ")}, number) VALUES (${COLUMNS.map(() => "?").join(", ")}, ?)
         ON CONFLICT (id, owner) DO NOTHING`,
      ),
      update: database.prepare<[ItemValues]>(
        `UPDATE items SET ${COLUMNS.map((column) => `${column} = ?`).join(", ")} WHERE number = ?`,
      ),
      remove: database.prepare<[number]>("DELETE FROM items WHERE number = ?"),
      used: database.prepare<[number, number, string, number]>(
        `UPDATE items SET uses = max(uses, ?), last_used_at = max(coalesce(last_used_at, 0), ?) WHERE id = ? AND owner = ?`,
      ),
      tag: database.prepare<[string, number]>("INSERT OR IGNORE INTO tags VALUES (?, ?)"),
      untag: database.prepare<[string, number]>("DELETE FROM tags WHERE tag = ? AND number = ?"),
      link: database.prepare<[string, number]>("INSERT OR IGNORE INTO links VALUES (?, ?)"),
      unlink: database.prepare<[string, number]>("DELETE FROM links WHERE target = ? AND number = ?"),
    };
  }

  /** Makes all changes, and adds to `words` what the word index has to be told of them when they are not undone. */
  apply(changes: readonly MemoryWrite[], words: WordChanges): void {
    this.#words = words;
    for (const change of changes) this.#apply(change);
  }

  #apply(change: MemoryWrite): void {
    switch (change.type) {
      case "put":
        this.#put(change.item);
        return;
      case "remove":
        this.#remove(change.owner, change.id);
        return;
      case "restore":
        this.#restore(change.owner, change.id);
        return;
      case "merge":
        this.#shelf.keepMerge(this.#put(change.item), change);
        return;
      case "unmerge": {
        const { item, added, merge } = change;
        this.#shelf.dropMerge(this.#owners.findOrAdd(item.owner), item.id, merge);
        this.#put(item);
        this.#put(added);
        return;
      }
      case "move":
        this.#move(change.item, change.from);
        return;
      case "used": {
        const owner = this.#owners.find(change.owner);
        if (owner !== null) this.#statements.used.run(change.uses, change.at, change.id, owner);
        return;
      }
      default:
        change satisfies never;
    }
  }

  /** Returns the owner's number. Most items are new: to look for an old one first would cost more than the attempt. */
  #put(item: MemoryItem): number {
    const owner = this.#owners.findOrAdd(item.owner);
    if (this.#insert(item, owner) === "inserted") return owner;
    const old = this.#statements.find.get(item.id, owner);
    invariant(old !== undefined, `${item.id} of owner ${owner} is there`);
    if (old.text === item.text) this.#replace(old, item, owner);
    else {
      this.#drop(old);
      this.#insert(item, owner);
    }
    return owner;
  }

  /** A text of its own has a number of its own: no vector of an old one can come to belong to it. */
  #insert(item: MemoryItem, owner: number): "inserted" | "there already" {
    const number = this.#owners.nextItem(owner);
    if (this.#statements.insert.run(valuesOf(item, number, owner)).changes === 0) return "there already";
    for (const tag of item.tags) this.#statements.tag.run(tag, number);
    for (const target of item.links) this.#statements.link.run(target, number);
    this.#words.set(number, { type: "add", item });
    this.#vectors.added(number);
    return "inserted";
  }

  #replace(old: OldRow, item: MemoryItem, owner: number): void {
    this.#statements.update.run(valuesOf(item, old.number, owner));
    if (restOf(item) === old.rest) return;
    const before = this.#restOf(old);
    for (const tag of before.tags) this.#statements.untag.run(tag, old.number);
    for (const tag of item.tags) this.#statements.tag.run(tag, old.number);
    for (const target of before.links) this.#statements.unlink.run(target, old.number);
    for (const target of item.links) this.#statements.link.run(target, old.number);
    this.#words.set(old.number, { type: "replace", item });
  }

  #drop(old: OldRow): void {
    const before = this.#restOf(old);
    for (const tag of before.tags) this.#statements.untag.run(tag, old.number);
    for (const target of before.links) this.#statements.unlink.run(target, old.number);
    this.#statements.remove.run(old.number);
    this.#words.set(old.number, { type: "drop" });
    this.#vectors.dropped(old.number);
  }

  /** What is not there was removed before: a call that is made again does no harm. */
  #remove(name: MemoryOwner, id: MemoryId): void {
    const owner = this.#owners.find(name);
    const old = owner === null ? undefined : this.#statements.find.get(id, owner);
    if (owner === null || old === undefined) return;
    this.#shelf.keepRemoved(owner, name, id);
    this.#drop(old);
  }

  #restore(name: MemoryOwner, id: MemoryId): void {
    const owner = this.#owners.find(name);
    if (owner !== null && this.#statements.find.get(id, owner) !== undefined) return;
    const item = owner === null ? null : this.#shelf.takeRemoved(owner, id);
    if (item === null) {
      throw new KernelError("not-found", `There is no removed memory ${id} of ${name}`, {
        hint: "Only the last ones that were removed are kept",
      });
    }
    this.#put(item);
  }

  #move(item: MemoryItem, from: MemoryOwner): void {
    const before = this.#owners.find(from);
    const old =
      before === null || from === item.owner ? undefined : this.#statements.find.get(item.id, before);
    const owner = this.#put(item);
    if (before === null || old === undefined) return;
    const moved = this.#statements.find.get(item.id, owner);
    if (moved?.text === old.text) this.#vectors.renumbered(old.number, moved.number);
    this.#drop(old);
    this.#shelf.moveMerges(item.id, before, owner);
  }

  #restOf(row: OldRow): ItemRest {
    return parseRest(this.#file, `row ${row.number}`, row.rest);
  }
}

/** In the order of COLUMNS, and the number. By place: SQLite takes names one by one, which shows in a thousand puts. */
const valuesOf = (item: MemoryItem, number: number, owner: number): ItemValues => [
  owner,
  item.id,
  item.text,
  item.pinned === "yes" ? 1 : 0,
  item.bytes,
  item.uses,
  item.lastUsedAt,
  item.createdAt,
  item.updatedAt,
  restOf(item),
  number,
];
