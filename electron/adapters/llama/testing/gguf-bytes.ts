/** A value of a header: a number is a u32, a bigint a u64. */
export type GgufValue = string | number | bigint | boolean | readonly GgufValue[];

export interface GgufParts {
  readonly magic?: string;
  readonly version?: number;
  readonly entries?: Readonly<Record<string, GgufValue>>;
  /** Dimensions and type of each tensor; its data are zeros. */
  readonly tensors?: readonly { readonly dimensions: readonly number[]; readonly type: number }[];
  readonly dataBytes?: number;
  /** What the header says that there are. */
  readonly tensorCount?: bigint;
  readonly entryCount?: bigint;
}

const ALIGNMENT = 32;

/** What a small model of two layers says of itself. */
export const SMALL_MODEL: Readonly<Record<string, GgufValue>> = {
  "general.architecture": "llama",
  "general.name": "small",
  "general.alignment": ALIGNMENT,
  "llama.context_length": 8_192,
  "llama.embedding_length": 64,
  "llama.block_count": 2,
  "llama.attention.head_count": 4,
  "llama.attention.head_count_kv": 2,
  "tokenizer.ggml.tokens": ["<unk>", "a", "b", "ein langes Wort"],
  "tokenizer.ggml.add_bos_token": true,
  "tokenizer.chat_template": "{{ messages }}",
};

/** The bytes of a GGUF file, right or wrong as told. By default a whole small one with one tensor of 64 floats. */
export function ggufBytes(parts: GgufParts = {}): Buffer {
  const { entries = SMALL_MODEL, tensors = [{ dimensions: [8, 8], type: 0 }] } = parts;
  const described = tensors.map(({ dimensions, type }, index) =>
    Buffer.concat([
      text(`tensor.${index}`),
      u32(dimensions.length),
      ...dimensions.map((each) => u64(BigInt(each))),
      u32(type),
      u64(0n),
    ]),
  );
  const header = Buffer.concat([
    Buffer.from(parts.magic ?? "GGUF", "latin1"),
    u32(parts.version ?? 3),
    u64(parts.tensorCount ?? BigInt(tensors.length)),
    u64(parts.entryCount ?? BigInt(Object.keys(entries).length)),
    ...Object.entries(entries).flatMap(([key, value]) => [text(key), u32(typeOf(value)), bytesOf(value)]),
    ...described,
  ]);
  const padding = (ALIGNMENT - (header.length % ALIGNMENT)) % ALIGNMENT;
  return Buffer.concat([header, Buffer.alloc(padding + (parts.dataBytes ?? 256))]);
}

function typeOf(value: GgufValue): number {
  if (typeof value === "string") return 8;
  if (typeof value === "number") return 4;
  if (typeof value === "bigint") return 10;
  return typeof value === "boolean" ? 7 : 9;
}

function bytesOf(value: GgufValue): Buffer {
  if (typeof value === "string") return text(value);
  if (typeof value === "number") return u32(value);
  if (typeof value === "bigint") return u64(value);
  if (typeof value === "boolean") return Buffer.from([value ? 1 : 0]);
  return Buffer.concat([u32(typeOf(value[0] ?? 0)), u64(BigInt(value.length)), ...value.map(bytesOf)]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(BigInt(bytes.length)), bytes]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}
