import type { JsonObject, ToolSpecification } from "../../../shared/messages.ts";

/** Schema of `{"name": ..., "arguments": {...}}`: the name of a tool and arguments by that tool's own schema. */
export const callSchema = (tools: readonly ToolSpecification[]): JsonObject => ({
  oneOf: tools.map((tool) => ({
    type: "object",
    properties: { name: { const: tool.name }, arguments: argumentsSchema(tool) },
    required: ["name", "arguments"],
  })),
});

/** Schema of a list of at least one call. */
export const callListSchema = (tools: readonly ToolSpecification[]): JsonObject => ({
  type: "array",
  items: callSchema(tools),
  minItems: 1,
});

/** Schema of a tool's arguments; an object whatever the tool says. */
export const argumentsSchema = (tool: ToolSpecification): JsonObject => ({
  ...tool.parameters,
  type: "object",
});
