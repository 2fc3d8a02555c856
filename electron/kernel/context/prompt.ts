import type { PromptView } from "../../../shared/contract.ts";
import { estimateTokens, type Message, type ToolSpecification } from "../../../shared/messages.ts";
import type { SyscallCall } from "../../../shared/syscall.ts";

type ModelCall = Extract<SyscallCall, { kind: "llm" }>;

/** The prompt of a model call as it is sent, in parts: the one function for the dispatcher and for the screen. */
export function promptOf(
  call: ModelCall,
  context: readonly Message[],
  specifications: (names: readonly string[]) => readonly ToolSpecification[],
): Pick<PromptView, "messages" | "tools"> {
  return { messages: call.messages ?? context, tools: specifications(call.tools) };
}

/** Most output tokens that a model may make: what its caller asked for, within its budget; null for no limit. */
export function outputLimit(call: ModelCall, tokenBudget: number | null): number | null {
  if (call.maxOutputTokens === null || tokenBudget === null) return call.maxOutputTokens ?? tokenBudget;
  return Math.min(call.maxOutputTokens, tokenBudget);
}

/** Estimated tokens of each part of a prompt. */
export function promptTokens(
  messages: readonly Message[],
  tools: readonly ToolSpecification[],
): PromptView["tokens"] {
  const textOf = (message: Message): string =>
    message.role === "assistant" ? message.content + JSON.stringify(message.toolCalls) : message.content;
  const sum = (parts: readonly Message[]): number =>
    parts.reduce((total, message) => total + estimateTokens(textOf(message)), 0);
  return {
    system: sum(messages.filter((message) => message.role === "system")),
    tools: tools.length === 0 ? 0 : estimateTokens(JSON.stringify(tools)),
    history: sum(messages.filter((message) => message.role !== "system")),
  };
}
