import type { Json, JsonObject } from "../../../shared/messages.ts";
import { hasHidden, visibleJson } from "./visible-text.ts";

/**
 * How one argument is typed. `text`: as it is. `json`: as JSON, which also writes down what a text field would change
 * or hide: line ends other than line feeds, and characters that cannot be seen.
 */
export interface EditField {
  readonly name: string;
  readonly kind: "text" | "json";
  readonly first: string;
}

/** What was typed, by the name of the argument. */
export type EditDraft = Readonly<Record<string, string>>;

export type EditedArguments =
  | { readonly type: "ready"; readonly arguments: JsonObject }
  /** `field` is null where all of the JSON is one text. */
  | { readonly type: "wrong"; readonly field: string | null; readonly message: string };

/** Most arguments with a field each; larger calls are edited as one JSON text. */
const MOST_FIELDS = 24;

/** A field for each argument, or null where one JSON text serves better. */
export function editFields(values: JsonObject): readonly EditField[] | null {
  const entries = Object.entries(values);
  if (entries.length === 0 || entries.length > MOST_FIELDS) return null;
  if (entries.some(([name]) => hasHidden(name))) return null;
  return entries.map(([name, value]) =>
    typeof value === "string" && !hasHidden(value)
      ? { name, kind: "text", first: value }
      : { name, kind: "json", first: visibleJson(value) },
  );
}

export const firstDraft = (fields: readonly EditField[]): EditDraft =>
  Object.fromEntries(fields.map(({ name, first }) => [name, first]));

/** The arguments as typed in their fields. */
export function readFields(fields: readonly EditField[], draft: EditDraft): EditedArguments {
  const values: [string, Json][] = [];
  for (const { name, kind } of fields) {
    const text = draft[name] ?? "";
    if (kind === "text") {
      values.push([name, text]);
      continue;
    }
    const read = readJson(text);
    if ("problem" in read) return { type: "wrong", field: name, message: read.problem };
    values.push([name, read.value]);
  }
  return { type: "ready", arguments: Object.fromEntries(values) };
}

/** The arguments as one JSON text. */
export function readText(text: string): EditedArguments {
  const read = readJson(text);
  if ("problem" in read) return { type: "wrong", field: null, message: read.problem };
  if (typeof read.value !== "object" || read.value === null || Array.isArray(read.value)) {
    return { type: "wrong", field: null, message: 'Expected an object such as {"path": "notes.txt"}' };
  }
  return { type: "ready", arguments: read.value as JsonObject };
}

function readJson(text: string): { readonly value: Json } | { readonly problem: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (thrown) {
    return { problem: `Not JSON: ${thrown instanceof Error ? thrown.message : "cannot be read"}` };
  }
}
