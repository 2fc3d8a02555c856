import { assertNever } from "../../../shared/errors.ts";
import type { JsonObject, Message } from "../../../shared/messages.ts";
import type { ChatCall } from "../openai/chat-caller.ts";
import { toChatTools } from "../openai/chat-messages.ts";

interface ChatMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string;
  /** Arguments are objects here, not text. */
  readonly tool_calls?: readonly {
    readonly function: { readonly name: string; readonly arguments: JsonObject };
  }[];
  readonly tool_name?: string;
}

/** The body of a call of `/api/chat`. Source: Ollama, docs/api.md; `truncate` and `shift`: api/types.go, 0.12.6. */
export interface ChatBody {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly stream: true;
  /** With `false` a prompt that is too long is refused; with `true`, the default, its beginning is dropped. */
  readonly truncate: false;
  /** With `false` an answer ends where the window is full; else the beginning of the prompt makes room for it. */
  readonly shift: false;
  readonly options: { readonly num_ctx: number; readonly num_predict?: number };
  readonly tools?: ReturnType<typeof toChatTools>;
  /** A JSON Schema. */
  readonly format?: JsonObject;
}

/** `window` in tokens is set on every call: one without it would load the model again with Ollama's own. */
export function chatBody(model: string, window: number, { request, messages, head }: ChatCall): ChatBody {
  const { tools, maxOutputTokens, responseSchema } = request;
  const sent = messages.map(toChatMessage);
  // An assistant message that stands last is continued.
  if (head !== null) sent.push({ role: "assistant", content: head });
  return {
    model,
    messages: sent,
    stream: true,
    truncate: false,
    shift: false,
    options: { num_ctx: window, ...(maxOutputTokens === null ? {} : { num_predict: maxOutputTokens }) },
    ...(tools.length > 0 ? { tools: toChatTools(tools) } : {}),
    ...(responseSchema === undefined ? {} : { format: responseSchema }),
  };
}

function toChatMessage(message: Message): ChatMessage {
  const { role, content } = message;
  switch (role) {
    case "system":
    case "user":
      return { role, content };
    case "assistant": {
      const calls = message.toolCalls.map(({ name, arguments: input }) => ({
        function: { name, arguments: input },
      }));
      return { role, content, ...(calls.length > 0 ? { tool_calls: calls } : {}) };
    }
    case "tool":
      return { role, content, tool_name: message.name };
    default:
      return assertNever(role);
  }
}
