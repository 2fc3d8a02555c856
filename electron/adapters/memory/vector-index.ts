import { KernelError } from "../../../shared/errors.ts";
import type { QueryVector } from "../../kernel/memory-ports.ts";
import type { Connection } from "../sqlite-database.ts";
import type { Range } from "./owner-numbers.ts";
import { VectorTable } from "./vector-table.ts";

export interface VectorHit {
  readonly number: number;
  /** Cosine, 0 to 2. */
  readonly distance: number;
}

export type VectorHits =
  | { readonly type: "found"; readonly hits: readonly VectorHit[] }
  | { readonly type: "none"; readonly reason: string };

interface ModelRow {
  readonly number: number;
  readonly name: string;
  readonly dimensions: number;
}

/** Vectors of texts by the model that made them, each model with tables of its own. */
export class VectorIndex {
  readonly #database: Connection;
  readonly #missing: string | null;
  readonly #tables = new Map<string, VectorTable>();

  /** `missing`: why vectors cannot be compared on this system. What waits for them is kept up to date all the same. */
  constructor(database: Connection, missing: string | null) {
    this.#database = database;
    this.#missing = missing;
    this.reload();
  }

  /** After a transaction was undone. */
  reload(): void {
    this.#tables.clear();
    const rows = this.#database.prepare<[], ModelRow>("SELECT number, name, dimensions FROM models");
    for (const { number, name, dimensions } of rows.all()) {
      this.#tables.set(name, new VectorTable(this.#database, number, dimensions));
    }
  }

  /** A text has come, and has no vector yet. */
  added(number: number): void {
    for (const table of this.#tables.values()) table.await(number);
  }

  dropped(number: number): void {
    for (const table of this.#tables.values()) table.drop(number);
  }

  /** The same text under another number keeps its vector. */
  renumbered(from: number, to: number): void {
    for (const table of this.#tables.values()) table.renumber(from, to);
  }

  /** Throws `bad-input` for a vector of another length than those that are there. */
  search(
    { model, vector }: QueryVector,
    ranges: readonly Range[],
    tag: string | null,
    limit: number,
  ): VectorHits {
    if (this.#missing !== null) return { type: "none", reason: this.#missing };
    const table = this.#tables.get(model);
    if (table === undefined || table.isEmpty()) {
      return { type: "none", reason: `No memory has a vector of ${model} yet` };
    }
    checkLength(model, vector, table.dimensions);
    const hits = ranges
      .flatMap((range) => table.nearest(vector, range, tag, limit))
      .sort((a, b) => a.distance - b.distance || b.number - a.number)
      .slice(0, limit);
    return { type: "found", hits };
  }

  pending(model: string, limit: number): readonly { readonly key: string; readonly text: string }[] {
    if (this.#missing !== null) return [];
    const table = this.#tables.get(model);
    const rows =
      table?.pending(limit) ??
      this.#database
        .prepare<[number], { number: number; text: string }>("SELECT number, text FROM items LIMIT ?")
        .all(limit);
    return rows.map(({ number, text }) => ({ key: String(number), text }));
  }

  /** All or nothing. Throws `bad-input` for a vector of another length than those that are there. */
  save(model: string, vectors: readonly { readonly key: string; readonly vector: Float32Array }[]): void {
    const [first] = vectors;
    if (first === undefined) return;
    const table = this.#tables.get(model) ?? this.#add(model, first.vector.length);
    for (const { key, vector } of vectors) {
      checkLength(model, vector, table.dimensions);
      table.save(Number(key), vector);
    }
  }

  counts(model: string): { readonly done: number; readonly total: number } {
    const total = Number(this.#database.prepare("SELECT count(*) FROM items").pluck().get());
    const table = this.#tables.get(model);
    return { done: table === undefined ? 0 : total - table.waiting(), total };
  }

  keep(model: string): void {
    for (const [name, table] of this.#tables) {
      if (name === model) continue;
      table.dropTables();
      this.#database.prepare("DELETE FROM models WHERE name = ?").run(name);
      this.#tables.delete(name);
    }
  }

  #add(model: string, dimensions: number): VectorTable {
    if (dimensions === 0)
      throw new KernelError("bad-input", `The model ${model} made a vector without numbers`);
    const { lastInsertRowid } = this.#database
      .prepare("INSERT INTO models (name, dimensions) VALUES (?, ?)")
      .run(model, dimensions);
    const table = VectorTable.create(this.#database, Number(lastInsertRowid), dimensions);
    this.#tables.set(model, table);
    return table;
  }
}

function checkLength(model: string, vector: Float32Array, dimensions: number): void {
  if (vector.length === dimensions) return;
  throw new KernelError(
    "bad-input",
    `A vector of ${model} has ${vector.length} dimensions; those that are kept have ${dimensions}`,
    { hint: "The model behind this name was changed: let go of its vectors and make them anew" },
  );
}
