import type { Connection } from "../sqlite-database.ts";
import type { Range } from "./owner-numbers.ts";
import { SignScan } from "./sign-scan.ts";

/**
 * Items whose vectors are compared in full: those that come nearest by the signs of their numbers alone, a 32nd of
 * the bytes. Many times more than are wanted, since signs are coarse.
 */
const CANDIDATES = 320;
/** Signs that stay in memory, of the owners that were searched last: those of half a million usual vectors. */
const SIGN_BYTES_HELD = 32 * 1024 * 1024;

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
  /** By the first number of its range; the one that was searched last comes last. */
  readonly #scans = new Map<number, { readonly range: Range; readonly scan: SignScan }>();
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
      signs: database.prepare<[number], Buffer>(`SELECT signs FROM signs_${name} WHERE number = ?`).pluck(),
      signsOf: database.prepare<[number, number], { number: number; signs: Buffer }>(
        `SELECT number, signs FROM signs_${name} WHERE number BETWEEN ? AND ?`,
      ),
      tagged: database
        .prepare<[string, number, number], number>(
          "SELECT number FROM tags WHERE tag = ? AND number BETWEEN ? AND ?",
        )
        .pluck(),
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
    for (const scan of this.#scansOf(number)) scan.drop(number);
  }

  renumber(from: number, to: number): void {
    this.drop(to);
    for (const renumber of this.#statements.renumbers) renumber.run(to, from);
    for (const scan of this.#scansOf(from)) scan.drop(from);
    const signs = this.#statements.signs.get(to);
    if (signs !== undefined) for (const scan of this.#scansOf(to)) scan.add(to, signs);
  }

  /** Of a text that is gone or has its vector nothing is saved. */
  save(number: number, vector: Float32Array): void {
    if (this.#statements.arrived.run(number).changes === 0) return;
    const bytes = padded(vector);
    const { quantize, saveVector, saveSigns } = this.#vec;
    const signs = quantize.get(bytes) ?? Buffer.alloc(0);
    saveVector.run(number, bytes);
    saveSigns.run(number, signs);
    for (const scan of this.#scansOf(number)) scan.add(number, signs);
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
    const { quantize, compare } = this.#vec;
    const signs = quantize.get(bytes) ?? Buffer.alloc(0);
    const among = tag === null ? null : new Set(this.#statements.tagged.all(tag, range.first, range.last));
    const candidates = this.#scanOf(range).nearest(signs, Math.max(CANDIDATES, 2 * limit), among);
    return compare.all(bytes, JSON.stringify(candidates), limit);
  }

  #scanOf(range: Range): SignScan {
    const held = this.#scans.get(range.first);
    const scan = held?.range.last === range.last ? held.scan : this.#readSigns(range);
    this.#scans.delete(range.first);
    this.#scans.set(range.first, { range, scan });
    let bytes = 0;
    for (const [first, { scan: one }] of [...this.#scans].reverse()) {
      bytes += one.bytes;
      if (bytes > SIGN_BYTES_HELD) this.#scans.delete(first);
    }
    return scan;
  }

  #readSigns({ first, last }: Range): SignScan {
    const scan = new SignScan(Math.ceil(this.dimensions / 8));
    for (const { number, signs } of this.#statements.signsOf.iterate(first, last)) scan.add(number, signs);
    return scan;
  }

  #scansOf(number: number): readonly SignScan[] {
    return [...this.#scans.values()]
      .filter(({ range }) => range.first <= number && number <= range.last)
      .map(({ scan }) => scan);
  }

  get #vec(): ReturnType<typeof comparing> {
    this.#comparing ??= comparing(this.#database, this.#name);
    return this.#comparing;
  }
}

function comparing(database: Connection, name: string) {
  return {
    saveVector: database.prepare<[number, Buffer]>(`INSERT INTO vectors_${name} VALUES (?, ?)`),
    saveSigns: database.prepare<[number, Buffer]>(`INSERT INTO signs_${name} VALUES (?, ?)`),
    quantize: database.prepare<[Buffer], Buffer>("SELECT vec_quantize_binary(?)").pluck(),
    // A vector of zeros has no direction: it is as far from all as can be told.
    compare: database.prepare<[Buffer, string, number], Nearest>(`
      SELECT number, coalesce(vec_distance_cosine(vector, ?), 1.0) AS distance
      FROM vectors_${name} WHERE number IN (SELECT value FROM json_each(?))
      ORDER BY distance, number DESC LIMIT ?`),
  };
}

/** Signs are packed by eight; zeros at the end change no cosine. */
function padded(vector: Float32Array): Buffer {
  const whole = new Float32Array(Math.ceil(vector.length / 8) * 8);
  whole.set(vector);
  return Buffer.from(whole.buffer);
}
