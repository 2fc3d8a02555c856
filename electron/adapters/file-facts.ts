import type { BigIntStats } from "node:fs";
import { lstat } from "node:fs/promises";
import type { FileFacts, Over } from "../kernel/ports.ts";
import { isCode } from "./workspace-folder.ts";

/** Clocks of file systems tick every few ms, and some only once in two seconds. */
const SETTLED_MS = 2_500;

/** Equal while nobody has touched the file. The time of change is the system's own: no program can set it back. */
export const stampOf = (stat: BigIntStats): string =>
  [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].map((each) => each.toString(36)).join(".");

export function factsOf(path: string, stat: BigIntStats): FileFacts {
  const changedAt = Number(stat.ctimeNs / 1_000_000n);
  return {
    path,
    type: stat.isFile() ? "file" : stat.isDirectory() ? "folder" : "other",
    bytes: stat.isFile() ? Number(stat.size) : 0,
    modifiedAt: Number(stat.mtimeNs / 1_000_000n),
    stamp: stampOf(stat),
    age: Date.now() - changedAt > SETTLED_MS ? "settled" : "fresh",
  };
}

/** null where nothing is. Does not follow a link. */
export async function statOf(place: string): Promise<BigIntStats | null> {
  try {
    return await lstat(place, { bigint: true });
  } catch (error) {
    if (isCode(error, "ENOENT", "ENOTDIR")) return null;
    throw error;
  }
}

/** Whether what is there is what may be replaced. */
export function isExpected(over: Over, found: BigIntStats | null): boolean {
  switch (over.type) {
    case "anything":
      return true;
    case "absent":
      return found === null;
    // Only a folder can hold files, and that is looked at by who removes it.
    case "files":
      return found?.isDirectory() === true;
    case "stamp":
      return found !== null && stampOf(found) === over.stamp;
  }
}
