import type { TokenSource, Truncation } from "../../../shared/context.ts";
import type { CoreId, SyscallId } from "../../../shared/ids.ts";
import type { Message, TokenUsage } from "../../../shared/messages.ts";
import { TRUNCATION_LEAST_REPORTED, TRUNCATION_SHARE, TRUNCATION_TOKENS } from "../limits.ts";
import { messageText } from "./token-counts.ts";

export interface SentPrompt {
  readonly coreId: CoreId;
  readonly syscallId: SyscallId;
  readonly messages: readonly Message[];
  /** Tokens of the messages, and of the tools that were offered. */
  readonly counted: { readonly messages: number; readonly tools: number };
  readonly countedBy: TokenSource;
  /** Tokens that the prompt has more than the one before it on this core; null for the first one. */
  readonly added: number | null;
}

/**
 * Null, or that a server read clearly less than it was sent: it dropped the beginning without a word, as Ollama does
 * with a prompt longer than its `num_ctx`. It errs towards null:
 *
 * - Only reported usage counts, and cached tokens count as read: some servers report them apart.
 * - Tools do not count: each server has its own words for them, or leaves them out.
 * - An estimate is first brought down to the least that the texts can be (`leastTokens`).
 * - A report that what was added alone explains may be of a server that leaves out what it had in its cache, as
 *   some releases of Ollama and others do.
 */
export function truncationOf(prompt: SentPrompt, usage: TokenUsage, at: number): Truncation | null {
  if (usage.source !== "reported") return null;
  const read = usage.promptTokens + (usage.cachedTokens ?? 0);
  if (
    usage.promptTokens < TRUNCATION_LEAST_REPORTED ||
    isDropped(read, prompt.counted.messages, prompt.countedBy) === "no"
  ) {
    return null;
  }
  if (prompt.added !== null && usage.promptTokens <= prompt.added / TRUNCATION_SHARE[prompt.countedBy])
    return null;
  if (prompt.countedBy === "estimate") {
    const least = prompt.messages.reduce((total, message) => total + leastTokens(messageText(message)), 0);
    if (isDropped(read, least, "estimate") === "no") return null;
  }
  const { coreId, syscallId, counted, countedBy } = prompt;
  const sent = counted.messages + counted.tools;
  return { coreId, syscallId, counted: sent, countedBy, reported: usage.promptTokens, at };
}

const isDropped = (read: number, counted: number, source: TokenSource): "yes" | "no" =>
  read < counted * TRUNCATION_SHARE[source] && counted - read > TRUNCATION_TOKENS ? "yes" : "no";

/**
 * A lower estimate than four characters a token: tokenizers take whole runs of blanks, rules and repeated signs as
 * one token, so a run counts as one character.
 */
export const leastTokens = (text: string): number =>
  Math.floor(text.replace(/\s+/g, " ").replace(/([^\w\s])\1{2,}|(\w)\2{3,}/g, "$1$2").length / 4);
