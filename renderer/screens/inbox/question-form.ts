import type { Json, JsonObject } from "../../../shared/messages.ts";
import type { ElicitationAnswer } from "../../../shared/servers.ts";

export interface QuestionOption {
  readonly value: string;
  readonly label: string;
}

export type QuestionKind =
  | { readonly type: "text"; readonly format: string; readonly fewest: number; readonly most: number | null }
  | {
      readonly type: "number";
      readonly whole: "yes" | "no";
      readonly minimum: number | null;
      readonly maximum: number | null;
    }
  | { readonly type: "boolean" }
  | { readonly type: "one-of"; readonly options: readonly QuestionOption[] }
  | {
      readonly type: "some-of";
      readonly options: readonly QuestionOption[];
      readonly fewest: number;
      readonly most: number | null;
    };

/** One field of a server's question. */
export interface QuestionField {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly need: "required" | "optional";
  readonly kind: QuestionKind;
  /** Whether its name or words ask for what no server should be told. */
  readonly secrecy: "asks-for-a-secret" | "plain";
  readonly first: Typed;
}

/** What was typed: a text, `true` or `false` for a boolean, a list for several choices. */
export type Typed = string | readonly string[];
export type TypedAnswer = Readonly<Record<string, Typed>>;

type Content = Extract<ElicitationAnswer, { readonly type: "accept" }>["content"];
type Value = Content[string];

export type CheckedAnswer =
  | { readonly type: "ready"; readonly content: Content }
  | { readonly type: "wrong"; readonly errors: Readonly<Record<string, string>> };

/** Words that tell of passwords and the like; the short ones only in a name, where they mean nothing else. */
const SECRET =
  /pass(word|wd|phrase|code)|secret|api.?key|private.?key|access.?token|credential|card.?number|security.?code/i;
const SECRET_NAME = /\b(pin|cvv|cvc|token)\b/i;

/**
 * The fields of a question, in the schema's order: a flat object of texts, numbers, booleans and choices, as the Model
 * Context Protocol has it (elicitation, 2025-11-25). A property that is none of these is asked for as text.
 */
export function questionFields(schema: JsonObject): readonly QuestionField[] {
  const required = listOf(schema.required);
  return Object.entries(objectOf(schema.properties)).map(([name, value]) => {
    const property = objectOf(value);
    const kind = kindOf(property);
    const label = textOf(property.title) || name;
    const hint = textOf(property.description);
    return {
      name,
      label,
      hint,
      need: required.includes(name) ? "required" : "optional",
      kind,
      secrecy:
        SECRET.test(`${name} ${label} ${hint}`) || SECRET_NAME.test(`${name} ${label}`)
          ? "asks-for-a-secret"
          : "plain",
      first: firstOf(kind, property.default),
    };
  });
}

export const firstAnswer = (fields: readonly QuestionField[]): TypedAnswer =>
  Object.fromEntries(fields.map(({ name, first }) => [name, first]));

function kindOf(property: JsonObject): QuestionKind {
  const options = optionsOf(property);
  if (options.length > 0) return { type: "one-of", options };
  switch (property.type) {
    case "number":
    case "integer":
      return {
        type: "number",
        whole: property.type === "integer" ? "yes" : "no",
        minimum: numberOf(property.minimum),
        maximum: numberOf(property.maximum),
      };
    case "boolean":
      return { type: "boolean" };
    case "array":
      return {
        type: "some-of",
        options: optionsOf(objectOf(property.items)),
        fewest: numberOf(property.minItems) ?? 0,
        most: numberOf(property.maxItems),
      };
    default:
      return {
        type: "text",
        format: textOf(property.format),
        fewest: numberOf(property.minLength) ?? 0,
        most: numberOf(property.maxLength),
      };
  }
}

/** Choices by `enum` with `enumNames`, or by `oneOf` and `anyOf` of titled constants. */
function optionsOf(property: JsonObject): readonly QuestionOption[] {
  const names = listOf(property.enumNames);
  const plain = listOf(property.enum).flatMap((value, index) =>
    typeof value === "string" ? [{ value, label: textOf(names[index]) || value }] : [],
  );
  const titled = [...listOf(property.oneOf), ...listOf(property.anyOf)].flatMap((each) => {
    const { const: value, title } = objectOf(each);
    return typeof value === "string" ? [{ value, label: textOf(title) || value }] : [];
  });
  return [...plain, ...titled];
}

function firstOf(kind: QuestionKind, standard: Json | undefined): Typed {
  switch (kind.type) {
    case "some-of":
      return listOf(standard).filter((value) => typeof value === "string");
    case "boolean":
      return standard === true ? "true" : "false";
    default:
      return typeof standard === "string" || typeof standard === "number" ? String(standard) : "";
  }
}

/** The answer as typed, or what is wrong with it by field. The kernel checks it against the schema once more. */
export function checkAnswer(fields: readonly QuestionField[], typed: TypedAnswer): CheckedAnswer {
  const content: [string, Value][] = [];
  const errors: [string, string][] = [];
  for (const field of fields) {
    const read = readField(field, typed[field.name] ?? field.first);
    if (read === null) continue;
    if ("problem" in read) errors.push([field.name, read.problem]);
    else content.push([field.name, read.value]);
  }
  return errors.length > 0
    ? { type: "wrong", errors: Object.fromEntries(errors) }
    : { type: "ready", content: Object.fromEntries(content) };
}

/** null: left out. */
type Read = { readonly value: Value } | { readonly problem: string } | null;

function readField({ kind, need }: QuestionField, typed: Typed): Read {
  if (kind.type === "some-of") return readSome(kind, need, typeof typed === "string" ? [] : typed);
  const text = typeof typed === "string" ? typed : "";
  if (kind.type === "boolean") return { value: text === "true" };
  if (text === "") return need === "required" ? { problem: "An answer is required" } : null;
  if (kind.type === "one-of") return { value: text };
  return kind.type === "number" ? readNumber(kind, text) : readText(kind, text);
}

function readSome(
  { fewest, most }: Extract<QuestionKind, { readonly type: "some-of" }>,
  need: QuestionField["need"],
  chosen: readonly string[],
): Read {
  if (chosen.length === 0 && need === "optional") return null;
  if (chosen.length < fewest) return { problem: `Choose at least ${fewest}` };
  if (most !== null && chosen.length > most) return { problem: `Choose at most ${most}` };
  return { value: [...chosen] };
}

function readNumber(
  { whole, minimum, maximum }: Extract<QuestionKind, { readonly type: "number" }>,
  text: string,
): Read {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(number)) return { problem: "Expected a number" };
  if (whole === "yes" && !Number.isInteger(number)) return { problem: "Expected a whole number" };
  if (minimum !== null && number < minimum) return { problem: `Expected ${minimum} or more` };
  if (maximum !== null && number > maximum) return { problem: `Expected ${maximum} or less` };
  return { value: number };
}

function readText(
  { format, fewest, most }: Extract<QuestionKind, { readonly type: "text" }>,
  text: string,
): Read {
  // JSON Schema counts characters as Unicode does.
  const length = [...text].length;
  if (length < fewest) return { problem: `Expected at least ${fewest} characters` };
  if (most !== null && length > most) return { problem: `Expected at most ${most} characters` };
  const problem = formatProblem(format, text);
  return problem === null ? { value: text } : { problem };
}

function formatProblem(format: string, text: string): string | null {
  switch (format) {
    case "email":
      return /^[^\s@]+@[^\s@]+$/.test(text) ? null : "Expected an address such as ada@example.com";
    case "uri":
      return URL.canParse(text) ? null : "Expected an address such as https://example.com/";
    case "date":
      return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
        ? null
        : "Expected a date such as 2026-01-31";
    case "date-time":
      return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/i.test(text)
        ? null
        : "Expected a time such as 2026-01-31T12:00:00Z";
    default:
      return null;
  }
}

/** The field that a kernel error's dotted path names; null when it names none of these. */
export const fieldAtFault = (fields: readonly QuestionField[], path: string | undefined): string | null => {
  const parts = (path ?? "").split(/[./]/);
  return fields.find(({ name }) => parts.includes(name))?.name ?? null;
};

const objectOf = (value: Json | undefined): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");
const numberOf = (value: Json | undefined): number | null => (typeof value === "number" ? value : null);
