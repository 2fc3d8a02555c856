import { readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import Database from "better-sqlite3";
import { z } from "zod";
import { KernelError } from "../../shared/errors.ts";
import { writeFileAtomically } from "./atomic-file.ts";

const holderSchema = z.object({ pid: z.int().positive(), host: z.string() });
type Holder = z.infer<typeof holderSchema>;

/** A new holder writes its name within this many looks of LOOK_MS after it has the lock. */
const LOOKS = 60;
const LOOK_MS = 25;

export interface FolderLock {
  release(): void;
}

/**
 * Takes the folder for this process, or throws `data-folder-in-use` naming who has it. The lock is SQLite's
 * exclusive one on `kernel.lock`: the operating system lets it go with the process, however that ends.
 * `kernel.holder.json` only says who it is. Nothing else may open kernel.lock: closing it would drop a POSIX lock.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const holderFile = join(folder, "kernel.holder.json");
  const database = takeLock(join(folder, "kernel.lock"));
  if (database === null) throw inUse(folder, await readHolder(holderFile));
  writeFileAtomically(holderFile, JSON.stringify({ pid: process.pid, host: hostname() }), 0o600);
  let held = true;
  return {
    release() {
      if (!held) return;
      held = false;
      rmSync(holderFile, { force: true });
      database.close();
    },
  };
}

/** The connection that holds the lock, or null when another process or another part of this one has it. */
function takeLock(file: string): Database.Database | null {
  let database: Database.Database | null = null;
  try {
    database = new Database(file, { timeout: 0 });
    database.exec("BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY")) return null;
    const reason = error instanceof Error ? error.message : String(error);
    throw new KernelError("storage-failed", `The data folder's lock ${file} cannot be taken: ${reason}`, {
      hint: "Check that the folder can be written to. kernel.lock is empty by design and may be deleted.",
    });
  }
}

/** Who holds the folder. Waits a little for a holder that has only just taken it and not written its name yet. */
async function readHolder(file: string): Promise<Holder | null> {
  for (let look = 0; look < LOOKS; look++) {
    const holder = readHolderOnce(file);
    if (holder && isAlive(holder)) return holder;
    await delay(LOOK_MS);
  }
  return null;
}

function readHolderOnce(file: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}

/** False for a name left by a process that is gone. Of another host nothing can be known. */
function isAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function inUse(folder: string, holder: Holder | null): KernelError {
  const who = holder ? `process ${holder.pid} on ${holder.host}` : "another process";
  return new KernelError("data-folder-in-use", `The data folder ${folder} is in use by ${who}`, {
    hint: "Use the window or address of that kernel, stop it first, or choose another folder with --data.",
  });
}
