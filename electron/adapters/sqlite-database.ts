import { closeSync, copyFileSync, fsyncSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { KernelError } from "../../shared/errors.ts";
import { syncFolder } from "./atomic-file.ts";

/** Waits this long for a reader of another program, such as a backup, in ms. */
const BUSY_TIMEOUT_MS = 5_000;
/** A file up to this size is checked whole when it is opened; of a larger one each page when it is read. */
const CHECKED_WHOLE_BYTES = 256 * 1024 * 1024;
/** Halves the index pages that a commit touches, compared with SQLite's 4,096. */
const PAGE_BYTES = 8_192;
/** Pages in the log before a checkpoint: few, since the checkpoint runs inside a commit and holds the process. */
const CHECKPOINT_PAGES = 500;

export type Connection = Database.Database;
/** From one version to the next: SQL, or what takes more than SQL can say. */
export type Migration = string | ((database: Connection) => void);

/**
 * Opens a database of the data folder with WAL and synchronous=FULL, and brings it up to date. `migrations[n]` goes
 * from version n to n + 1; a copy of the file is made before an existing one is changed.
 *
 * Throws `database-damaged` for a file that is no sound database, and leaves it as it is: the check happens on a
 * read-only connection before anything can write. Throws `storage-failed` when the file cannot be opened.
 */
export function openDatabase(file: string, migrations: readonly Migration[]): Database.Database {
  return translating(file, () => {
    if (bytesOf(file) === null) create(file, migrations);
    const version = inspect(file);
    if (version > migrations.length) throw tooNew(file, version, migrations.length);
    if (version < migrations.length) copyBeforeMigration(file, version);
    const database = connect(file);
    try {
      migrate(database, migrations);
    } catch (error) {
      database.close();
      throw error;
    }
    return database;
  });
}

/** Runs `action` and turns SQLite's errors into `database-damaged` and `storage-failed`. */
export function translating<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw translated(file, error);
  }
}

/** As `translating`, for work that gives others their turn. */
export async function translatingAsync<T>(file: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw translated(file, error);
  }
}

/** SQLite's errors as `database-damaged` and `storage-failed`; any other as it is. */
export function translated(file: string, error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(error.code)) return damaged(file, error.message);
  return new KernelError("storage-failed", `The database ${file} failed: ${error.message} (${error.code})`, {
    hint: "Check the free space of the disk and that the file can be written to.",
  });
}

export function damaged(file: string, reason: string): KernelError {
  return new KernelError("database-damaged", `The database ${file} is damaged: ${reason}`, {
    hint:
      "Nothing was changed. Copy the file and its -wal away first; then put back a copy of yours, or rescue it " +
      `with "sqlite3 <file> .recover", or move both away to start with an empty one.`,
  });
}

/** A new database appears under its name only when it is whole: an empty file is thus always a damaged one. */
function create(file: string, migrations: readonly Migration[]): void {
  if (bytesOf(`${file}-wal`)) throw damaged(file, "the file is missing, but its write-ahead log is there");
  const draft = `${file}.new`;
  for (const suffix of ["", "-journal", "-wal", "-shm"]) rmSync(draft + suffix, { force: true });
  const database = new Database(draft);
  try {
    database.pragma(`page_size = ${PAGE_BYTES}`);
    database.pragma("synchronous = FULL");
    migrate(database, migrations);
  } finally {
    database.close();
  }
  renameSync(draft, file);
  syncFolder(dirname(file));
}

/** The version of a sound database. Writes nothing to it. */
function inspect(file: string): number {
  const bytes = bytesOf(file) ?? 0;
  if (bytes === 0) throw damaged(file, "the file is empty");
  const database = new Database(file, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  try {
    const version = Number(database.pragma("user_version", { simple: true }));
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
    if (bytes <= CHECKED_WHOLE_BYTES) {
      const verdict = String(database.pragma("quick_check(1)", { simple: true }));
      if (verdict !== "ok") throw damaged(file, verdict.replaceAll("\n", " "));
    }
    if (version < 1) throw damaged(file, "it is a database, but not one of this program");
    return version;
  } finally {
    database.close();
  }
}

function connect(file: string): Database.Database {
  const database = new Database(file, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  return database;
}

function migrate(database: Database.Database, migrations: readonly Migration[]): void {
  const version = Number(database.pragma("user_version", { simple: true }));
  if (version === migrations.length) return;
  database.transaction(() => {
    for (const migration of migrations.slice(version)) {
      if (typeof migration === "string") database.exec(migration);
      else migration(database);
    }
    database.pragma(`user_version = ${migrations.length}`);
  })();
}

/** `<file>.v<version>` holds the database as it was. The log is folded in first, so that one file is all of it. */
function copyBeforeMigration(file: string, version: number): void {
  const database = connect(file);
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.close();
  const draft = `${file}.copy`;
  copyFileSync(file, draft);
  const descriptor = openSync(draft, "r+");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, `${file}.v${version}`);
  syncFolder(dirname(file));
}

function tooNew(file: string, version: number, known: number): KernelError {
  return new KernelError(
    "storage-failed",
    `The database ${file} has format ${version}; this program knows formats up to ${known}`,
    { hint: "Use the newer version of the program that wrote it, or another data folder." },
  );
}

function bytesOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.size ?? null;
}
