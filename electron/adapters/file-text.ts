import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** Does not follow a link at the end, and does not wait for a pipe's other side. */
export const OPEN_FILE = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** The start of a file as bytes. `type` is `other` for folders, pipes and devices. */
export type FileStart =
  | {
      readonly type: "file";
      readonly content: Buffer;
      readonly bytes: number;
      readonly part: "whole" | "start";
    }
  | { readonly type: "folder" | "other" };

/** Reads at most `maxBytes` from the start of a file; `bytes` is its size on disk. Throws the file system's errors. */
export async function readStart(path: string, maxBytes: number): Promise<FileStart> {
  const file = await open(path, OPEN_FILE);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) return { type: stat.isDirectory() ? "folder" : "other" };
    const content = Buffer.alloc(Math.min(stat.size, maxBytes));
    let filled = 0;
    while (filled < content.length) {
      const { bytesRead } = await file.read(content, filled, content.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    const part = stat.size > maxBytes ? "start" : "whole";
    return { type: "file", content: content.subarray(0, filled), bytes: stat.size, part };
  } finally {
    await file.close();
  }
}

/** The bytes as UTF-8, or null when they are none. Of a start, an unfinished last character is left out. */
export function decodeText(content: Buffer, part: "whole" | "start"): string | null {
  if (content.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content, { stream: part === "start" });
  } catch {
    return null;
  }
}
