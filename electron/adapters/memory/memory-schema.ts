import { syscallId } from "../../../shared/ids.ts";
import type { MemoryOwner } from "../../../shared/memory.ts";
import { agentMemory } from "../../../shared/memory-owners.ts";
import { type Connection, type Migration, openDatabase } from "../sqlite-database.ts";
import { restOf } from "./item-rows.ts";
import { OwnerNumbers } from "./owner-numbers.ts";
import { createWordIndexer } from "./word-index.ts";

/** Pages of the search indexes that stay in memory: those of some hundred thousand items. */
const CACHE_KIB = 64 * 1024;
/** Pages in the log before a checkpoint. The thread can wait for a longer one; many small ones halve the writes. */
const CHECKPOINT_PAGES = 2_000;

/**
 * `items.number` names a text, within the range of its owner. `words` holds no text itself: see word-index.ts; of what
 * a transaction adds to it, 8 MiB are gathered before they become a segment, and segments are merged when nothing
 * else is to be done, or when there are sixteen of a size. `tags` and `links` are
 * what `items.rest` says, the other way round. `models` names tables of vectors, which are made with their first one.
 */
const TABLES = `
  CREATE TABLE owners (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE items (
    number INTEGER PRIMARY KEY, owner INTEGER NOT NULL, id TEXT NOT NULL, text TEXT NOT NULL,
    pinned INTEGER NOT NULL, bytes INTEGER NOT NULL, uses INTEGER NOT NULL, last_used_at REAL,
    created_at REAL NOT NULL, updated_at REAL NOT NULL, rest TEXT NOT NULL, UNIQUE (id, owner)
  ) STRICT;
  CREATE INDEX items_by_owner ON items (owner, created_at, last_used_at, uses, bytes);
  CREATE VIRTUAL TABLE words USING fts5 (
    said, tagged, content = '', contentless_delete = 1, tokenize = 'porter unicode61'
  );
  INSERT INTO words (words, rank) VALUES ('hashsize', 8388608), ('automerge', 0);
  CREATE TABLE tags (tag TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (tag, number)) STRICT, WITHOUT ROWID;
  CREATE TABLE links (target TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (target, number)) STRICT, WITHOUT ROWID;
  CREATE TABLE merges (
    number INTEGER PRIMARY KEY AUTOINCREMENT, owner INTEGER NOT NULL, id TEXT NOT NULL, added_id TEXT NOT NULL,
    at REAL NOT NULL, similarity REAL NOT NULL, before TEXT NOT NULL, added TEXT NOT NULL,
    UNIQUE (owner, id, added_id)
  ) STRICT;
  CREATE TABLE removed (
    number INTEGER PRIMARY KEY AUTOINCREMENT, owner INTEGER NOT NULL, id TEXT NOT NULL, item TEXT NOT NULL,
    UNIQUE (owner, id)
  ) STRICT;
  CREATE INDEX removed_by_age ON removed (owner, number);
  CREATE TABLE models (
    number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, dimensions INTEGER NOT NULL
  ) STRICT;`;

/** Versions 1 and 2 held texts, tags and, from 2 on, where a text came from. */
const MIGRATIONS: readonly Migration[] = [
  `CREATE TABLE items (
     number INTEGER PRIMARY KEY, owner TEXT NOT NULL, id TEXT NOT NULL, text TEXT NOT NULL, tags TEXT NOT NULL,
     created_at REAL NOT NULL, updated_at REAL NOT NULL, UNIQUE (owner, id)
   ) STRICT;`,
  "ALTER TABLE items ADD COLUMN origin TEXT",
  (database) => {
    database.exec(`
      DROP TRIGGER IF EXISTS items_added; DROP TRIGGER IF EXISTS items_removed;
      DROP TRIGGER IF EXISTS items_changed; DROP TABLE IF EXISTS words;
      DROP INDEX IF EXISTS items_by_age; ALTER TABLE items RENAME TO old_items;`);
    database.exec(TABLES);
    takeOver(database);
    database.exec("DROP TABLE old_items");
  },
  // From here on `items.rest` leaves out what is empty, which a program that knows version 3 cannot read.
  "",
];

interface OldRow {
  readonly number: number;
  readonly owner: string;
  readonly id: string;
  readonly text: string;
  readonly tags: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly origin: string | null;
}

/** What the kernel adds to the length of an item for holding it. It measures anew what it changes. */
const ABOUT_BYTES = 304;

function takeOver(database: Connection): void {
  const owners = new OwnerNumbers(database);
  const put = database.prepare(
    "INSERT INTO items VALUES (@number, @owner, @id, @text, 0, @bytes, 0, NULL, @createdAt, @updatedAt, @rest)",
  );
  const tag = database.prepare("INSERT OR IGNORE INTO tags VALUES (?, ?)");
  const indexWords = createWordIndexer(database);
  const old = database.prepare<[number], OldRow>(
    "SELECT * FROM old_items WHERE number > ? ORDER BY number LIMIT 1",
  );
  for (let row = old.get(0); row !== undefined; row = old.get(row.number)) {
    const tags: string[] = JSON.parse(row.tags);
    const owner = owners.findOrAdd(ownerOf(row.owner));
    const number = owners.nextItem(owner);
    const syscall = /^m([1-9]\d*)$/.exec(row.id)?.[1];
    const provenance = {
      by: "agent",
      agentId: null,
      syscallId: syscall === undefined ? null : syscallId(Number(syscall)),
      origin: row.origin,
    } as const;
    const rest = restOf({ tags, keywords: [], links: [], metadata: {}, provenance });
    put.run({
      number,
      owner,
      id: row.id,
      text: row.text,
      bytes: ABOUT_BYTES + row.text.length + rest.length,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      rest,
    });
    for (const name of tags) tag.run(name, number);
    indexWords(new Map([[number, { type: "add", item: { text: row.text, tags, keywords: [] } }]]));
  }
}

/** Only agents had memories. */
const ownerOf = (name: string): MemoryOwner =>
  name === "person" || /^(agent|group):/.test(name) ? (name as MemoryOwner) : agentMemory(name);

/** Throws `database-damaged` and `storage-failed`: see openDatabase. */
export function openMemoryDatabase(file: string): Connection {
  const database = openDatabase(file, MIGRATIONS);
  database.pragma(`cache_size = -${CACHE_KIB}`);
  database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  return database;
}
