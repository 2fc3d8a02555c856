import type { PromptView } from "../../../shared/contract.ts";
import type { CoreInfo } from "../../../shared/cores.ts";
import { estimateTokens, type Message, type ToolSpecification } from "../../../shared/messages.ts";

export interface PromptMessage {
  readonly message: Message;
  /** Position in the prompt, from 1. */
  readonly position: number;
  /** Estimated. */
  readonly tokens: number;
}

export interface PromptParts {
  readonly system: readonly PromptMessage[];
  readonly tools: readonly { readonly tool: ToolSpecification; readonly tokens: number }[];
  readonly history: readonly PromptMessage[];
}

const tokensOfMessage = (message: Message): number =>
  estimateTokens(message.content) +
  (message.role === "assistant" && message.toolCalls.length > 0
    ? estimateTokens(JSON.stringify(message.toolCalls))
    : 0);

/** Splits a prompt into what was said before the task (system), the tools on offer, and the history. */
export function promptParts(prompt: PromptView): PromptParts {
  const messages = prompt.messages.map(
    (message, index): PromptMessage => ({ message, position: index + 1, tokens: tokensOfMessage(message) }),
  );
  return {
    system: messages.filter(({ message }) => message.role === "system"),
    tools: prompt.tools.map((tool) => ({ tool, tokens: estimateTokens(JSON.stringify(tool)) })),
    history: messages.filter(({ message }) => message.role !== "system"),
  };
}

/** The smallest window among the cores that serve the model: what the prompt must fit. null where none is known. */
export function windowOf(model: string | null, cores: Iterable<CoreInfo>): number | null {
  let smallest: number | null = null;
  for (const core of cores) {
    const size = core.capabilities.contextTokens;
    if (core.model !== model || size === null) continue;
    smallest = smallest === null ? size : Math.min(smallest, size);
  }
  return smallest;
}

/** The prompt as JSON, as it goes on the clipboard. */
export const promptText = (prompt: PromptView): string =>
  JSON.stringify({ model: prompt.model, messages: prompt.messages, tools: prompt.tools }, null, 2);
