import type { JsonObject } from "../../../shared/messages.ts";
import { SECRET_CHARACTERS } from "./limits.ts";

/** Takes the secrets that a server was given out of what it says, and makes the text well-formed Unicode. */
export type Redact = (text: string) => string;

/**
 * Never throws. What is hardly a key is left, for results are full of it: values shorter than SECRET_CHARACTERS,
 * paths, and addresses without a user name or password. What a server encodes in a way of its own is not known again.
 */
export function redactor(secrets: Readonly<Record<string, string>>): Redact {
  const keys = Object.values(secrets)
    .flatMap((value) => [value, keyOfHeader(value)])
    .filter((value) => value.length >= SECRET_CHARACTERS && !isPath(value) && !isPlainAddress(value));
  const values = [...new Set(keys.flatMap(writtenForms))].toSorted((a, b) => b.length - a.length);
  return (text) => values.reduce((left, value) => left.replaceAll(value, "[secret]"), text).toWellFormed();
}

/** As `redact`, for every text of a value, names of fields included. */
export const redactJson = (redact: Redact, value: JsonObject): JsonObject =>
  JSON.parse(redact(JSON.stringify(value)));

/** As it is, inside a text of JSON, inside such a text that is itself one of JSON, and in an address. */
function writtenForms(value: string): readonly string[] {
  const inJson = inJsonText(value);
  return [value, inJson, inJsonText(inJson), encodeURIComponent(value.toWellFormed())];
}

const inJsonText = (value: string): string => JSON.stringify(value).slice(1, -1);

/** The key in a header such as `Authorization: Bearer <key>`, by itself; else empty. */
const keyOfHeader = (value: string): string => /^(?:basic|bearer|token) +(\S+)$/i.exec(value)?.[1] ?? "";

const isPath = (value: string): boolean => /^(~?\/|[a-z]:[\\/])[\w .@()\\/-]*$/i.test(value);

function isPlainAddress(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && url.host !== "" && url.username === "" && url.password === "" && url.search === "";
}
