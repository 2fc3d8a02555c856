import type { Encoding } from "./encodings.ts";

type Count = (text: string) => number;

/**
 * Runs of one class of characters that the encodings' patterns leave in one piece: merging a piece takes time with
 * the square of its length. Cut here, each part costs about one token more than in the whole.
 */
const LONG_RUN = /[\p{L}\p{M}]{512}|\s{512}|[^\s\p{L}\p{N}]{512}|[\r\n/]{512}/gu;

/** Says how many tokens a text has. Loads the encoding's table: some 150 ms, held by the caller's thread. */
export async function loadCounter(encoding: Encoding): Promise<Count> {
  const { countTokens } = await load(encoding);
  // Names of special tokens in a text are text, as OpenAI's servers take them.
  const count: Count = (text) => countTokens(text, { disallowedSpecial: new Set() });
  return (text) => {
    let tokens = 0;
    let from = 0;
    for (const { index, 0: run } of text.matchAll(LONG_RUN)) {
      if (index > from) tokens += count(text.slice(from, index));
      tokens += count(run);
      from = index + run.length;
    }
    return tokens + (from < text.length ? count(text.slice(from)) : 0);
  };
}

/** Each in an import of its own: only the table that is asked for is read. */
function load(encoding: Encoding) {
  switch (encoding) {
    case "o200k_base":
      return import("gpt-tokenizer/encoding/o200k_base");
    case "cl100k_base":
      return import("gpt-tokenizer/encoding/cl100k_base");
  }
}
