import { closeSync, openSync, writeSync } from "node:fs";

/** A value of a GGUF file's metadata, with the type it is stored as. */
export type GgufValue =
  | { readonly type: "u32" | "f32"; readonly value: number }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "strings"; readonly values: readonly string[] }
  | { readonly type: "f32s" | "i32s"; readonly values: readonly number[] };

export type TensorType = "f32" | "f16";

/** A tensor to write. `shape` has the fastest dimension first, as the format does. */
export interface GgufTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: TensorType;
  /** The tensor's bytes, little-endian, in chunks of any size. Called once, when its turn comes. */
  readonly chunks: () => Iterable<Uint8Array>;
}

const VERSION = 3;
const ALIGNMENT = 32;
const VALUE_TYPE = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const;
const TENSOR_TYPE = { f32: 0, f16: 1 } as const satisfies Record<TensorType, number>;
const BYTES = { f32: 4, f16: 2 } as const satisfies Record<TensorType, number>;

/**
 * Writes a GGUF file of version 3. The header is made in memory, tensors are streamed, so that a large file needs no
 * large memory. Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export function writeGguf(
  file: string,
  metadata: ReadonlyMap<string, GgufValue>,
  tensors: readonly GgufTensor[],
): void {
  const descriptor = openSync(file, "w");
  try {
    let written = writeAll(descriptor, headerOf(metadata, tensors));
    written += writeAll(descriptor, padding(written));
    for (const tensor of tensors) {
      let bytes = 0;
      for (const chunk of tensor.chunks()) bytes += writeAll(descriptor, chunk);
      if (bytes !== bytesOf(tensor))
        throw new Error(`${tensor.name} has ${bytes} bytes, not as its shape says`);
      writeAll(descriptor, padding(bytes));
    }
  } finally {
    closeSync(descriptor);
  }
}

function headerOf(metadata: ReadonlyMap<string, GgufValue>, tensors: readonly GgufTensor[]): Buffer {
  const parts: Buffer[] = [Buffer.from("GGUF"), u32(VERSION), u64(tensors.length), u64(metadata.size)];
  for (const [key, value] of metadata) parts.push(text(key), encode(value));
  let offset = 0;
  for (const tensor of tensors) {
    parts.push(text(tensor.name), u32(tensor.shape.length), ...tensor.shape.map(u64));
    parts.push(u32(TENSOR_TYPE[tensor.type]), u64(offset));
    offset += bytesOf(tensor) + padding(bytesOf(tensor)).length;
  }
  return Buffer.concat(parts);
}

function encode(entry: GgufValue): Buffer {
  switch (entry.type) {
    case "u32":
      return Buffer.concat([u32(VALUE_TYPE.u32), u32(entry.value)]);
    case "f32":
      return Buffer.concat([u32(VALUE_TYPE.f32), f32(entry.value)]);
    case "bool":
      return Buffer.concat([u32(VALUE_TYPE.bool), Buffer.from([entry.value ? 1 : 0])]);
    case "string":
      return Buffer.concat([u32(VALUE_TYPE.string), text(entry.value)]);
    case "strings":
      return array(VALUE_TYPE.string, entry.values.map(text));
    case "f32s":
      return array(VALUE_TYPE.f32, entry.values.map(f32));
    case "i32s":
      return array(VALUE_TYPE.i32, entry.values.map(i32));
  }
}

const array = (type: number, items: readonly Buffer[]): Buffer =>
  Buffer.concat([u32(VALUE_TYPE.array), u32(type), u64(items.length), ...items]);

const bytesOf = (tensor: GgufTensor): number =>
  tensor.shape.reduce((product, size) => product * size, BYTES[tensor.type]);

const padding = (bytes: number): Buffer => Buffer.alloc((ALIGNMENT - (bytes % ALIGNMENT)) % ALIGNMENT);

function writeAll(descriptor: number, bytes: Uint8Array): number {
  let written = 0;
  while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  return written;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function i32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}
