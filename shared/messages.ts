import type { AgentId } from "./ids.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** A call that a model asks for. `arguments` is parsed and still unchecked against the tool's schema. */
export interface ToolCall {
  /** Unique within the agent. Ids of models that reuse theirs are made unique by the agent's loop. */
  readonly id: string;
  readonly name: string;
  readonly arguments: JsonObject;
}

export interface AssistantMessage {
  readonly role: "assistant";
  readonly content: string;
  readonly toolCalls: readonly ToolCall[];
}

export type ToolOutcome = "ok" | "error" | "denied" | "unknown";

/** One message of a context, in the vocabulary every model API shares. */
export type Message =
  | { readonly role: "system"; readonly content: string }
  /** `part`: no words of anybody's, but what memory has about the turn. */
  | { readonly role: "user"; readonly content: string; readonly from?: AgentId; readonly part?: "memory" }
  | AssistantMessage
  | {
      readonly role: "tool";
      readonly toolCallId: string;
      readonly name: string;
      readonly content: string;
      readonly outcome: ToolOutcome;
    };

/** A tool as a model is told of it. `parameters` is a JSON Schema of an object. */
export interface ToolSpecification {
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonObject;
}

/** Tokens of one model call. `estimated` when the model's server did not report them. */
export interface TokenUsage {
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly source: "reported" | "estimated";
  /** Prompt tokens that the core had in a cache and did not read again. Absent where it does not say. */
  readonly cachedTokens?: number;
}

/** Rough tokens of a text, for windows and budgets where no tokenizer is at hand: four characters each. */
export const estimateTokens = (text: string): number => Math.ceil(text.length / 4);
