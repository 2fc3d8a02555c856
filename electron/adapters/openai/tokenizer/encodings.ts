/** The encodings of chat models; older ones are of models that only complete. */
export type Encoding = "o200k_base" | "cl100k_base";

/**
 * By the beginning of a model's name, the longer one first. Source: tiktoken, tiktoken/model.py, checked against
 * the library's own table of models.
 */
const BY_PREFIX: readonly (readonly [prefix: string, encoding: Encoding])[] = [
  ["gpt-4o", "o200k_base"],
  ["gpt-4.1", "o200k_base"],
  ["gpt-4.5", "o200k_base"],
  ["chatgpt-4o", "o200k_base"],
  ["gpt-5", "o200k_base"],
  ["o1", "o200k_base"],
  ["o3", "o200k_base"],
  ["o4-mini", "o200k_base"],
  ["gpt-4", "cl100k_base"],
  ["gpt-3.5-turbo", "cl100k_base"],
];

/** The encoding of an OpenAI model; null for a name that is not known. A tuned model counts as its base. */
export function encodingOf(model: string): Encoding | null {
  const base = model.startsWith("ft:") ? (model.split(":")[1] ?? "") : model;
  const known = BY_PREFIX.find(
    ([prefix]) => base === prefix || base.startsWith(`${prefix}-`) || base.startsWith(`${prefix}.`),
  );
  return known?.[1] ?? null;
}
