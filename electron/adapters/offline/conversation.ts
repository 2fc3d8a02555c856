import type { Message } from "../../../shared/messages.ts";
import type { RecordedCall } from "./program.ts";

/** What a planner needs of a conversation. */
export interface Conversation {
  /** The last user message beside those of memory; "" when there is none. */
  readonly task: string;
  /** Calls asked for after the task, with their results, oldest first. */
  readonly recorded: readonly RecordedCall[];
  /** Assistant messages in all: what makes the ids of new calls unique. */
  readonly turns: number;
  /** The last final answer before the task; null when there is none. */
  readonly previousAnswer: string | null;
}

/** Reads a conversation. A call without a result on record is taken as one whose outcome is unknown. */
export function readConversation(messages: readonly Message[]): Conversation {
  const start = messages.findLastIndex((message) => message.role === "user" && message.part !== "memory");
  const user = messages[start];
  const results = new Map<string, RecordedCall["result"]>();
  for (const message of messages.slice(start + 1)) {
    if (message.role !== "tool") continue;
    results.set(message.toolCallId, { outcome: message.outcome, text: message.content });
  }
  const recorded: RecordedCall[] = [];
  for (const message of messages.slice(start + 1)) {
    if (message.role !== "assistant") continue;
    for (const { id, name, arguments: args } of message.toolCalls) {
      const result = results.get(id) ?? { outcome: "unknown" as const, text: "No result was recorded." };
      recorded.push({ request: { name, arguments: args }, result });
    }
  }
  const previous = messages
    .slice(0, Math.max(start, 0))
    .findLast((message) => message.role === "assistant" && message.toolCalls.length === 0);
  return {
    task: user?.role === "user" ? user.content.trim() : "",
    recorded,
    turns: messages.filter((message) => message.role === "assistant").length,
    previousAnswer: previous?.content ?? null,
  };
}
