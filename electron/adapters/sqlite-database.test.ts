import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase, translating } from "./sqlite-database.ts";
import { thrownBy } from "./testing/thrown-by.ts";

const FIRST =
  "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT) STRICT; CREATE INDEX by_text ON notes (text);";
const SECOND = "ALTER TABLE notes ADD COLUMN stars INTEGER NOT NULL DEFAULT 3;";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-database-"));
  file = join(folder, "notes.db");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function fill(rows: number): void {
  const database = openDatabase(file, [FIRST]);
  const insert = database.prepare("INSERT INTO notes (text) VALUES (?)");
  database.transaction(() => {
    for (let row = 0; row < rows; row++) insert.run(`note ${row} ${"x".repeat(200)}`);
  })();
  database.close();
}

/** Opens a file that must be refused as damaged, and must be the same afterwards. */
function expectDamaged(reason: RegExp): void {
  const names = readdirSync(folder).sort();
  const before = existsSync(file) ? readFileSync(file) : null;
  const error = thrownBy(() => openDatabase(file, [FIRST]));
  expect(error).toMatchObject({
    data: { code: "database-damaged", message: expect.stringContaining(file), hint: expect.any(String) },
  });
  expect(error).toMatchObject({ message: expect.stringMatching(reason) });
  if (before) expect(readFileSync(file).equals(before)).toBe(true);
  for (const name of names) expect(readdirSync(folder)).toContain(name);
}

describe("opening a database", () => {
  test("creates it with WAL and synchronous=FULL, and leaves no draft", () => {
    const database = openDatabase(file, [FIRST]);
    expect(database.pragma("journal_mode", { simple: true })).toBe("wal");
    expect(database.pragma("synchronous", { simple: true })).toBe(2);
    database.close();
    expect(readdirSync(folder)).toEqual(["notes.db"]);
  });

  test("keeps what was written", () => {
    fill(3);
    const database = openDatabase(file, [FIRST]);
    expect(database.prepare("SELECT count(*) FROM notes").pluck().get()).toBe(3);
    database.close();
  });

  test("a draft left by a crash is no hindrance", () => {
    writeFileSync(`${file}.new`, "half a database");
    fill(1);
    expect(readdirSync(folder)).toEqual(["notes.db"]);
  });

  test("migrates an older one and keeps a copy of it as it was, log included", () => {
    fill(3);
    const writer = new Database(file);
    writer.exec("INSERT INTO notes (text) VALUES ('only in the log')");
    expect(existsSync(`${file}-wal`)).toBe(true);
    const migrated = openDatabase(file, [FIRST, SECOND]);
    writer.close();
    expect(migrated.prepare("SELECT sum(stars) FROM notes").pluck().get()).toBe(12);
    migrated.close();
    const copy = new Database(`${file}.v1`, { readonly: true });
    expect(copy.prepare("SELECT count(*) FROM notes").pluck().get()).toBe(4);
    expect(() => copy.prepare("SELECT stars FROM notes")).toThrow("no such column");
    copy.close();
  });

  test("a migration that fails changes nothing", () => {
    fill(2);
    expect(() => openDatabase(file, [FIRST, "CREATE TABLE more (id); nonsense;"])).toThrow("nonsense");
    fill(0);
    const database = openDatabase(file, [FIRST]);
    expect(database.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'more'").pluck().get()).toBe(0);
    database.close();
  });

  test("one of a newer program is refused and left alone", () => {
    openDatabase(file, [FIRST, SECOND]).close();
    expect(thrownBy(() => openDatabase(file, [FIRST]))).toMatchObject({
      data: { code: "storage-failed", message: expect.stringContaining("format 2") },
    });
    openDatabase(file, [FIRST, SECOND]).close();
  });
});

describe("a damaged database is kept and reported", () => {
  test("bytes overwritten in the middle", () => {
    fill(2_000);
    const bytes = readFileSync(file);
    bytes.fill(0xa5, bytes.length / 2, bytes.length / 2 + 20_000);
    writeFileSync(file, bytes);
    expectDamaged(/damaged/);
  });

  test("a header of garbage", () => {
    fill(100);
    const bytes = readFileSync(file);
    bytes.fill(0x7f, 0, 100);
    writeFileSync(file, bytes);
    expectDamaged(/not a database/);
  });

  test("a file cut short", () => {
    fill(2_000);
    truncateSync(file, 3 * 8_192 + 100);
    expectDamaged(/damaged/);
  });

  test("an empty file, and a missing one whose log is there", () => {
    writeFileSync(file, "");
    expectDamaged(/empty/);
    rmSync(file);
    writeFileSync(`${file}-wal`, "what is left");
    expectDamaged(/missing/);
  });

  test("a text file, and a database of another program", () => {
    writeFileSync(file, "Dear diary, ".repeat(1_000));
    expectDamaged(/not a database/);
    rmSync(file);
    const foreign = new Database(file);
    foreign.exec("CREATE TABLE other (id)");
    foreign.close();
    expectDamaged(/not one of this program/);
  });
});

test("SQLite's errors while working become typed ones, others pass", () => {
  const database = openDatabase(file, [FIRST]);
  expect(
    thrownBy(() => translating(file, () => database.exec("INSERT INTO notes VALUES (1, x'00')"))),
  ).toMatchObject({ data: { code: "storage-failed" } });
  expect(() => translating(file, () => JSON.parse("{"))).toThrow(SyntaxError);
  database.close();
});
