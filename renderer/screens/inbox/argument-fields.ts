import type { Json, JsonObject } from "../../../shared/messages.ts";

/** Longest string that is shown within its line, in characters. */
const INLINE_CHARACTERS = 80;

/** One argument of a call: a short value in its line, a long or many-lined string as a block of text. */
export type ArgumentField =
  | { readonly name: string; readonly show: "inline"; readonly json: string }
  | { readonly name: string; readonly show: "block"; readonly text: string; readonly lines: number }
  | { readonly name: string; readonly show: "json"; readonly json: string };

function fieldOf(name: string, value: Json): ArgumentField {
  if (typeof value === "string" && (value.length > INLINE_CHARACTERS || value.includes("\n"))) {
    return { name, show: "block", text: value, lines: value.split("\n").length };
  }
  if (typeof value === "object" && value !== null) {
    return { name, show: "json", json: JSON.stringify(value, null, 2) };
  }
  return { name, show: "inline", json: JSON.stringify(value) };
}

/** Every argument, in the order the model gave them. Nothing is left out or shortened. */
export const argumentFields = (values: JsonObject): readonly ArgumentField[] =>
  Object.entries(values).map(([name, value]) => fieldOf(name, value));
