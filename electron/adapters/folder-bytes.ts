import type { Dirent } from "node:fs";
import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";

/** Entries between two turns of the event loop given to others. */
const PIECE = 64;

/**
 * Bytes that a folder takes on the disk, by its files' blocks; links are not followed. Walked in pieces, so that it
 * holds nobody up. What is gone or closed to us counts nothing. Never rejects.
 */
export async function folderBytes(root: string): Promise<number> {
  const folders = [root];
  let bytes = 0;
  let seen = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) bytes += await bytesOf(path);
      seen += 1;
      if (seen % PIECE === 0) await nextTurn();
    }
  }
  return bytes;
}

async function* entriesOf(folder: string): AsyncIterable<Dirent> {
  try {
    for await (const entry of await opendir(folder)) yield entry;
  } catch {
    // Gone or closed to us.
  }
}

/** Blocks are of 512 bytes, whatever the file system's own are; some systems do not count them. */
const bytesOf = (file: string): Promise<number> =>
  lstat(file).then(
    ({ size, blocks }) => (blocks > 0 ? blocks * 512 : size),
    () => 0,
  );
