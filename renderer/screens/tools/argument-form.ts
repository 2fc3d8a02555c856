import type { Json, JsonObject } from "../../../shared/messages.ts";
import { isObject, listOf, resolved, textOf, typeText } from "./json-schema.ts";

/** How a value is typed in. `json`: anything without a simple input of its own. */
export type FieldKind =
  | { readonly type: "text"; readonly lines: "one" | "many" }
  | { readonly type: "number"; readonly whole: "yes" | "no" }
  | { readonly type: "choice"; readonly values: readonly Json[] }
  | { readonly type: "json" };

export interface ArgumentField {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly need: "required" | "optional";
  readonly kind: FieldKind;
  /** What the field holds at first, as typed text. */
  readonly first: string;
}

/** What was typed, by field; "" is left out of the call. */
export type TypedArguments = Readonly<Record<string, string>>;

export type CheckedArguments =
  | { readonly type: "ready"; readonly arguments: JsonObject }
  | { readonly type: "wrong"; readonly field: string | null; readonly message: string };

/** Names that tell of texts of several lines. */
const LONG_TEXT = /content|text|body|code|script|message|prompt|query|thought/i;

/** The inputs for a tool's arguments, in the schema's order. */
export function argumentFields(schema: JsonObject): readonly ArgumentField[] {
  if (!isObject(schema.properties)) return [];
  const required = listOf(schema.required);
  return Object.entries(schema.properties).map(([name, value]) => {
    const property = resolved(isObject(value) ? value : {}, schema);
    const kind = kindOf(name, property);
    return {
      name,
      label: name,
      hint: textOf(property.description) || textOf(property.title) || typeText(property, schema),
      need: required.includes(name) ? "required" : "optional",
      kind,
      first: property.default === undefined ? "" : typedText(property.default, kind),
    };
  });
}

function kindOf(name: string, property: JsonObject): FieldKind {
  const values = listOf(property.enum);
  if (values.length > 0) return { type: "choice", values };
  switch (property.type) {
    case "string":
      return { type: "text", lines: LONG_TEXT.test(name) ? "many" : "one" };
    case "number":
      return { type: "number", whole: "no" };
    case "integer":
      return { type: "number", whole: "yes" };
    case "boolean":
      return { type: "choice", values: [true, false] };
    default:
      return { type: "json" };
  }
}

/** A value as the field's input shows it. */
const typedText = (value: Json, kind: FieldKind): string =>
  typeof value === "string" && kind.type === "text" ? value : JSON.stringify(value);

export const firstArguments = (fields: readonly ArgumentField[]): TypedArguments =>
  Object.fromEntries(fields.map((field) => [field.name, field.first]));

/** The call's arguments as typed. Only what nobody could mean is refused here; the tool's schema judges the rest. */
export function checkArguments(fields: readonly ArgumentField[], typed: TypedArguments): CheckedArguments {
  const values: Record<string, Json> = {};
  for (const field of fields) {
    const text = typed[field.name] ?? "";
    if (text === "") {
      if (field.need === "optional") continue;
      // An empty text is a value where a text is asked for.
      if (field.kind.type !== "text") {
        return { type: "wrong", field: field.name, message: `${field.name} is required` };
      }
    }
    const read = readValue(field, text);
    if ("problem" in read) return { type: "wrong", field: field.name, message: read.problem };
    values[field.name] = read.value;
  }
  return { type: "ready", arguments: values };
}

type ReadValue = { readonly value: Json } | { readonly problem: string };

function readValue({ kind }: ArgumentField, text: string): ReadValue {
  if (kind.type === "text") return { value: text };
  if (kind.type === "number") {
    const number = text.trim() === "" ? Number.NaN : Number(text);
    if (!Number.isFinite(number)) return { problem: "Expected a number" };
    if (kind.whole === "yes" && !Number.isInteger(number)) return { problem: "Expected a whole number" };
    return { value: number };
  }
  return readJson(text);
}

/** All arguments as one JSON text. */
export function checkJson(text: string): CheckedArguments {
  const read = readJson(text.trim() === "" ? "{}" : text);
  if ("problem" in read) return { type: "wrong", field: null, message: read.problem };
  if (!isObject(read.value))
    return { type: "wrong", field: null, message: 'Expected an object such as {"name": 1}' };
  return { type: "ready", arguments: read.value };
}

function readJson(text: string): ReadValue {
  try {
    return { value: JSON.parse(text) };
  } catch (thrown) {
    return { problem: `Not JSON: ${thrown instanceof Error ? thrown.message : "cannot be read"}` };
  }
}

/** The field of a kernel error's dotted path, when it is one of these. */
export const fieldAtFault = (fields: readonly ArgumentField[], path: string | undefined): string | null => {
  const parts = (path ?? "").replace(/^arguments\./, "").split(/[./]/);
  return fields.find(({ name }) => parts.includes(name))?.name ?? null;
};
