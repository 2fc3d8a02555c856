import type { Connection } from "../sqlite-database.ts";
import type { Range } from "./owner-numbers.ts";

/**
 * Items whose vectors are compared in full: those that come nearest by the signs of their numbers alone, a 32nd of
 * the bytes. Many times more than are wanted, since signs are coarse.
 */
const CANDIDATES = 512;

/** The vectors of one model, whole and as signs, and the numbers of the texts that wait for one. */
export class VectorTable {
  readonly dimensions: number;
  readonly #database: Connection;
  readonly #name: string;
  readonly #await;
  readonly #arrived;
  readonly #drops;
  readonly #renumbers;
  /** These need sqlite-vec, which not every system has: they are made when they are wanted. */
  #saves: readonly Statement[] | null = null;
  readonly #searches = new Map<"all" | "tagged", Statement>();

  constructor(database: Connection, number: number, dimensions: number) {
    this.dimensions = dimensions;
    this.#database = database;
    const name = String(number);
    this.#name = name;
    const each = (tables: readonly string[], sql: (table: string) => string) =>
      tables.map((table) => database.prepare<[Record<string, number | Buffer>]>(sql(`${table}_${name}`)));
    this.#await = database.prepare<[number]>(`INSERT INTO waiting_${name} VALUES (?)`);
    this.#arrived = database.prepare<[number]>(`DELETE FROM waiting_${name} WHERE number = ?`);
    this.#drops = each(TABLES, (table) => `DELETE FROM ${table} WHERE number = @number`);
    this.#renumbers = each(TABLES, (table) => `UPDATE ${table} SET number = @to WHERE number = @from`);
  }

  /** Every text that is there waits for its vector. */
  static create(database: Connection, number: number, dimensions: number): VectorTable {
    database.exec(`
      CREATE TABLE vectors_${number} (number INTEGER PRIMARY KEY, vector BLOB NOT NULL) STRICT;
      CREATE TABLE signs_${number} (number INTEGER PRIMARY KEY, signs BLOB NOT NULL) STRICT;
      CREATE TABLE waiting_${number} (number INTEGER PRIMARY KEY) STRICT;
      INSERT INTO waiting_${number} SELECT number FROM items;`);
    return new VectorTable(database, number, dimensions);
  }

  dropTables(): void {
    for (const table of TABLES) this.#database.exec(`DROP TABLE ${table}_${this.#name}`);
  }

  await(number: number): void {
    this.#await.run(number);
  }

  drop(number: number): void {
    for (const drop of this.#drops) drop.run({ number });
  }

  renumber(from: number, to: number): void {
    this.drop(to);
    for (const renumber of this.#renumbers) renumber.run({ from, to });
  }

  /** Of a text that is gone or has its vector nothing is saved. */
  save(number: number, vector: Float32Array): void {
    if (this.#arrived.run(number).changes === 0) return;
    const bytes = padded(vector);
    this.#saves ??= ["@vector", "vec_quantize_binary(@vector)"].map((value, index) =>
      this.#database.prepare(`INSERT INTO ${TABLES[index]}_${this.#name} VALUES (@number, ${value})`),
    );
    for (const save of this.#saves) save.run({ number, vector: bytes });
  }

  isEmpty(): boolean {
    return this.#database.prepare(`SELECT 1 FROM vectors_${this.#name} LIMIT 1`).get() === undefined;
  }

  waiting(): number {
    return Number(this.#database.prepare(`SELECT count(*) FROM waiting_${this.#name}`).pluck().get());
  }

  pending(limit: number): readonly { readonly number: number; readonly text: string }[] {
    return this.#database
      .prepare<[number], { number: number; text: string }>(
        `SELECT number, text FROM waiting_${this.#name} CROSS JOIN items USING (number) LIMIT ?`,
      )
      .all(limit);
  }

  nearest(
    vector: Float32Array,
    range: Range,
    tag: string | null,
    limit: number,
  ): readonly { readonly number: number; readonly distance: number }[] {
    const kind = tag === null ? "all" : "tagged";
    const search = this.#searches.get(kind) ?? this.#database.prepare(nearest(this.#name, FILTERS[kind]));
    this.#searches.set(kind, search);
    const parameters = {
      ...range,
      tag,
      vector: padded(vector),
      limit,
      candidates: Math.max(CANDIDATES, 4 * limit),
    };
    return search.all(parameters) as { number: number; distance: number }[];
  }
}

type Statement = ReturnType<Connection["prepare"]>;

const TABLES = ["vectors", "signs", "waiting"] as const;

const FILTERS = {
  all: "",
  tagged: "AND number IN (SELECT number FROM tags WHERE tag = @tag AND number BETWEEN @first AND @last)",
} as const;

/** A vector of zeros has no direction: it is as far from all as can be told. */
const nearest = (name: string, filter: string): string => `
  SELECT number, coalesce(vec_distance_cosine(vector, @vector), 1.0) AS distance
  FROM vectors_${name} WHERE number IN (
    SELECT number FROM signs_${name} WHERE number BETWEEN @first AND @last ${filter}
    ORDER BY vec_distance_hamming(vec_bit(signs), vec_quantize_binary(@vector)) LIMIT @candidates
  ) ORDER BY distance, number DESC LIMIT @limit`;

/** Signs are packed by eight; zeros at the end change no cosine. */
function padded(vector: Float32Array): Buffer {
  const whole = new Float32Array(Math.ceil(vector.length / 8) * 8);
  whole.set(vector);
  return Buffer.from(whole.buffer);
}
