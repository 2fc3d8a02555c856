import { createReadStream } from "node:fs";
import { crc32 } from "node:zlib";

const CHUNK_BYTES = 512 * 1_024;

/** Size and CRC-32 of a file: tells damage by chance, at gigabytes a second. Rejects with the file system's error. */
export async function checksum(file: string): Promise<{ readonly bytes: number; readonly crc: number }> {
  let crc = 0;
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
    crc = crc32(chunk, crc);
    bytes += chunk.length;
  }
  return { bytes, crc };
}
