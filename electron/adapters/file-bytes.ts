import { randomBytes } from "node:crypto";
import { link, open, rename, rm, unlink } from "node:fs/promises";
import { KernelError } from "../../shared/errors.ts";
import type { FileFacts, Over } from "../kernel/ports.ts";
import { factsOf, isExpected, stampOf, statOf } from "./file-facts.ts";
import { OPEN_FILE } from "./file-text.ts";
import { isCode, type OpenFolder } from "./workspace-folder.ts";
import { shown } from "./workspace-path.ts";

/** A file that is being written while it is read is read again, so often. */
const READINGS = 3;

export const temporaryName = (): string => `.aios-${randomBytes(8).toString("hex")}.tmp`;

/** A whole file, with its facts as it was read. */
export async function readWhole(
  place: string,
  path: string,
  maxBytes: number,
): Promise<{ content: Uint8Array<ArrayBuffer>; facts: FileFacts }> {
  const file = await open(place, OPEN_FILE);
  try {
    for (let reading = 1; ; reading++) {
      const before = await file.stat({ bigint: true });
      if (before.isDirectory()) throw notAFile(path, "is a folder");
      if (!before.isFile()) throw notAFile(path, "is no regular file");
      if (before.size > maxBytes) throw tooLarge(path, before.size, maxBytes);
      const content = new Uint8Array(Number(before.size));
      let filled = 0;
      while (filled < content.length) {
        const { bytesRead } = await file.read(content, filled, content.length - filled, filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      const after = await file.stat({ bigint: true });
      // One that never rests is taken as it was found; the next look sees that it has changed.
      if (stampOf(before) === stampOf(after) || reading === READINGS) {
        return { content: content.subarray(0, filled), facts: factsOf(path, before) };
      }
    }
  } finally {
    await file.close();
  }
}

/**
 * Replaces a file as a whole: after a crash the old content is there or the new, never a mixture. Durable when it
 * resolves. Keeps the mode of a file that is replaced.
 */
export async function writeWhole(
  folder: OpenFolder,
  name: string,
  path: string,
  content: Uint8Array,
  over: Over,
): Promise<{ type: "created" | "replaced" | "changed" }> {
  const target = folder.at(name);
  const old = await statOf(target);
  if (old && !old.isFile()) throw notAFile(path, old.isDirectory() ? "is a folder" : "is no regular file");
  if (!isExpected(over, old)) return { type: "changed" };
  const temporary = folder.at(temporaryName());
  try {
    const file = await open(temporary, "wx", old ? Number(old.mode) & 0o777 : 0o666);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    if (!(await putInPlace(temporary, target, over))) {
      await rm(temporary, { force: true });
      return { type: "changed" };
    }
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await folder.sync();
  return { type: old ? "replaced" : "created" };
}

/** False where something else has come to be at the target. */
async function putInPlace(temporary: string, target: string, over: Over): Promise<boolean> {
  if (over.type === "absent") {
    const linked = await linkNew(temporary, target);
    if (linked === "made") await unlink(temporary);
    if (linked !== "unsupported") return linked === "made";
  }
  // Between this look and the next line lie microseconds, which no system lets one close.
  if (!isExpected(over, await statOf(target))) return false;
  await rename(temporary, target);
  return true;
}

/** A second name for a file, where there is none yet: the one way to make a name without replacing what has it. */
export async function linkNew(from: string, to: string): Promise<"made" | "taken" | "unsupported"> {
  try {
    await link(from, to);
    return "made";
  } catch (error) {
    if (isCode(error, "EEXIST")) return "taken";
    // File systems without links, such as those of memory cards.
    if (isCode(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK")) return "unsupported";
    throw error;
  }
}

export function notAFile(path: string, why: string): KernelError {
  return new KernelError("conflict", `"${shown(path)}" ${why}`);
}

function tooLarge(path: string, bytes: bigint, maxBytes: number): KernelError {
  return new KernelError(
    "limit-reached",
    `"${shown(path)}" has ${bytes} bytes; files up to ${maxBytes} bytes are kept`,
    { hint: "Change it with another program." },
  );
}
