import { type FileHandle, open, stat } from "node:fs/promises";
import { KernelError } from "../../../shared/errors.ts";
import type { ModelFileFacts } from "../../../shared/local-models.ts";
import { Absurd, EndOfFile, FileCursor } from "./file-cursor.ts";
import { tensorBytes, VALUE, valueBytes } from "./gguf-types.ts";

/** Bytes of a header that are read: vocabularies of half a million words take a fifth of it. */
const HEADER_BYTES = 64 * 1024 * 1024;
/** Entries and tensors of one file, bytes of a name, dimensions of a tensor, arrays in each other, and layers: each far above any model. */
const MOST_ENTRIES = 65_536;
const MOST_TENSORS = 1_000_000;
const NAME_BYTES = 65_535;
const MOST_DIMENSIONS = 8;
const MOST_NESTING = 4;
const MOST_LAYERS = 65_536;
const DEFAULT_ALIGNMENT = 32;
const F16_BYTES = 2;

type Value = string | number | readonly number[] | "present";
type Entries = ReadonlyMap<string, Value>;

/**
 * What a GGUF file of version 2 or 3 says of itself, by its header alone: nothing is loaded, and the weights are not
 * read. Whether they are all there is checked. Throws `not-found` and `model-file-unusable`, and nothing else.
 */
export async function readModelFacts(file: string): Promise<ModelFileFacts> {
  let handle: FileHandle | null = null;
  try {
    // Before it is opened: opening a pipe waits for somebody to write to it.
    const stats = await stat(file);
    if (stats.isDirectory()) throw unusable(file, "it is a folder", "Choose the file in it");
    if (!stats.isFile()) throw unusable(file, "it is no file", "Choose a file that ends in .gguf");
    handle = await open(file, "r");
    return await readHeader(file, new FileCursor(handle, stats.size, HEADER_BYTES), stats.size);
  } catch (thrown) {
    throw asKernelError(file, thrown);
  } finally {
    await handle?.close().catch(() => {});
  }
}

async function readHeader(file: string, cursor: FileCursor, size: number): Promise<ModelFileFacts> {
  if (size < 4 || (await cursor.bytes(4)).toString("latin1") !== "GGUF") {
    throw unusable(file, "it is no model in the format GGUF", "Choose a file that ends in .gguf");
  }
  const version = await cursor.u32();
  if (version !== 2 && version !== 3) {
    throw unusable(file, `its format is GGUF of version ${version}`, "Get it in version 2 or 3");
  }
  const tensorCount = bounded(await cursor.u64(), MOST_TENSORS, "tensors");
  const entryCount = bounded(await cursor.u64(), MOST_ENTRIES, "entries");
  const entries = await readEntries(cursor, entryCount);
  const dataEnd = await readTensors(cursor, tensorCount);
  const alignment = numberOf(entries, "general.alignment") ?? DEFAULT_ALIGNMENT;
  if (alignment < 1 || alignment % 8 !== 0) throw unusable(file, `its alignment is ${alignment}`);
  if (tensorCount === 0) throw unusable(file, "it holds a vocabulary and no weights");
  const wanted = Math.ceil(cursor.position / alignment) * alignment + dataEnd;
  if (wanted > size) throw cutOff(file, `${size} bytes of at least ${wanted} are there`);
  return factsOf(file, size, entries);
}

function factsOf(file: string, bytes: number, entries: Entries): ModelFileFacts {
  const architecture = entries.get("general.architecture");
  if (typeof architecture !== "string" || architecture === "") {
    throw unusable(file, "it does not say of which architecture it is");
  }
  const number = (key: string): number => {
    const value = numberOf(entries, `${architecture}.${key}`);
    if (value !== null && value > 0) return value;
    throw unusable(file, `it is no language model: ${architecture}.${key} is missing`);
  };
  const layers = bounded(number("block_count"), MOST_LAYERS, "layers");
  const name = entries.get("general.name");
  return {
    file,
    bytes,
    name: typeof name === "string" ? name : "",
    architecture,
    trainedTokens: number("context_length"),
    layers,
    chatTemplate: entries.has("tokenizer.chat_template") ? "present" : "missing",
    kvBytesPerToken: kvBytes(entries, architecture, layers, number("embedding_length")),
  };
}

/** Keys and values of one token in all layers, as 16-bit floats. Heads may differ from layer to layer. */
function kvBytes(entries: Entries, architecture: string, layers: number, embedding: number): number {
  const attention = (key: string): Value | undefined => entries.get(`${architecture}.attention.${key}`);
  const ofLayer = (value: Value | undefined, layer: number): number | null =>
    typeof value === "number" ? value : Array.isArray(value) ? (value[layer] ?? 0) : null;
  let bytes = 0;
  for (let layer = 0; layer < layers; layer += 1) {
    const heads = ofLayer(attention("head_count"), layer) ?? 1;
    const kvHeads = ofLayer(attention("head_count_kv"), layer) ?? heads;
    const size = heads === 0 ? 0 : embedding / heads;
    const keys = ofLayer(attention("key_length"), layer) ?? size;
    const values = ofLayer(attention("value_length"), layer) ?? size;
    bytes += Math.max(0, kvHeads * (keys + values) * F16_BYTES);
  }
  return bounded(Math.round(bytes), Number.MAX_SAFE_INTEGER, "bytes a token");
}

/** The entries that tell something; the others are passed over. */
async function readEntries(cursor: FileCursor, count: number): Promise<Entries> {
  const entries = new Map<string, Value>();
  for (let n = 0; n < count; n += 1) {
    const key = await cursor.text(NAME_BYTES);
    const value = await readValue(cursor, await cursor.u32(), key);
    if (value !== null) entries.set(key, value);
  }
  return entries;
}

const OF_INTEREST =
  /^(general\.(architecture|name|alignment)|[\w-]+\.(context_length|block_count|embedding_length|attention\.(head_count|head_count_kv|key_length|value_length)))$/;

async function readValue(cursor: FileCursor, type: number, key: string): Promise<Value | null> {
  if (OF_INTEREST.test(key)) {
    if (type === VALUE.string) return cursor.text(NAME_BYTES);
    if (type === VALUE.array) return readIntegers(cursor);
    const value = await readInteger(cursor, type);
    if (value !== null) return value;
  }
  await skipValue(cursor, type, 0);
  return key === "tokenizer.chat_template" && type === VALUE.string ? "present" : null;
}

/** null, having read nothing, for a type that holds no count. */
async function readInteger(cursor: FileCursor, type: number): Promise<number | null> {
  switch (type) {
    case VALUE.uint32:
      return cursor.u32();
    case VALUE.int32:
      return (await cursor.bytes(4)).readInt32LE();
    case VALUE.uint64:
    case VALUE.int64:
      return cursor.u64();
    default:
      return null;
  }
}

/** One number for each layer. An array of something else tells nothing. */
async function readIntegers(cursor: FileCursor): Promise<readonly number[] | null> {
  const type = await cursor.u32();
  const count = await cursor.u64();
  const integers = type === VALUE.uint32 || type === VALUE.int32;
  if (!integers) {
    await skipItems(cursor, type, count, 1);
    return null;
  }
  const values: number[] = [];
  for (let n = bounded(count, MOST_LAYERS, "layers"); n > 0; n -= 1) {
    values.push((await readInteger(cursor, type)) ?? 0);
  }
  return values;
}

async function skipValue(cursor: FileCursor, type: number, depth: number): Promise<void> {
  if (type === VALUE.string) await cursor.skipTexts(1);
  else if (type === VALUE.array) await skipItems(cursor, await cursor.u32(), await cursor.u64(), depth + 1);
  else await cursor.skip(knownBytes(type));
}

async function skipItems(cursor: FileCursor, type: number, count: number, depth: number): Promise<void> {
  if (depth > MOST_NESTING) throw new Absurd("arrays in arrays without end");
  // Each text and array takes its length at least, so the end of the file ends these too.
  if (type === VALUE.string) await cursor.skipTexts(count);
  else if (type === VALUE.array) {
    for (let n = 0; n < count; n += 1) await skipValue(cursor, type, depth);
  } else await cursor.skip(knownBytes(type) * count);
}

function knownBytes(type: number): number {
  const bytes = valueBytes(type);
  if (bytes === null) throw new Absurd(`a value of type ${type}`);
  return bytes;
}

/** Where the last tensor's data end, counted from the beginning of the data. */
async function readTensors(cursor: FileCursor, count: number): Promise<number> {
  let end = 0;
  for (let n = 0; n < count; n += 1) {
    await cursor.text(NAME_BYTES);
    const dimensions = bounded(await cursor.u32(), MOST_DIMENSIONS, "dimensions");
    let values = 1;
    for (let each = 0; each < dimensions; each += 1) values *= await cursor.u64();
    const type = await cursor.u32();
    end = Math.max(end, (await cursor.u64()) + tensorBytes(type, values));
  }
  return end;
}

function numberOf(entries: Entries, key: string): number | null {
  const value = entries.get(key);
  return typeof value === "number" ? value : null;
}

function bounded(count: number, most: number, what: string): number {
  if (count > most) throw new Absurd(`${count} ${what}`);
  return count;
}

const unusable = (file: string, why: string, hint = "Get the file again, or another one"): KernelError =>
  new KernelError("model-file-unusable", `${file} cannot be used: ${why}`, { hint });

const cutOff = (file: string, why: string): KernelError =>
  unusable(file, `it is cut off, ${why}`, "It was not copied or downloaded to its end: get it again");

function asKernelError(file: string, thrown: unknown): KernelError {
  if (thrown instanceof KernelError) return thrown;
  if (thrown instanceof EndOfFile) return cutOff(file, thrown.message);
  if (thrown instanceof Absurd) return unusable(file, `its header speaks of ${thrown.message}`);
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new KernelError("not-found", `There is no file ${file}`, { hint: "Check the path" });
  }
  if (code === "EACCES" || code === "EPERM") {
    return unusable(file, "it may not be read", "Change its permissions");
  }
  return unusable(file, thrown instanceof Error ? thrown.message : String(thrown));
}
