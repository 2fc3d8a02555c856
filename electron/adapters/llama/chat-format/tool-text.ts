import type { JsonObject, ToolCall, ToolSpecification } from "../../../../shared/messages.ts";

/**
 * Tools as plain text, for templates that know nothing of them: the form of the Hermes models, which many others have
 * seen too. The answer reader reads it.
 */
export function toolsAsText(tools: readonly ToolSpecification[]): string {
  const list = tools.map((tool) =>
    JSON.stringify({
      name: tool.name,
      description: tool.description,
      parameters: tool.parameters,
    }),
  );
  return [
    "You can call tools. These are there, one a line, with the JSON Schema of their arguments:",
    "<tools>",
    ...list,
    "</tools>",
    "To call one, write this and nothing after it:",
    '<tool_call>{"name": "<name of the tool>", "arguments": {<its arguments>}}</tool_call>',
    "The result comes in <tool_response></tool_response>. Answer without a call when you need no tool.",
  ].join("\n");
}

export const callAsText = (call: Pick<ToolCall, "name" | "arguments">): string =>
  `<tool_call>${JSON.stringify({ name: call.name, arguments: call.arguments satisfies JsonObject })}</tool_call>`;

export const resultAsText = (name: string, content: string): string =>
  `<tool_response>\n${name}: ${content}\n</tool_response>`;
