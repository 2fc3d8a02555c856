import type { JsonObject, ToolSpecification } from "../../../shared/messages.ts";

/** Schema of `{"name": ..., "arguments": {...}}`: the name of a tool and arguments by that tool's own schema. */
export const callSchema = (tools: readonly ToolSpecification[]): JsonObject => ({
  oneOf: tools.map((tool) => ({
    type: "object",
    properties: { name: { const: tool.name }, arguments: argumentsSchema(tool) },
    required: ["name", "arguments"],
    additionalProperties: false,
  })),
});

/** Schema of a list of at least one call. */
export const callListSchema = (tools: readonly ToolSpecification[]): JsonObject => ({
  type: "array",
  items: callSchema(tools),
  minItems: 1,
});

/** Schema of a tool's arguments. An argument that may be left out may be null too, which counts as left out. */
export function argumentsSchema(tool: ToolSpecification): JsonObject {
  const properties = tool.parameters.properties;
  const required = tool.parameters.required;
  if (typeof properties !== "object" || properties === null || Array.isArray(properties))
    return tool.parameters;
  const needed = new Set(Array.isArray(required) ? required : []);
  return {
    ...tool.parameters,
    type: "object",
    properties: Object.fromEntries(
      Object.entries(properties).map(([key, schema]) => [
        key,
        needed.has(key) ? schema : { oneOf: [schema, { type: "null" }] },
      ]),
    ),
    required: Object.keys(properties),
  };
}
