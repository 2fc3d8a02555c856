import { z } from "zod";
import type { ParsedChunk, ReportedUsage } from "../openai/chat-chunk.ts";

const text = z.string().nullish();
const tokens = z.int().nonnegative().nullish().catch(null);

const callSchema = z.object({
  id: text.catch(null),
  function: z.object({ name: z.string(), arguments: z.unknown().optional() }),
});

const lineSchema = z.object({
  message: z
    .object({ content: text, thinking: text.catch(null), tool_calls: z.array(callSchema).nullish() })
    .nullish(),
  done: z.boolean().nullish(),
  done_reason: text.catch(null),
  prompt_eval_count: tokens,
  /** Among those of the prompt. Newer versions say it. */
  prompt_eval_cached_count: tokens,
  eval_count: tokens,
  error: z.unknown().optional(),
});

/** Reads one line of an answer of `/api/chat`. Never throws. Source: Ollama, docs/api.md and api/types.go. */
export function parseChatLine(json: string): ParsedChunk {
  const parsed = lineSchema.safeParse(parseJson(json));
  if (!parsed.success) return { type: "malformed" };
  const { message, done, done_reason: reason, error } = parsed.data;
  if (error !== undefined && error !== null) return { type: "error" };
  if (!message && !done) return { type: "malformed" };
  return {
    type: "chunk",
    chunk: {
      text: message?.content ?? "",
      reasoning: message?.thinking ?? "",
      // Each call comes whole.
      calls: (message?.tool_calls ?? []).map((call) => ({
        id: call.id,
        name: call.function.name,
        arguments: call.function.arguments ?? {},
      })),
      finishReason: done ? (reason ?? "stop") : null,
      usage: usageOf(parsed.data),
    },
  };
}

/** A prompt that was wholly in its cache is not counted by some versions. */
function usageOf(line: z.infer<typeof lineSchema>): ReportedUsage | null {
  const { done, prompt_eval_count: prompt, eval_count: output, prompt_eval_cached_count: cached } = line;
  if (!done || typeof prompt !== "number" || typeof output !== "number") return null;
  return {
    promptTokens: prompt,
    outputTokens: output,
    ...(typeof cached === "number" ? { cachedTokens: cached } : {}),
  };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
