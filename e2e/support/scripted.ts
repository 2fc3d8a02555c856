import { chunk, DONE, usageChunk } from "../misbehaving-behaviours.ts";
import type { CustomBehaviour } from "../misbehaving-server.ts";

/** A model's answer that calls one tool. `id` must be new in the conversation. */
export function callOf(id: string, name: string, args: object): CustomBehaviour {
  const call = { index: 0, id, type: "function", function: { name, arguments: JSON.stringify(args) } };
  return {
    pieces: [chunk({ role: "assistant", tool_calls: [call] }), chunk({}, "tool_calls"), usageChunk, DONE],
    ending: "end",
  };
}

/** A model's answer in words. */
export const answerOf = (text: string): CustomBehaviour => ({
  pieces: [chunk({ role: "assistant", content: text }), chunk({}, "stop"), usageChunk, DONE],
  ending: "end",
});
