import type { Json, JsonObject, ToolSpecification } from "../../../../shared/messages.ts";
import { readArguments } from "../../openai/tolerant-json.ts";

export interface ReadCall {
  readonly name: string;
  readonly arguments: JsonObject;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The calls in a JSON text, an object or a list of them; null where one cannot be read without guessing. */
export function readCalls(text: string, tools: readonly ToolSpecification[]): readonly ReadCall[] | null {
  if (text.trim() === "") return null;
  const wrapped = readArguments(`{"calls": ${text}\n}`);
  const value = wrapped?.calls;
  const items = Array.isArray(value) ? (value as readonly Json[]) : [value];
  const calls = items.map((item) => (isObject(item) ? readCall(item, tools) : null));
  return calls.length > 0 && calls.every((call) => call !== null) ? calls : null;
}

/** The call of a named tool with its arguments as text; null where they cannot be read. */
export function readNamedCall(
  name: string,
  text: string,
  tools: readonly ToolSpecification[],
): ReadCall | null {
  const read = name === "" ? null : readArguments(text);
  return read === null ? null : { name, arguments: withoutNulls(name, read, tools) };
}

function readCall(item: JsonObject, tools: readonly ToolSpecification[]): ReadCall | null {
  const call = isObject(item.function) ? item.function : item;
  const name = call.name;
  if (typeof name !== "string" || name === "") return null;
  const given = call.arguments ?? call.parameters ?? {};
  const read = typeof given === "string" ? readArguments(given) : given;
  return isObject(read ?? undefined)
    ? { name, arguments: withoutNulls(name, read as JsonObject, tools) }
    : null;
}

/**
 * Without arguments that are null where the tool wants something else or nothing: that is how models leave an argument
 * out, and how the grammar lets them.
 */
function withoutNulls(name: string, given: JsonObject, tools: readonly ToolSpecification[]): JsonObject {
  const parameters = tools.find((tool) => tool.name === name)?.parameters;
  const properties = parameters?.properties;
  const required = parameters?.required;
  if (!isObject(properties)) return given;
  const mayGo = (key: string): boolean => {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const type = isObject(property) ? property.type : undefined;
    return (
      typeof type === "string" && type !== "null" && !(Array.isArray(required) && required.includes(key))
    );
  };
  return Object.fromEntries(Object.entries(given).filter(([key, value]) => value !== null || !mayGo(key)));
}
