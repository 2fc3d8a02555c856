import type { TokenSource, Truncation } from "../../../shared/context.ts";
import type { CoreId, SyscallId } from "../../../shared/ids.ts";
import type { Message, TokenUsage } from "../../../shared/messages.ts";
import { TRUNCATION_LEAST_REPORTED, TRUNCATION_SHARE, TRUNCATION_TOKENS } from "../limits.ts";
import { leastTokens } from "./least-tokens.ts";
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
 * - Where nobody could count, the least that the texts can be takes the place of the estimate (`leastTokens`).
 * - A report that what was added alone explains may be of a server that leaves out what it had in its cache, as
 *   some releases of Ollama and others do.
 */
export function truncationOf(prompt: SentPrompt, usage: TokenUsage, at: number): Truncation | null {
  if (usage.source !== "reported" || usage.promptTokens < TRUNCATION_LEAST_REPORTED) return null;
  const { coreId, syscallId, messages, counted, countedBy, added } = prompt;
  const share = TRUNCATION_SHARE[countedBy];
  if (added !== null && usage.promptTokens <= added / share) return null;
  const least =
    countedBy === "estimate"
      ? messages.reduce((total, message) => total + leastOf(message), 0)
      : counted.messages;
  const read = usage.promptTokens + (usage.cachedTokens ?? 0);
  if (read >= least * share || least - read <= TRUNCATION_TOKENS) return null;
  const reported = usage.promptTokens;
  return { coreId, syscallId, counted: counted.messages + counted.tools, countedBy, reported, at };
}

/** A message never changes, so each is looked at once. */
const known = new WeakMap<Message, number>();

function leastOf(message: Message): number {
  const least = known.get(message) ?? leastTokens(messageText(message));
  known.set(message, least);
  return least;
}
