import { renameSync, rmSync } from "node:fs";
import { KernelError } from "../../../shared/errors.ts";
import { type Connection, openDatabase } from "../sqlite-database.ts";

/**
 * `items` are the texts of files: pieces in order, and at position -1 the file's path, so that names are found too.
 * A number names one text and is never given again. `tags` say where the file lies: see places.ts. The search over
 * these tables is the memory's, and so is the form of `words`: see word-index.ts there.
 */
const TABLES = `
  CREATE TABLE files (
    number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, stamp TEXT NOT NULL, reason TEXT
  ) STRICT;
  CREATE TABLE items (
    number INTEGER PRIMARY KEY AUTOINCREMENT, file INTEGER NOT NULL, position INTEGER NOT NULL, line INTEGER,
    text TEXT NOT NULL, updated_at REAL NOT NULL, UNIQUE (file, position)
  ) STRICT;
  CREATE VIRTUAL TABLE words USING fts5 (
    said, tagged, content = '', contentless_delete = 1, tokenize = 'porter unicode61'
  );
  CREATE TABLE tags (tag TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (tag, number)) STRICT, WITHOUT ROWID;
  CREATE TABLE models (
    number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, dimensions INTEGER NOT NULL
  ) STRICT;`;

const CACHE_KIB = 64 * 1024;

/**
 * Opens the index. It is a cache, so a damaged one is set aside as `<file>.damaged`, in place of an older one, and an
 * empty one takes its place; `damaged` is told why.
 */
export function openIndexDatabase(file: string, damaged: (reason: string) => void): Connection {
  const database = open(file, damaged);
  database.pragma(`cache_size = -${CACHE_KIB}`);
  // What a loss of power takes is read from the files again.
  database.pragma("synchronous = NORMAL");
  return database;
}

function open(file: string, damaged: (reason: string) => void): Connection {
  try {
    return openDatabase(file, [TABLES]);
  } catch (thrown) {
    if (!(thrown instanceof KernelError) || thrown.data.code !== "database-damaged") throw thrown;
    setAside(file);
    damaged(thrown.message);
    return openDatabase(file, [TABLES]);
  }
}

/** The database must be closed. */
export function setAside(file: string): void {
  for (const suffix of ["", "-wal", "-shm"]) {
    rmSync(`${file}.damaged${suffix}`, { force: true });
    try {
      renameSync(file + suffix, `${file}.damaged${suffix}`);
    } catch {
      // It was not there.
    }
  }
}
