/** Types of values in a GGUF header, by the numbers of its specification (ggml's docs/gguf.md). */
export const VALUE = { uint32: 4, int32: 5, bool: 7, string: 8, array: 9, uint64: 10, int64: 11 } as const;

/** Bytes of each type of fixed size: u8 i8 u16 i16 u32 i32 f32 bool, and u64 i64 f64. */
const VALUE_BYTES: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 4],
  [5, 4],
  [6, 4],
  [7, 1],
  [10, 8],
  [11, 8],
  [12, 8],
]);

/** Bytes of a value, or null for texts, arrays and what there is not. */
export const valueBytes = (type: number): number | null => VALUE_BYTES.get(type) ?? null;

/** Values in a block, and bytes of a block, of each type of weights (ggml.h). Those that ggml gave up are left out. */
const TENSOR_BLOCKS: ReadonlyMap<number, readonly [values: number, bytes: number]> = new Map([
  [0, [1, 4]], // F32
  [1, [1, 2]], // F16
  [2, [32, 18]], // Q4_0
  [3, [32, 20]], // Q4_1
  [6, [32, 22]], // Q5_0
  [7, [32, 24]], // Q5_1
  [8, [32, 34]], // Q8_0
  [9, [32, 36]], // Q8_1
  [10, [256, 84]], // Q2_K
  [11, [256, 110]], // Q3_K
  [12, [256, 144]], // Q4_K
  [13, [256, 176]], // Q5_K
  [14, [256, 210]], // Q6_K
  [15, [256, 292]], // Q8_K
  [16, [256, 66]], // IQ2_XXS
  [17, [256, 74]], // IQ2_XS
  [18, [256, 98]], // IQ3_XXS
  [19, [256, 50]], // IQ1_S
  [20, [32, 18]], // IQ4_NL
  [21, [256, 110]], // IQ3_S
  [22, [256, 82]], // IQ2_S
  [23, [256, 136]], // IQ4_XS
  [24, [1, 1]], // I8
  [25, [1, 2]], // I16
  [26, [1, 4]], // I32
  [27, [1, 8]], // I64
  [28, [1, 8]], // F64
  [29, [256, 56]], // IQ1_M
  [30, [1, 2]], // BF16
  [34, [256, 54]], // TQ1_0
  [35, [256, 66]], // TQ2_0
  [39, [32, 17]], // MXFP4
]);

/** Bytes of a tensor with that many values. Of a type that is not known, the least that there can be: none. */
export function tensorBytes(type: number, values: number): number {
  const [perBlock, bytes] = TENSOR_BLOCKS.get(type) ?? [1, 0];
  return Math.ceil(values / perBlock) * bytes;
}
