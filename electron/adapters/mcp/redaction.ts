import { SECRET_CHARACTERS } from "./limits.ts";

/** Takes the secrets that a server was given out of what it says, and makes the text well-formed Unicode. */
export type Redact = (text: string) => string;

/** Never throws. Secrets shorter than SECRET_CHARACTERS are left: as words they may stand anywhere. */
export function redactor(secrets: Readonly<Record<string, string>>): Redact {
  const values = Object.values(secrets)
    .filter((value) => value.length >= SECRET_CHARACTERS)
    .toSorted((a, b) => b.length - a.length);
  return (text) => values.reduce((left, value) => left.replaceAll(value, "[secret]"), text).toWellFormed();
}
