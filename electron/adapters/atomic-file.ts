import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Replaces a file as a whole: after a crash the old content is there or the new, never a mixture.
 * Durable when it returns. `mode` is that of the new file. Throws the file system's error, leaving the old file.
 */
export function writeFileAtomically(file: string, text: string, mode: number): void {
  const folder = dirname(file);
  const temporary = join(folder, `.${randomBytes(8).toString("hex")}.tmp`);
  try {
    const descriptor = openSync(temporary, "wx", mode);
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(folder);
}

/** Makes a rename in this folder survive a loss of power. Windows has no such call and needs none. */
export function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
