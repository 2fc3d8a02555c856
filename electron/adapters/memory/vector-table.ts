import type { Connection } from "../sqlite-database.ts";
import type { Range } from "./owner-numbers.ts";

/**
 * Items whose vectors are compared in full: those that come nearest by the signs of their numbers alone, a 32nd of
 * the bytes. Many times more than are wanted, since signs are coarse.
 */
const CANDIDATES = 256;

const TABLES = ["vectors", "signs", "waiting"] as const;

interface Nearest {
  readonly number: number;
  readonly distance: number;
}

/** The vectors of one model, whole and as signs, and the numbers of the texts that wait for one. */
export class VectorTable {
  readonly dimensions: number;
  readonly #database: Connection;
  readonly #name: string;
  readonly #statements;
  /** These need sqlite-vec, which not every system has: they are made when they are wanted. */
  #comparing: ReturnType<typeof comparing> | null = null;

  constructor(database: Connection, number: number, dimensions: number) {
    this.dimensions = dimensions;
    this.#database = database;
    const name = String(number);
    this.#name = name;
    this.#statements = {
      await: database.prepare<[number]>(`INSERT INTO waiting_${name} VALUES (?)`),
      arrived: database.prepare<[number]>(`DELETE FROM waiting_${name} WHERE number = ?`),
      drops: TABLES.map((table) =>
        database.prepare<[number]>(`DELETE FROM ${table}_${name} WHERE number = ?`),
      ),
      renumbers: TABLES.map((table) =>
        database.prepare<[number, number]>(`UPDATE ${table}_${name} SET number = ? WHERE number = ?`),
      ),
    };
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
    this.#statements.await.run(number);
  }

  drop(number: number): void {
    for (const drop of this.#statements.drops) drop.run(number);
  }

  renumber(from: number, to: number): void {
    this.drop(to);
    for (const renumber of this.#statements.renumbers) renumber.run(to, from);
  }

  /** Of a text that is gone or has its vector nothing is saved. */
  save(number: number, vector: Float32Array): void {
    if (this.#statements.arrived.run(number).changes === 0) return;
    const bytes = padded(vector);
    this.#vec.saveVector.run(number, bytes);
    this.#vec.saveSigns.run(number, bytes);
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

  nearest(vector: Float32Array, range: Range, tag: string | null, limit: number): readonly Nearest[] {
    const bytes = padded(vector);
    const { quantize, all, tagged } = this.#vec;
    const search = tag === null ? all : tagged;
    const candidates = Math.max(CANDIDATES, 2 * limit);
    // Made once: within the search the signs would be made for each row.
    const signs = quantize.get(bytes) ?? bytes;
    return search.all({ first: range.first, last: range.last, tag, vector: bytes, signs, limit, candidates });
  }

  get #vec(): ReturnType<typeof comparing> {
    this.#comparing ??= comparing(this.#database, this.#name);
    return this.#comparing;
  }
}

function comparing(database: Connection, name: string) {
  const nearest = (filter: string) =>
    // A vector of zeros has no direction: it is as far from all as can be told.
    database.prepare<[Record<string, number | string | null | Buffer>], Nearest>(`
      SELECT number, coalesce(vec_distance_cosine(vector, @vector), 1.0) AS distance
      FROM vectors_${name} WHERE number IN (
        SELECT number FROM signs_${name} WHERE number BETWEEN @first AND @last ${filter}
        ORDER BY vec_distance_hamming(vec_bit(signs), vec_bit(@signs)) LIMIT @candidates
      ) ORDER BY distance, number DESC LIMIT @limit`);
  return {
    saveVector: database.prepare<[number, Buffer]>(`INSERT INTO vectors_${name} VALUES (?, ?)`),
    saveSigns: database.prepare<[number, Buffer]>(
      `INSERT INTO signs_${name} VALUES (?, vec_quantize_binary(?))`,
    ),
    quantize: database.prepare<[Buffer], Buffer>("SELECT vec_quantize_binary(?)").pluck(),
    all: nearest(""),
    tagged: nearest(
      "AND number IN (SELECT number FROM tags WHERE tag = @tag AND number BETWEEN @first AND @last)",
    ),
  };
}

/** Signs are packed by eight; zeros at the end change no cosine. */
function padded(vector: Float32Array): Buffer {
  const whole = new Float32Array(Math.ceil(vector.length / 8) * 8);
  whole.set(vector);
  return Buffer.from(whole.buffer);
}
