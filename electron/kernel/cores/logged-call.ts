import { cutText } from "../../../shared/events.ts";
import type { SyscallCall } from "../../../shared/syscall.ts";

/**
 * A call as the log keeps it. Of texts to embed only the beginnings: they stand in memory and in files already, and a
 * log that grew by every text of every folder, with each new model again, would be of no use to anybody.
 */
export function loggedCall(call: SyscallCall): SyscallCall {
  if (call.kind !== "llm" || call.purpose !== "embedding" || call.messages === null) return call;
  return {
    ...call,
    messages: call.messages.map((message) => ({ ...message, content: cutText(message.content) })),
  };
}
