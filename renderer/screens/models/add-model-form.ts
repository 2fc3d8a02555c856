import { CONTRACT, type MethodInput } from "../../../shared/contract.ts";
import { type Checked, invalid } from "./checked.ts";

/** What the person has typed. */
export interface AddModelForm {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
  readonly title: string;
  /** In tokens; empty where the server says it. */
  readonly contextTokens: string;
}

export const EMPTY_FORM: AddModelForm = { baseUrl: "", apiKey: "", model: "", title: "", contextTokens: "" };

export type FormField = keyof AddModelForm;

const FIELDS = ["baseUrl", "apiKey", "model", "title", "contextTokens"] as const;

/** The form as input of `cores.add`, checked by the contract's own schema. */
export function checkAdd(form: AddModelForm): Checked<MethodInput<"cores.add">, FormField> {
  const window = form.contextTokens.replaceAll(",", "").trim();
  const input = {
    baseUrl: form.baseUrl.trim(),
    apiKey: form.apiKey.trim(),
    model: form.model.trim(),
    title: form.title.trim(),
    contextTokens: window === "" ? null : Number(window),
  };
  const parsed = CONTRACT["cores.add"].input.safeParse(input);
  return parsed.success ? { type: "valid", input } : invalid(FIELDS, parsed.error.issues);
}

/** What of the form a test needs. A model need not be chosen yet. */
export function checkTest(form: AddModelForm): Checked<MethodInput<"cores.test">, FormField> {
  const input = { baseUrl: form.baseUrl.trim(), apiKey: form.apiKey.trim(), model: form.model.trim() };
  const parsed = CONTRACT["cores.add"].input.pick({ baseUrl: true, apiKey: true }).safeParse({
    baseUrl: input.baseUrl,
    apiKey: input.apiKey,
  });
  return parsed.success ? { type: "valid", input } : invalid(FIELDS, parsed.error.issues);
}
