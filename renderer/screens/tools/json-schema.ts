import type { Json, JsonObject } from "../../../shared/messages.ts";

/** Levels of nested objects that a table shows; the schema itself shows the rest. */
const MOST_LEVELS = 4;
/** Rows of one table. */
const MOST_ROWS = 200;
/** Alternatives named before a list of them is cut. */
const MOST_ALTERNATIVES = 12;

/** One property of a schema, nested ones by dotted path. */
export interface SchemaRow {
  readonly path: string;
  readonly type: string;
  readonly need: "required" | "optional";
  readonly description: string;
  /** As JSON; null where there is none. */
  readonly standard: string | null;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

export const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");

/** The schema that a local `$ref` stands for, else the schema itself. One step: a loop of references ends here. */
export function resolved(schema: JsonObject, root: JsonObject): JsonObject {
  const reference = textOf(schema.$ref);
  if (!reference.startsWith("#/")) return schema;
  let found: Json | undefined = root;
  for (const part of reference.slice(2).split("/")) {
    found = isObject(found) ? found[part.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
  }
  return isObject(found) ? { ...found, ...schema } : schema;
}

/** The properties of an object schema as rows, in the schema's order, each object before its own. Never throws. */
export function schemaRows(schema: JsonObject): readonly SchemaRow[] {
  const rows: SchemaRow[] = [];
  addRows(rows, schema, schema, "", 1);
  return rows;
}

function addRows(
  rows: SchemaRow[],
  schema: JsonObject,
  root: JsonObject,
  prefix: string,
  level: number,
): void {
  if (!isObject(schema.properties)) return;
  const required = listOf(schema.required);
  for (const [name, value] of Object.entries(schema.properties)) {
    if (rows.length >= MOST_ROWS) return;
    const property = resolved(isObject(value) ? value : {}, root);
    const path = `${prefix}${name}`;
    rows.push({
      path,
      type: typeText(property, root),
      need: required.includes(name) ? "required" : "optional",
      description: textOf(property.description),
      standard: property.default === undefined ? null : JSON.stringify(property.default),
    });
    if (level >= MOST_LEVELS) continue;
    addRows(rows, property, root, `${path}.`, level + 1);
    if (isObject(property.items)) {
      addRows(rows, resolved(property.items, root), root, `${path}[].`, level + 1);
    }
  }
}

/** The type of a value in words, such as `text`, `list of whole numbers`, `"a" or "b"`. */
export function typeText(schema: JsonObject, root: JsonObject, level = 1): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const values = listOf(schema.enum);
  if (values.length > 0) return alternatives(values.map((value) => JSON.stringify(value)));
  const options = [...listOf(schema.anyOf), ...listOf(schema.oneOf)].filter(isObject);
  if (options.length > 0 && level < MOST_LEVELS) {
    return alternatives([
      ...new Set(options.map((option) => typeText(resolved(option, root), root, level + 1))),
    ]);
  }
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]).map(textOf).filter(Boolean);
  if (types.length === 0) return isObject(schema.properties) ? "object" : "anything";
  return alternatives(types.map((type) => typeWord(type, schema, root, level)));
}

function alternatives(words: readonly string[]): string {
  const shown = words.slice(0, MOST_ALTERNATIVES).join(" or ");
  const rest = words.length - MOST_ALTERNATIVES;
  return rest > 0 ? `${shown} or ${rest} others` : shown;
}

function typeWord(type: string, schema: JsonObject, root: JsonObject, level: number): string {
  switch (type) {
    case "string":
      return "text";
    case "integer":
      return "whole number";
    case "boolean":
      return "true or false";
    case "array":
      return isObject(schema.items) && level < MOST_LEVELS
        ? `list of ${typeText(resolved(schema.items, root), root, level + 1)}`
        : "list";
    default:
      return type;
  }
}
