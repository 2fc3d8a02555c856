import { join } from "node:path";
import { KernelError } from "../../../shared/errors.ts";
import { digestOf, type ModelPlace, placeOf, readRecord, sizeOf } from "./part-file.ts";

const NAME_CHARACTERS = 120;
const MOST_ALIKE = 100;

export type Choice =
  /** The file of this address was got before, and is still there. */
  | { readonly type: "there"; readonly place: ModelPlace }
  /** Nothing is there yet, or a part of this very address. */
  | { readonly type: "free"; readonly place: ModelPlace };

/**
 * Where the file of an address goes: under the address's last name, with a number when another's file has that name.
 * Throws `storage-failed` when there are too many of one name.
 */
export async function choosePlace(
  folder: string,
  address: string,
  sha256: string | null,
  inUse: (file: string) => boolean,
): Promise<Choice> {
  const base = modelNameOf(address);
  for (let n = 1; n <= MOST_ALIKE; n += 1) {
    const place = placeOf(join(folder, n === 1 ? `${base}.gguf` : `${base}-${n}.gguf`));
    if (inUse(place.file)) continue;
    const record = await readRecord(place);
    const isOurs = record?.addressDigest === digestOf(address);
    if ((await sizeOf(place.file)) !== null) {
      if (isOurs && (sha256 === null || sha256 === record.sha256)) return { type: "there", place };
    } else if (isOurs || (await sizeOf(place.part)) === null) return { type: "free", place };
  }
  throw new KernelError("storage-failed", `There are ${MOST_ALIKE} model files called ${base}`, {
    hint: `Remove some from ${folder}`,
  });
}

/** A name that every file system takes, without its ending. */
function modelNameOf(address: string): string {
  const last = new URL(address).pathname.split("/").at(-1) ?? "";
  let name = last;
  try {
    name = decodeURIComponent(last);
  } catch {
    // What only looks encoded is taken as it is.
  }
  return (
    name
      .replace(/\.gguf$/i, "")
      .replace(/[^\p{L}\p{N}._-]+/gu, "-")
      .replace(/^[.-]+|[.-]+$/g, "")
      .slice(0, NAME_CHARACTERS) || "model"
  );
}
