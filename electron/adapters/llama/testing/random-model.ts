import { type GgufTensor, type GgufValue, type TensorType, writeGguf } from "./gguf-writer.ts";
import { createVocabulary, type Vocabulary, type VocabularyToken } from "./random-vocabulary.ts";

/** The shape of a model of the Llama architecture, and what its file says besides. */
export interface RandomModel {
  readonly layers: number;
  /** Width of the residual stream; a multiple of 32 times `heads`. */
  readonly embedding: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly feedForward: number;
  /** Window that the file claims to have been trained for, in tokens. */
  readonly contextTokens: number;
  readonly seed: number;
  /** How the weights are stored; `f32` when absent. */
  readonly weights?: TensorType;
  /** Jinja chat template; null for none; ChatML with tools when absent. */
  readonly template?: string | null;
  /** Control tokens that begin and end a turn; those of ChatML when absent. */
  readonly chatMarks?: { readonly start: string; readonly end: string };
  /** `random`: the end of a turn is as likely as any other token; `never` when absent. */
  readonly endOfTurn?: "never" | "random";
  /**
   * Standard deviation of the weights in units of one over the root of a layer's inputs; 2 when absent. With it the
   * greedy output of all presets goes on without a period; with 1 the larger ones soon repeat a word, with 0.5 all do.
   */
  readonly scale?: number;
}

/** 0.6 MB: written in 50 ms, loaded in 10. */
export const TINY: RandomModel = {
  layers: 2,
  embedding: 64,
  heads: 2,
  kvHeads: 1,
  feedForward: 128,
  contextTokens: 8_192,
  seed: 1,
};

/** 4 MB: other layers, width and groups of heads. */
export const SMALL: RandomModel = {
  layers: 5,
  embedding: 128,
  heads: 4,
  kvHeads: 2,
  feedForward: 320,
  contextTokens: 16_384,
  seed: 2,
};

/** For measurements: 47 million weights in 95 MB, with 4 KiB of key-value state a token. */
export const LARGE: RandomModel = {
  layers: 8,
  embedding: 640,
  heads: 10,
  kvHeads: 2,
  feedForward: 2_560,
  contextTokens: 32_768,
  seed: 3,
  weights: "f16",
};

/** ChatML as the Qwen models write it, tools and their results included. */
export const CHATML_TEMPLATE = `{%- if tools %}
{{- '<|im_start|>system\\n' }}
{%- if messages[0].role == 'system' %}{{- messages[0].content + '\\n\\n' }}{%- endif %}
{{- 'You may call these functions:\\n<tools>' }}
{%- for tool in tools %}{{- '\\n' + (tool | tojson) }}{%- endfor %}
{{- '\\n</tools>\\nCall one with <tool_call>{"name": ..., "arguments": ...}</tool_call>.<|im_end|>\\n' }}
{%- elif messages[0].role == 'system' %}
{{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
{%- if message.role == 'system' and loop.first %}
{%- elif message.role == 'tool' %}
{{- '<|im_start|>user\\n<tool_response>\\n' + message.content + '\\n</tool_response><|im_end|>\\n' }}
{%- else %}
{{- '<|im_start|>' + message.role + '\\n' + (message.content or '') }}
{%- for call in message.tool_calls or [] %}
{{- '\\n<tool_call>\\n' + ({'name': call.function.name, 'arguments': call.function.arguments} | tojson) + '\\n</tool_call>' }}
{%- endfor %}
{{- '<|im_end|>\\n' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}`;

const CHUNK_WEIGHTS = 1 << 18;
const TOKEN_TYPE = { normal: 1, unknown: 2, control: 3, unused: 5, byte: 6 } as const satisfies Record<
  VocabularyToken["type"],
  number
>;

/**
 * Writes a model file with random weights: the same bytes for the same arguments. It has learned nothing, but runs as
 * any model does, so that state, switches, grammars and templates can be tried for real. Its greedy output is printable
 * ASCII; bytes and control tokens are never the likeliest.
 */
export function writeRandomModel(file: string, model: RandomModel): void {
  const vocabulary = createVocabulary(model.chatMarks ?? { start: "<|im_start|>", end: "<|im_end|>" });
  writeGguf(file, metadataOf(model, vocabulary), tensorsOf(model, vocabulary));
}

function metadataOf(model: RandomModel, { tokens, ids }: Vocabulary): ReadonlyMap<string, GgufValue> {
  const u32 = (value: number): GgufValue => ({ type: "u32", value });
  const f32 = (value: number): GgufValue => ({ type: "f32", value });
  const bool = (value: boolean): GgufValue => ({ type: "bool", value });
  const string = (value: string): GgufValue => ({ type: "string", value });
  const template = model.template === undefined ? CHATML_TEMPLATE : model.template;
  return new Map<string, GgufValue>([
    ["general.architecture", string("llama")],
    ["general.name", string(`random-${model.layers}x${model.embedding}`)],
    ["general.file_type", u32(model.weights === "f16" ? 1 : 0)],
    ["llama.context_length", u32(model.contextTokens)],
    ["llama.embedding_length", u32(model.embedding)],
    ["llama.block_count", u32(model.layers)],
    ["llama.feed_forward_length", u32(model.feedForward)],
    ["llama.attention.head_count", u32(model.heads)],
    ["llama.attention.head_count_kv", u32(model.kvHeads)],
    ["llama.attention.layer_norm_rms_epsilon", f32(1e-5)],
    ["llama.rope.dimension_count", u32(model.embedding / model.heads)],
    ["llama.rope.freq_base", f32(10_000)],
    ["llama.vocab_size", u32(tokens.length)],
    ["tokenizer.ggml.model", string("llama")],
    ["tokenizer.ggml.tokens", { type: "strings", values: tokens.map((token) => token.text) }],
    ["tokenizer.ggml.scores", { type: "f32s", values: tokens.map((token) => token.score) }],
    ["tokenizer.ggml.token_type", { type: "i32s", values: tokens.map((token) => TOKEN_TYPE[token.type]) }],
    ["tokenizer.ggml.unknown_token_id", u32(ids.unknown)],
    ["tokenizer.ggml.bos_token_id", u32(ids.begin)],
    ["tokenizer.ggml.eos_token_id", u32(ids.end)],
    ["tokenizer.ggml.eot_token_id", u32(ids.endOfTurn)],
    ["tokenizer.ggml.add_bos_token", bool(true)],
    ["tokenizer.ggml.add_eos_token", bool(false)],
    ["tokenizer.ggml.add_space_prefix", bool(false)],
    ...(template === null ? [] : [["tokenizer.chat_template", string(template)] as const]),
  ]);
}

function tensorsOf(model: RandomModel, { tokens, ids }: Vocabulary): readonly GgufTensor[] {
  const { layers, embedding, feedForward } = model;
  const kvWidth = (embedding / model.heads) * model.kvHeads;
  const next = randomBits(model.seed);
  const scale = model.scale ?? 2;
  const type = model.weights ?? "f32";

  const norm = (name: string): GgufTensor => ({
    name,
    shape: [embedding],
    type: "f32",
    chunks: () => [bytesOf(new Float32Array(embedding).fill(1))],
  });
  const matrix = (name: string, inputs: number, outputs: number, deviation: number): GgufTensor => ({
    name,
    shape: [inputs, outputs],
    type,
    chunks: () => randomChunks(inputs * outputs, deviation, type, next),
  });
  const fitted = (name: string, inputs: number, outputs: number): GgufTensor =>
    matrix(name, inputs, outputs, scale / Math.sqrt(inputs));
  /** Tokens without a row of weights have a logit of 0, below the best of the others. */
  const isSpoken = (id: number): boolean =>
    tokens[id]?.type === "normal" || (model.endOfTurn === "random" && id === ids.endOfTurn);
  const output: GgufTensor = {
    name: "output.weight",
    shape: [embedding, tokens.length],
    type,
    *chunks() {
      for (let id = 0; id < tokens.length; id++) {
        if (isSpoken(id)) yield* randomChunks(embedding, scale / Math.sqrt(embedding), type, next);
        else yield new Uint8Array(embedding * (type === "f16" ? 2 : 4));
      }
    },
  };

  return [
    matrix("token_embd.weight", embedding, tokens.length, 1),
    ...Array.from({ length: layers }, (_, layer) => [
      norm(`blk.${layer}.attn_norm.weight`),
      fitted(`blk.${layer}.attn_q.weight`, embedding, embedding),
      fitted(`blk.${layer}.attn_k.weight`, embedding, kvWidth),
      fitted(`blk.${layer}.attn_v.weight`, embedding, kvWidth),
      fitted(`blk.${layer}.attn_output.weight`, embedding, embedding),
      norm(`blk.${layer}.ffn_norm.weight`),
      fitted(`blk.${layer}.ffn_gate.weight`, embedding, feedForward),
      fitted(`blk.${layer}.ffn_up.weight`, embedding, feedForward),
      fitted(`blk.${layer}.ffn_down.weight`, feedForward, embedding),
    ]).flat(),
    norm("output_norm.weight"),
    output,
  ];
}

const LEVELS = 1 << 12;

/** Weights of a uniform distribution on a grid of `LEVELS`: as good as any for a model that knows nothing, and fast. */
function* randomChunks(
  count: number,
  deviation: number,
  type: TensorType,
  next: () => number,
): Generator<Uint8Array> {
  const reach = deviation * Math.sqrt(3);
  const level = (index: number): number => ((index + 0.5) / LEVELS) * 2 * reach - reach;
  const levels = Array.from({ length: LEVELS }, (_, index) => level(index));
  const grid = type === "f16" ? Uint16Array.from(levels, halfBits) : Float32Array.from(levels);
  for (let done = 0; done < count; done += CHUNK_WEIGHTS) {
    const length = Math.min(CHUNK_WEIGHTS, count - done);
    const chunk = type === "f16" ? new Uint16Array(length) : new Float32Array(length);
    for (let index = 0; index < length; index++) chunk[index] = grid[next() >>> 20] ?? 0;
    yield bytesOf(chunk);
  }
}

const bytesOf = (numbers: Float32Array | Uint16Array): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);

/** A number as the bits of an IEEE 754 half: good for magnitudes from 2^-14 to below 2^16; smaller ones become 0. */
function halfBits(value: number): number {
  const magnitude = Math.abs(value);
  const sign = value < 0 ? 0x8000 : 0;
  if (magnitude < 2 ** -14) return sign;
  const exponent = Math.floor(Math.log2(magnitude));
  // A fraction that rounds up to 1024 carries into the exponent, as it should.
  return sign | (((exponent + 15) << 10) + Math.round((magnitude / 2 ** exponent - 1) * 1_024));
}

/** The generator "mulberry32" of Tommy Ettinger: 32 random bits a call. */
function randomBits(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return (bits ^ (bits >>> 14)) >>> 0;
  };
}
