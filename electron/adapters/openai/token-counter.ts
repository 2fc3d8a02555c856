import { z } from "zod";
import { estimateTokens } from "../../../shared/messages.ts";
import type { Clock, TokenCounts } from "../../kernel/ports.ts";
import { readBounded } from "./bounded-body.ts";
import type { ServerTraits } from "./server-traits.ts";
import { encodingOf } from "./tokenizer/encodings.ts";
import { TokenizerThread } from "./tokenizer/tokenizer-thread.ts";

/** As `LlmCore.countTokens`: never rejects, falls back to an estimate. */
export type TokenCounter = (texts: readonly string[]) => Promise<TokenCounts>;

export interface CounterOptions {
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly model: string;
  readonly clock: Clock;
  /** Aborted when the core is closed. */
  readonly closed: AbortSignal;
}

/** One for the process: its table takes some 40 MB. */
const thread = new TokenizerThread();

/** Counts as the server does; null where nobody can. */
export function tokenCounterOf(kind: ServerTraits["tokens"], options: CounterOptions): TokenCounter | null {
  if (kind === null) return null;
  if (kind !== "library") return serverCounter(kind, options);
  const encoding = encodingOf(options.model);
  if (encoding === null) return null;
  return async (texts) => {
    const counts = await thread.count(encoding, texts, options.clock);
    return counts === null ? estimated(texts) : { counts, source: "library" };
  };
}

const estimated = (texts: readonly string[]): TokenCounts => ({
  counts: texts.map(estimateTokens),
  source: "estimate",
});

/** A server on this machine counts in a few ms; while it counts, an agent waits. */
const LIMIT_MS = 3_000;
/** Requests at once. */
const AT_ONCE = 4;
/** Of an answer; a token takes some seven. */
const ANSWER_BYTES = 8 * 1024 * 1024;

/** The two forms of `/tokenize`. Texts stand alone: what a template puts around them is not counted. */
const FORMS = {
  "llama-server": {
    body: (_model: string, text: string) => ({ content: text, add_special: false, parse_special: false }),
    schema: z.object({ tokens: z.array(z.unknown()) }).transform(({ tokens }) => tokens.length),
  },
  vllm: {
    body: (model: string, text: string) => ({ model, prompt: text, add_special_tokens: false }),
    schema: z.object({ count: z.int().nonnegative() }).transform(({ count }) => count),
  },
} as const;

function serverCounter(kind: keyof typeof FORMS, options: CounterOptions): TokenCounter {
  const { baseUrl, apiKey, model, clock, closed } = options;
  const { body, schema } = FORMS[kind];
  const address = new URL("/tokenize", baseUrl).href;
  let missing = false;

  async function countOne(text: string, signal: AbortSignal): Promise<number> {
    if (text === "") return 0;
    const response = await fetch(address, {
      method: "POST",
      redirect: "manual",
      signal,
      headers: {
        "content-type": "application/json",
        ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify(body(model, text)),
    });
    if (response.status === 404) missing = true;
    const answer = await readBounded(response, ANSWER_BYTES);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return schema.parse(JSON.parse(answer.text));
  }

  return async (texts) => {
    if (missing || closed.aborted) return estimated(texts);
    const limit = new AbortController();
    const disarm = clock.after(LIMIT_MS, () => limit.abort());
    const signal = AbortSignal.any([limit.signal, closed]);
    try {
      const counts = new Array<number>(texts.length).fill(0);
      const left = texts.entries();
      await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          // The workers share one iterator: each takes the next text that is left.
          for (const [position, text] of left) counts[position] = await countOne(text, signal);
        }),
      );
      return { counts, source: "tokenizer" };
    } catch {
      limit.abort();
      return estimated(texts);
    } finally {
      disarm();
    }
  };
}
