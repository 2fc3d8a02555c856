import type { OllamaFacts } from "./facts.ts";

/**
 * Tokens that are asked for where nobody says otherwise: twice what Ollama takes by itself, and a few hundred
 * megabytes to a gigabyte of key-value memory for the models that people run.
 */
export const DEFAULT_WINDOW = 8_192;

/**
 * The window to ask Ollama for, in tokens: `num_ctx` of the model, else the server's setting when it stands in the
 * same environment, else the default; but no less than what it is loaded with, whose memory is spent already, and
 * no more than the model was trained for.
 */
export function ollamaWindow(
  facts: OllamaFacts | null,
  loadedTokens: number | null,
  environment: Readonly<Record<string, string | undefined>>,
): number {
  const wished = facts?.ownTokens ?? positive(environment.OLLAMA_CONTEXT_LENGTH) ?? DEFAULT_WINDOW;
  return Math.min(Math.max(wished, loadedTokens ?? 0), facts?.trainedTokens ?? Number.MAX_SAFE_INTEGER);
}

export const positive = (text: string | undefined): number | null => {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 ? number : null;
};
