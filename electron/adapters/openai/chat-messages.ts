import type {
  ChatCompletionFunctionTool,
  ChatCompletionMessageParam,
} from "openai/resources/chat/completions";
import { assertNever } from "../../../shared/errors.ts";
import type { Message, ToolSpecification } from "../../../shared/messages.ts";

/** Our messages as chat-completion messages, one for one and in order. */
export const toChatMessages = (messages: readonly Message[]): ChatCompletionMessageParam[] =>
  messages.map(toChatMessage);

function toChatMessage(message: Message): ChatCompletionMessageParam {
  switch (message.role) {
    case "system":
      return { role: "system", content: message.content };
    case "user":
      return { role: "user", content: message.content };
    case "assistant":
      if (message.toolCalls.length === 0) return { role: "assistant", content: message.content };
      return {
        role: "assistant",
        content: message.content === "" ? null : message.content,
        tool_calls: message.toolCalls.map((call) => ({
          id: call.id,
          type: "function",
          function: { name: call.name, arguments: JSON.stringify(call.arguments) },
        })),
      };
    case "tool":
      return { role: "tool", tool_call_id: message.toolCallId, content: message.content };
    default:
      return assertNever(message);
  }
}

export const toChatTools = (tools: readonly ToolSpecification[]): ChatCompletionFunctionTool[] =>
  tools.map((tool) => ({
    type: "function",
    function: { name: tool.name, description: tool.description, parameters: { ...tool.parameters } },
  }));

/** Ids of tool calls that the context already holds. */
export const callIdsOf = (messages: readonly Message[]): ReadonlySet<string> =>
  new Set(
    messages.flatMap((message) =>
      message.role === "assistant" ? message.toolCalls.map((call) => call.id) : [],
    ),
  );
