import { chunk, DONE, usageChunk } from "../misbehaving-behaviours.ts";
import type { CustomBehaviour } from "../misbehaving-server.ts";

export interface ScriptedCall {
  /** New in the conversation. */
  readonly id: string;
  readonly name: string;
  readonly args: object;
}

/** A model's answer that calls several tools at once. */
export function callsOf(calls: readonly ScriptedCall[]): CustomBehaviour {
  const made = calls.map(({ id, name, args }, index) => ({
    index,
    id,
    type: "function",
    function: { name, arguments: JSON.stringify(args) },
  }));
  return {
    pieces: [chunk({ role: "assistant", tool_calls: made }), chunk({}, "tool_calls"), usageChunk, DONE],
    ending: "end",
  };
}

/** A model's answer that calls one tool. `id` must be new in the conversation. */
export const callOf = (id: string, name: string, args: object): CustomBehaviour =>
  callsOf([{ id, name, args }]);

/** A model's answer in words. */
export const answerOf = (text: string): CustomBehaviour => ({
  pieces: [chunk({ role: "assistant", content: text }), chunk({}, "stop"), usageChunk, DONE],
  ending: "end",
});
