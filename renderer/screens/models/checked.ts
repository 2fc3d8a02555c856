/** What checking a form gave: the input of a method, or the first field at fault and why. */
export type Checked<T, Field extends string> =
  | { readonly type: "valid"; readonly input: T }
  | { readonly type: "invalid"; readonly field: Field; readonly message: string };

export type FieldProblem<Field extends string> = Extract<Checked<never, Field>, { readonly type: "invalid" }>;

interface Issue {
  readonly message: string;
  readonly path: readonly PropertyKey[];
}

/** The first issue, at its field; at the first of `fields` where it names none of them. */
export function invalid<Field extends string>(
  fields: readonly [Field, ...Field[]],
  issues: readonly Issue[],
): FieldProblem<Field> {
  const [first] = issues;
  const field = fields.find((name) => name === first?.path[0]) ?? fields[0];
  return { type: "invalid", field, message: sentence(first?.message ?? "not valid") };
}

/** With a capital at the start, as it stands under a field. */
export const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** A message and its way out in one line. */
export const withHint = (message: string, hint: string | undefined): string =>
  hint ? `${message.replace(/\.$/, "")}. ${hint}` : message;
