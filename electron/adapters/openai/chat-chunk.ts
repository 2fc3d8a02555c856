import { z } from "zod";
import type { TokenUsage } from "../../../shared/messages.ts";
import type { ToolCallPiece } from "./tool-call-assembler.ts";

const text = z.string().nullish();
const id = z.union([z.string(), z.number().transform(String)]).nullish();

const callSchema = z
  .object({
    index: z.number().nullish(),
    id,
    function: z.object({ name: text, arguments: z.unknown().optional() }).nullish(),
  })
  .transform(
    (call): ToolCallPiece => ({
      index: call.index,
      id: call.id,
      name: call.function?.name,
      arguments: call.function?.arguments,
    }),
  );

/** `content` is text, or a list of parts of which those with a text count. */
const contentSchema = z
  .union([
    z.string(),
    z
      .array(z.object({ text: z.string().optional().catch(undefined) }))
      .transform((parts) => parts.map((part) => part.text ?? "").join("")),
  ])
  .nullish();

const partSchema = z
  .object({
    content: contentSchema,
    refusal: text.catch(null),
    reasoning_content: text.catch(null),
    reasoning: text.catch(null),
    tool_calls: z.array(callSchema).nullish(),
  })
  .nullish();

const tokens = z.int().nonnegative();
const cached = tokens.nullish().catch(null);

/** Cached tokens as OpenAI and vLLM name them, and as DeepSeek does. */
const usageSchema = z
  .object({
    prompt_tokens: tokens,
    completion_tokens: tokens,
    prompt_tokens_details: z.object({ cached_tokens: cached }).nullish().catch(null),
    prompt_cache_hit_tokens: cached,
  })
  .nullish()
  .catch(null);

/** A chunk of a streamed answer, or a whole answer: the same but for `delta` and `message`. */
const chunkSchema = z.object({
  choices: z
    .array(z.object({ delta: partSchema, message: partSchema, finish_reason: text.catch(null) }))
    .nullish(),
  usage: usageSchema,
  /** llama-server's own, beside the usage. */
  timings: z.object({ cache_n: cached }).nullish().catch(null),
  error: z.unknown().optional(),
});

/** Tokens as a server reports them. */
export type ReportedUsage = Omit<TokenUsage, "source">;

/** What one chunk says, in one form for all servers. */
export interface ChatChunk {
  readonly text: string;
  /** Thoughts that some models show: they count as output but are no part of the answer. */
  readonly reasoning: string;
  readonly calls: readonly ToolCallPiece[];
  readonly finishReason: string | null;
  readonly usage: ReportedUsage | null;
}

export type ParsedChunk =
  | { readonly type: "chunk"; readonly chunk: ChatChunk }
  /** An error object where a chunk should be. */
  | { readonly type: "error" }
  | { readonly type: "malformed" };

/** Reads one chunk or whole answer from JSON text. Never throws. */
export function parseChatChunk(json: string): ParsedChunk {
  const parsed = chunkSchema.safeParse(parseJson(json));
  if (!parsed.success) return { type: "malformed" };
  const { choices, error } = parsed.data;
  if (error !== undefined && error !== null) return { type: "error" };
  const choice = choices?.[0];
  const part = choice?.delta ?? choice?.message;
  return {
    type: "chunk",
    chunk: {
      text: (part?.content ?? "") + (part?.refusal ?? ""),
      reasoning: part?.reasoning_content ?? part?.reasoning ?? "",
      calls: part?.tool_calls ?? [],
      finishReason: choice?.finish_reason || null,
      usage: usageOf(parsed.data),
    },
  };
}

function usageOf({ usage, timings }: z.infer<typeof chunkSchema>): ReportedUsage | null {
  if (!usage) return null;
  const cachedTokens =
    usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? timings?.cache_n ?? null;
  return {
    promptTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens,
    // As it says: some servers count them among the prompt's tokens, and some apart.
    ...(cachedTokens === null ? {} : { cachedTokens }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
