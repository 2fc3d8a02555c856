import { z } from "zod";
import type { MemoryItem, MemoryStore } from "../kernel/ports.ts";
import { parseMemoryQuery } from "./memory-query.ts";
import { openDatabase, translating } from "./sqlite-database.ts";

const MIGRATIONS = [
  `CREATE TABLE items (
     number INTEGER PRIMARY KEY, owner TEXT NOT NULL, id TEXT NOT NULL, text TEXT NOT NULL, tags TEXT NOT NULL,
     created_at REAL NOT NULL, updated_at REAL NOT NULL, UNIQUE (owner, id)
   ) STRICT;
   CREATE INDEX items_by_age ON items (owner, created_at, number);
   CREATE VIRTUAL TABLE words USING fts5 (
     text, tags, content = 'items', content_rowid = 'number', tokenize = 'porter unicode61'
   );
   CREATE TRIGGER items_added AFTER INSERT ON items BEGIN
     INSERT INTO words (rowid, text, tags) VALUES (new.number, new.text, new.tags);
   END;
   CREATE TRIGGER items_removed AFTER DELETE ON items BEGIN
     INSERT INTO words (words, rowid, text, tags) VALUES ('delete', old.number, old.text, old.tags);
   END;
   CREATE TRIGGER items_changed AFTER UPDATE ON items BEGIN
     INSERT INTO words (words, rowid, text, tags) VALUES ('delete', old.number, old.text, old.tags);
     INSERT INTO words (rowid, text, tags) VALUES (new.number, new.text, new.tags);
   END;`,
  "ALTER TABLE items ADD COLUMN origin TEXT",
] as const;

const COLUMNS =
  "items.owner, items.id, items.text, items.tags, items.origin, items.created_at, items.updated_at";

const PUT = `
  INSERT INTO items (owner, id, text, tags, origin, created_at, updated_at)
    VALUES (@owner, @id, @text, @tags, @origin, @createdAt, @updatedAt)
  ON CONFLICT (owner, id) DO UPDATE SET
    text = @text, tags = @tags, origin = @origin, created_at = @createdAt, updated_at = @updatedAt`;

const BY_WORDS = `
  SELECT ${COLUMNS} FROM words JOIN items ON items.number = words.rowid
  WHERE words MATCH ? AND items.owner = ?
  ORDER BY bm25(words), items.updated_at DESC, items.number DESC LIMIT ?`;

/** For scripts without spaces, which the word index cannot cut: the items that hold most of the fragments. */
const BY_FRAGMENTS = `
  SELECT ${COLUMNS}, (
    SELECT count(*) FROM json_each(?) AS fragment
    WHERE instr(items.text, fragment.value) > 0 OR instr(items.tags, fragment.value) > 0
  ) AS hits
  FROM items WHERE items.owner = ? AND hits > 0
  ORDER BY hits DESC, items.updated_at DESC, items.number DESC LIMIT ?`;

interface ItemRow {
  readonly owner: string;
  readonly id: string;
  readonly text: string;
  readonly tags: string;
  readonly origin: string | null;
  readonly created_at: number;
  readonly updated_at: number;
}

const tagsSchema = z.array(z.string());

/** Memory in one SQLite file. Throws `database-damaged` and `storage-failed` when it is opened and when it is used. */
export function openSqliteMemoryStore(file: string): MemoryStore & { close(): void } {
  const database = openDatabase(file, MIGRATIONS);
  const put = database.prepare(PUT);
  const get = database.prepare<[string, string], ItemRow>(
    `SELECT ${COLUMNS} FROM items WHERE owner = ? AND id = ?`,
  );
  const remove = database.prepare("DELETE FROM items WHERE owner = ? AND id = ?");
  const byWords = database.prepare<[string, string, number], ItemRow>(BY_WORDS);
  const byFragments = database.prepare<[string, string, number], ItemRow>(BY_FRAGMENTS);
  const list = database.prepare<[string, number], ItemRow>(
    `SELECT ${COLUMNS} FROM items WHERE owner = ? ORDER BY created_at DESC, number DESC LIMIT ?`,
  );
  const count = database.prepare<[string], number>("SELECT count(*) FROM items WHERE owner = ?").pluck();

  const search = (owner: string, query: string, limit: number): MemoryItem[] => {
    const { words, fragments } = parseMemoryQuery(query);
    const rows = words.length === 0 ? [] : byWords.all(words.join(" OR "), owner, limit);
    if (fragments.length === 0) return rows.map(toItem);
    const found = new Set(rows.map((row) => row.id));
    const more = byFragments.all(JSON.stringify(fragments), owner, limit).filter((row) => !found.has(row.id));
    return [...rows, ...more].slice(0, limit).map(toItem);
  };

  return {
    put(item) {
      translating(file, () => put.run({ ...item, tags: JSON.stringify(item.tags) }));
    },
    get(owner, id) {
      const row = translating(file, () => get.get(owner, id));
      return row ? toItem(row) : null;
    },
    remove: (owner, id) => translating(file, () => remove.run(owner, id).changes > 0),
    search: (owner, query, limit) => translating(file, () => search(owner, query, limit)),
    list: (owner, limit) => translating(file, () => list.all(owner, limit).map(toItem)),
    count: (owner) => translating(file, () => count.get(owner) ?? 0),
    close() {
      database.close();
    },
  };
}

function toItem(row: ItemRow): MemoryItem {
  return {
    id: row.id,
    owner: row.owner,
    text: row.text,
    tags: tagsSchema.parse(JSON.parse(row.tags)),
    origin: row.origin,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
