import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, rm, stat } from "node:fs/promises";
import { z } from "zod";
import { writeFileAtomically } from "../atomic-file.ts";

const MODE = 0o600;

/** What is known of a file that is being got, or was: beside it, so that a later attempt goes on where this one ends. */
const recordSchema = z.object({
  /** Of the address, which may hold a key. */
  addressDigest: z.string(),
  /** A strong ETag or a date, by which the server knows whether its file is still the same; null where it gave none. */
  validator: z.string().nullable(),
  totalBytes: z.number().int().positive().nullable(),
  sha256: z.string().nullable(),
});
export type FileRecord = Readonly<z.infer<typeof recordSchema>>;

/** The places of one model file: where it will be, what has come of it, and what is known of it. */
export interface ModelPlace {
  readonly file: string;
  readonly part: string;
  readonly record: string;
}

export const placeOf = (file: string): ModelPlace => ({
  file,
  part: `${file}.part`,
  record: `${file}.json`,
});

/** The same address is the same file; in hex. */
export const digestOf = (address: string): string => createHash("sha256").update(address).digest("hex");

/** null where there is none, or one that cannot be read. */
export async function readRecord(place: ModelPlace): Promise<FileRecord | null> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(place.record, "utf8")));
  } catch {
    return null;
  }
}

export function writeRecord(place: ModelPlace, record: FileRecord): void {
  writeFileAtomically(place.record, JSON.stringify(record), MODE);
}

/** Size of a file in bytes, or null where there is none. */
export async function sizeOf(file: string): Promise<number | null> {
  const stats = await stat(file).catch(() => null);
  return stats?.isFile() ? stats.size : null;
}

export async function discard(place: ModelPlace): Promise<void> {
  await rm(place.part, { force: true });
  await rm(place.record, { force: true });
}

/** The digest so far of what is there. Throws the file system's error, or the signal's reason. */
export async function hashOf(file: string, bytes: number, signal: AbortSignal): Promise<Hash> {
  const hash = createHash("sha256");
  if (bytes === 0) return hash;
  for await (const chunk of createReadStream(file, { end: bytes - 1, highWaterMark: 1_048_576, signal })) {
    hash.update(chunk);
  }
  return hash;
}
