import { setImmediate as nextTurn } from "node:timers/promises";
import { Zip, ZipDeflate } from "fflate";
import type { SharedFile } from "../../kernel/ports.ts";

/** Bytes that are compressed in one turn of the event loop: about 2 ms. */
const PIECE = 64 * 1024;
/** What the dates of a zip can say. */
const EARLIEST = Date.UTC(1980, 0, 2);
const LATEST = Date.UTC(2099, 11, 30);

/** A zip of these files, in pieces, each made when the one before has been taken. Throws what `files` throws. */
export async function* zipOf(files: AsyncIterable<SharedFile>): AsyncGenerator<Uint8Array> {
  const made: Uint8Array[] = [];
  const zip = new Zip((error, piece) => {
    if (error) throw error;
    if (piece.length > 0) made.push(piece);
  });
  for await (const { path, modifiedAt, content } of files) {
    const entry = new ZipDeflate(path, { level: 6 });
    entry.mtime = new Date(Math.min(Math.max(modifiedAt, EARLIEST), LATEST));
    zip.add(entry);
    for (let from = 0; from === 0 || from < content.length; from += PIECE) {
      entry.push(content.subarray(from, from + PIECE), from + PIECE >= content.length);
      yield* made.splice(0);
      await nextTurn();
    }
  }
  zip.end();
  yield* made;
}
