import { CONTEXT_PARTS, type ContextPart, type ContextView, type PartUse } from "../../../shared/context.ts";
import type { Message } from "../../../shared/messages.ts";
import {
  ANSWER_RESERVE_SHARE,
  ANSWER_RESERVE_TOKENS,
  MEMORY_SHARE,
  SYSTEM_SHARE,
  TOOLS_SHARE,
} from "../limits.ts";
import { isRecall } from "./recall-message.ts";

/** Tokens of a window, and those of them that are kept free for the answer. */
export type ContextWindow = NonNullable<ContextView["window"]>;

/** Tokens of each part of a context. */
export type PartTokens = Readonly<Record<ContextPart, number>>;

/**
 * The window of a core and what is kept free in it for the answer: as much as the caller allows the answer, at most
 * ANSWER_RESERVE_TOKENS and ANSWER_RESERVE_SHARE of the window, at least one token. Null where it is not known.
 */
export function windowOf(contextTokens: number | null, maxOutputTokens: number | null): ContextWindow | null {
  if (contextTokens === null || contextTokens < 1) return null;
  const most = Math.min(ANSWER_RESERVE_TOKENS, Math.floor(contextTokens * ANSWER_RESERVE_SHARE));
  return { tokens: contextTokens, reserve: Math.max(1, Math.min(maxOutputTokens ?? most, most)) };
}

/** Tokens that a prompt may have. */
export const roomOf = (window: ContextWindow): number => Math.max(0, window.tokens - window.reserve);

/**
 * The part that a message belongs to. What comes from memory comes by itself at the beginning of a turn, or as results
 * of memory tools; `isMemoryTool` knows their names.
 */
export function partOf(message: Message, isMemoryTool: (name: string) => boolean): ContextPart {
  if (message.role === "system") return "system";
  const isResult = message.role === "tool" && isMemoryTool(message.name);
  return isResult || isRecall(message) ? "memory" : "history";
}

/** Adds up the tokens of messages by part; `counts` has one number for each message. */
export function partTokens(
  messages: readonly Message[],
  counts: readonly number[],
  others: { readonly tools: number; readonly partial: number },
  isMemoryTool: (name: string) => boolean,
): PartTokens {
  const tokens = { system: 0, memory: 0, history: 0, ...others };
  messages.forEach((message, index) => {
    tokens[partOf(message, isMemoryTool)] += counts[index] ?? 0;
  });
  return tokens;
}

/**
 * The parts in the order of reading, each with its budget. An answer that has begun has what is kept free for
 * answers; the small parts have a share each; history has all that the others do not use, which is less than
 * nobody's share where one of them takes too much. Budgets are null where the window is not known.
 */
export function partUses(tokens: PartTokens, window: ContextWindow | null): readonly PartUse[] {
  const budgets = window ? budgetsOf(tokens, window) : null;
  return CONTEXT_PARTS.map((part) => ({ part, tokens: tokens[part], budget: budgets?.[part] ?? null }));
}

function budgetsOf(tokens: PartTokens, window: ContextWindow): PartTokens {
  const room = roomOf(window);
  const overflow = Math.max(0, tokens.partial - window.reserve);
  return {
    system: Math.floor(room * SYSTEM_SHARE),
    tools: Math.floor(room * TOOLS_SHARE),
    memory: Math.floor(room * MEMORY_SHARE),
    history: Math.max(0, room - tokens.system - tokens.tools - tokens.memory - overflow),
    partial: window.reserve,
  };
}
