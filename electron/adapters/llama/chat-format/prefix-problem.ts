import type { Message } from "../../../../shared/messages.ts";
import type { ChatFormat } from "../chat-format.ts";

const SYSTEM: Message = { role: "system", content: "You help." };
const PLAIN: readonly Message[] = [
  SYSTEM,
  { role: "user", content: "One?" },
  { role: "assistant", content: "One.", toolCalls: [] },
  { role: "user", content: "Two?" },
  { role: "assistant", content: "Two.", toolCalls: [] },
  { role: "user", content: "Three?" },
];
const CALLING: readonly Message[] = [
  SYSTEM,
  { role: "user", content: "Look" },
  { role: "assistant", content: "", toolCalls: [{ id: "a", name: "look", arguments: { at: "x" } }] },
  { role: "tool", toolCallId: "a", name: "look", content: "Seen", outcome: "ok" },
  { role: "assistant", content: "Seen.", toolCalls: [] },
  { role: "user", content: "Thanks" },
];
/** Most templates that leave thoughts out do so when the user speaks again, and not between tool calls. */
const THOUGHTFUL: readonly Message[] = CALLING.map((message) =>
  message.role === "assistant"
    ? { ...message, content: `<think>\nHm.\n</think>\n\n${message.content}` }
    : message,
);
const LOOK = { name: "look", description: "Looks", parameters: { type: "object", properties: {} } } as const;

/** Tries whether prompts stay prefixes from turn to turn, and says in words what goes wrong first; null for nothing. */
export function findPrefixProblem(format: Pick<ChatFormat, "render">): string | null {
  const stable = (messages: readonly Message[], tools: readonly (typeof LOOK)[] = []): boolean => {
    try {
      const prompts = messages.flatMap((message, index) =>
        message.role === "user" || message.role === "tool"
          ? [format.render(messages.slice(0, index + 1), tools).join("")]
          : [],
      );
      return prompts.every((prompt, index) => index === 0 || prompt.startsWith(prompts[index - 1] ?? ""));
    } catch {
      return false;
    }
  };
  if (!stable(PLAIN)) return "The model's chat template writes earlier turns differently from turn to turn.";
  if (!stable(CALLING, [LOOK]))
    return "The model's chat template changes earlier turns where tools are used.";
  if (!stable(THOUGHTFUL, [LOOK]))
    return "The model's chat template takes the thoughts of earlier answers out.";
  return null;
}
