import { strFromU8, type UnzipFileFilter, unzipSync, zipSync } from "fflate";
import { EXTRACT_LIMITS } from "./limits.ts";
import { Unreadable } from "./unreadable.ts";

/**
 * The parts of an office file whose names `wanted` takes, as text. The sizes that the archive states bound what is
 * unzipped: a part that brings more than it states is cut there, and so is broken. Throws `Unreadable`, also for a
 * part with a document type: office files have none, and its entities may stand for any number of characters.
 */
export function unzipTexts(content: Uint8Array, wanted: (name: string) => boolean): Map<string, string> {
  let bytes = 0;
  let entries = 0;
  const filter: UnzipFileFilter = ({ name, originalSize }) => {
    if (!wanted(name)) return false;
    bytes += originalSize;
    entries += 1;
    if (bytes > EXTRACT_LIMITS.unzippedBytes || entries > EXTRACT_LIMITS.zipEntries) {
      throw new Unreadable("it holds more than is unpacked for a search");
    }
    return true;
  };
  const texts = new Map<string, string>();
  for (const [name, part] of Object.entries(unzip(content, filter))) {
    texts.set(name, xmlOf(part));
  }
  return texts;
}

/** An archive of these parts and no others, not compressed. */
export const rezip = (texts: ReadonlyMap<string, string>): Uint8Array =>
  zipSync(Object.fromEntries([...texts].map(([name, text]) => [name, new TextEncoder().encode(text)])), {
    level: 0,
  });

function unzip(content: Uint8Array, filter: UnzipFileFilter): Record<string, Uint8Array> {
  try {
    return unzipSync(content, { filter });
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable("it is no whole office file");
  }
}

function xmlOf(part: Uint8Array): string {
  const text = strFromU8(part);
  if (text.includes("\uFFFD") || text.includes("\0")) throw new Unreadable("its XML is not UTF-8");
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw new Unreadable("its XML defines entities of its own");
  return text;
}
