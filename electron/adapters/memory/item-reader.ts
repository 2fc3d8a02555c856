import type { MemoryId, MemoryItem, MemoryOwner } from "../../../shared/memory.ts";
import type { MemoryListQuery } from "../../kernel/memory-ports.ts";
import type { Connection } from "../sqlite-database.ts";
import { ITEM_COLUMNS, type ItemRow, toItem } from "./item-rows.ts";
import { EVERYBODY, type OwnerNumbers } from "./owner-numbers.ts";

const ORDERS = {
  newest: "created_at DESC, number DESC",
  "last-used": "last_used_at DESC NULLS LAST, created_at DESC, number DESC",
  largest: "bytes DESC, created_at DESC, number DESC",
  "most-used": "uses DESC, created_at DESC, number DESC",
} as const satisfies Record<MemoryListQuery["sort"], string>;

/** Reads items by what they are called, hold and are sorted by. */
export class ItemReader {
  readonly #file: string;
  readonly #database: Connection;
  readonly #owners: OwnerNumbers;
  readonly #get;
  readonly #find;
  readonly #numbered;
  readonly #linked;

  constructor(file: string, database: Connection, owners: OwnerNumbers) {
    this.#file = file;
    this.#database = database;
    this.#owners = owners;
    const where = (condition: string) => `SELECT ${ITEM_COLUMNS} FROM items WHERE ${condition}`;
    this.#get = database.prepare<[string, number], ItemRow>(where("id = ? AND owner = ?"));
    this.#find = database.prepare<[string], ItemRow>(where("id = ?"));
    this.#numbered = database.prepare<[string], ItemRow>(where("number IN (SELECT value FROM json_each(?))"));
    this.#linked = database.prepare<[string], ItemRow>(
      where("number IN (SELECT number FROM links WHERE target = ?) ORDER BY created_at DESC, number DESC"),
    );
  }

  get(name: MemoryOwner, ids: readonly MemoryId[]): readonly (MemoryItem | null)[] {
    const owner = this.#owners.find(name);
    return ids.map((id) => {
      const row = owner === null ? undefined : this.#get.get(id, owner);
      return row === undefined ? null : this.#toItem(row);
    });
  }

  find(ids: readonly MemoryId[]): readonly MemoryItem[] {
    return ids.flatMap((id) => this.#find.all(id).map((row) => this.#toItem(row)));
  }

  numbered(numbers: readonly number[]): ReadonlyMap<number, MemoryItem> {
    const rows = this.#numbered.all(JSON.stringify(numbers));
    return new Map(rows.map((row) => [row.number, this.#toItem(row)]));
  }

  linkedFrom(id: MemoryId): readonly MemoryItem[] {
    return this.#linked.all(id).map((row) => this.#toItem(row));
  }

  list({ owners, tag, sort, offset, limit }: MemoryListQuery): {
    items: readonly MemoryItem[];
    total: number;
  } {
    const known = this.#known(owners);
    // Of one owner the index by age is the order already.
    const whose = known.length === 1 ? "owner = @owner" : "owner IN (SELECT value FROM json_each(@owners))";
    const conditions = [
      ...(owners === null ? [] : [whose]),
      ...(tag === null ? [] : ["number IN (SELECT number FROM tags WHERE tag = @tag)"]),
    ];
    const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
    const parameters = { owners: JSON.stringify(known), owner: known[0] ?? null, tag, offset, limit };
    // The index alone says which: no text is read but those of the page.
    const numbers = this.#database
      .prepare<[typeof parameters], number>(
        `SELECT number FROM items ${where} ORDER BY ${ORDERS[sort]} LIMIT @limit OFFSET @offset`,
      )
      .pluck()
      .all(parameters);
    const total = this.#database.prepare(`SELECT count(*) FROM items ${where}`).pluck().get(parameters);
    const items = this.numbered(numbers);
    return { items: numbers.flatMap((number) => items.get(number) ?? []), total: Number(total) };
  }

  totals(): readonly { owner: MemoryOwner; items: number; bytes: number }[] {
    const rows = this.#database.prepare<[], { owner: number; items: number; bytes: number }>(
      "SELECT owner, count(*) AS items, sum(bytes) AS bytes FROM items GROUP BY owner",
    );
    return rows.all().map(({ owner, items, bytes }) => ({ owner: this.#owners.nameOf(owner), items, bytes }));
  }

  tags(owner: MemoryOwner | null): readonly { tag: string; items: number }[] {
    const [range] = owner === null ? [EVERYBODY] : this.#owners.ranges([owner]);
    if (range === undefined) return [];
    return this.#database
      .prepare<[number, number], { tag: string; items: number }>(
        "SELECT tag, count(*) AS items FROM tags WHERE number BETWEEN ? AND ? GROUP BY tag ORDER BY items DESC, tag",
      )
      .all(range.first, range.last);
  }

  #known(owners: readonly MemoryOwner[] | null): readonly number[] {
    return (owners ?? []).flatMap((owner) => this.#owners.find(owner) ?? []);
  }

  #toItem(row: ItemRow): MemoryItem {
    return toItem(this.#file, row, this.#owners.nameOf(row.owner));
  }
}
