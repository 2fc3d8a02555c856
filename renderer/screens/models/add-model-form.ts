import { CONTRACT, type MethodInput } from "../../../shared/contract.ts";

/** What the person has typed. */
export interface AddModelForm {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
  readonly title: string;
}

export const EMPTY_FORM: AddModelForm = { baseUrl: "", apiKey: "", model: "", title: "" };

export type FormField = keyof AddModelForm;

export type Checked<T> =
  | { readonly type: "valid"; readonly input: T }
  | { readonly type: "invalid"; readonly field: FormField; readonly message: string };

const FIELDS: readonly FormField[] = ["baseUrl", "apiKey", "model", "title"];

interface Problem {
  readonly message: string;
  readonly path: readonly PropertyKey[];
}

function invalid(problems: readonly Problem[]): Checked<never> {
  const [first] = problems;
  const field = FIELDS.find((name) => name === first?.path[0]) ?? "baseUrl";
  const message = first?.message ?? "not valid";
  return { type: "invalid", field, message: `${message.charAt(0).toUpperCase()}${message.slice(1)}` };
}

/** The form as input of `cores.add`, checked by the contract's own schema. */
export function checkAdd(form: AddModelForm): Checked<MethodInput<"cores.add">> {
  const input = {
    baseUrl: form.baseUrl.trim(),
    apiKey: form.apiKey.trim(),
    model: form.model.trim(),
    title: form.title.trim(),
  };
  const parsed = CONTRACT["cores.add"].input.safeParse(input);
  return parsed.success ? { type: "valid", input } : invalid(parsed.error.issues);
}

/** What of the form a test needs. A model need not be chosen yet. */
export function checkTest(form: AddModelForm): Checked<MethodInput<"cores.test">> {
  const input = { baseUrl: form.baseUrl.trim(), apiKey: form.apiKey.trim(), model: form.model.trim() };
  const parsed = CONTRACT["cores.add"].input.pick({ baseUrl: true, apiKey: true }).safeParse({
    baseUrl: input.baseUrl,
    apiKey: input.apiKey,
  });
  return parsed.success ? { type: "valid", input } : invalid(parsed.error.issues);
}
