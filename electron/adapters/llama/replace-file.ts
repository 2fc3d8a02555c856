import { randomBytes } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export const TEMPORARY = ".tmp";

/**
 * Replaces a file as a whole without holding the event loop: the old content is there or the new, also when the
 * process is killed. It may be lost with the machine's power: what is written here can be made again. Rejects with
 * the file system's error, leaving the old file.
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = join(dirname(file), `${randomBytes(8).toString("hex")}${TEMPORARY}`);
  try {
    await writeFile(temporary, text);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
