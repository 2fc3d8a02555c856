import { KernelError } from "../../../shared/errors.ts";
import type { Message, ToolCall } from "../../../shared/messages.ts";
import type { RawAnswer } from "./answer-reader.ts";
import { quote } from "./scrub.ts";
import type { ServerIdentity } from "./server-identity.ts";
import { readArguments } from "./tolerant-json.ts";
import type { AssembledCall } from "./tool-call-assembler.ts";

/** Characters of a broken call that are shown to the model again. */
const SHOWN_CHARACTERS = 8_000;

export type ReadCalls =
  | { readonly type: "whole"; readonly calls: readonly ToolCall[] }
  | { readonly type: "broken"; readonly call: AssembledCall };

/** Parses the tool calls of an answer, or names the first one that cannot be read. */
export function readToolCalls(answer: RawAnswer, takenIds: ReadonlySet<string>): ReadCalls {
  const calls: ToolCall[] = [];
  for (const call of answer.calls.finish(takenIds)) {
    const parsed = call.name === "" ? null : readArguments(call.arguments);
    if (parsed === null) return { type: "broken", call };
    calls.push({ id: call.id, name: call.name, arguments: parsed });
  }
  return { type: "whole", calls };
}

/**
 * What is added to the context to have a broken call sent again. The call is told as text: servers that parse the
 * arguments of earlier calls would reject it in its own form.
 */
export function repairMessages(answer: RawAnswer, broken: AssembledCall): readonly Message[] {
  const name = broken.name === "" ? "a tool without a name" : broken.name;
  const shown = broken.arguments.slice(0, SHOWN_CHARACTERS);
  const before = answer.text === "" ? "" : `${answer.text.slice(0, SHOWN_CHARACTERS)}\n\n`;
  return [
    {
      role: "assistant",
      content: `${before}I called ${name} with these arguments: ${shown}`,
      toolCalls: [],
    },
    {
      role: "user",
      content:
        "None of your tool calls was run: these arguments are not a valid JSON object. " +
        "Send every call of that turn again, with arguments in valid JSON.",
    },
  ];
}

export function brokenCallError(
  broken: AssembledCall,
  why: "again" | "cut-off",
  server: ServerIdentity,
): KernelError {
  const name = broken.name === "" ? "a tool without a name" : broken.name;
  const shown = quote(broken.arguments, server.secret);
  const what =
    why === "again"
      ? `called ${name} with arguments that are not valid JSON, also when asked again`
      : `was cut off at the output limit in the middle of a call of ${name}`;
  return new KernelError(
    "model-tool-call-malformed",
    `${server.model} of ${server.subject} ${what}: ${shown}`,
    {
      hint:
        why === "again"
          ? "Choose a model that is better at tool calls in Models."
          : "Raise the output limit of the agent, or ask for less at once.",
    },
  );
}
