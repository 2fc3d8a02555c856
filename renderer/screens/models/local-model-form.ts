import { CONTRACT, type MethodInput } from "../../../shared/contract.ts";
import type { ModelFileFacts } from "../../../shared/local-models.ts";
import { amountOf, type ByteAmount, bytesOf } from "./byte-amount.ts";
import { type Checked, invalid } from "./checked.ts";

/** What the person has typed about a model file. */
export interface LocalModelForm {
  readonly title: string;
  readonly slots: string;
  readonly contextTokens: string;
  /** null: as the program finds it right for the memory that is free. */
  readonly ram: ByteAmount | null;
  readonly disk: ByteAmount;
  /** Empty: measured at load. */
  readonly threads: string;
}

export type LocalModelField = "title" | "slots" | "contextTokens" | "kvRamBytes" | "kvDiskBytes" | "threads";

const FIELDS = ["title", "slots", "contextTokens", "kvRamBytes", "kvDiskBytes", "threads"] as const;

export const isLocalModelField = (name: string | undefined): name is LocalModelField =>
  FIELDS.some((field) => field === name);

const SLOTS = 2;
/** A window that most machines have the memory for, in tokens. */
const USUAL_TOKENS = 8_192;
const SMALLEST_TOKENS = 256;
/** Agents that wait and whose state the program keeps in memory beside those that run, where there is room. */
const WAITING_AGENTS = 2;

/** The form as it is proposed for a file. */
export const proposedForm = (facts: ModelFileFacts): LocalModelForm => ({
  title: "",
  slots: String(SLOTS),
  contextTokens: String(Math.max(SMALLEST_TOKENS, Math.min(facts.trainedTokens, USUAL_TOKENS))),
  ram: null,
  disk: { amount: "2", unit: "GiB" },
  threads: "",
});

const whole = (text: string): number => {
  const digits = text.replaceAll(",", "").trim();
  return digits === "" ? Number.NaN : Number(digits);
};

/** Key-value state of one agent with a full window, in bytes; 0 while the window is no number. */
export function bytesPerAgent(form: LocalModelForm, facts: ModelFileFacts): number {
  const tokens = whole(form.contextTokens);
  return Number.isFinite(tokens) && tokens > 0 ? tokens * facts.kvBytesPerToken : 0;
}

/** What was typed, else about what the program takes by itself where there is enough free memory, in whole MiB. */
export function shownRam(form: LocalModelForm, facts: ModelFileFacts): ByteAmount {
  if (form.ram) return form.ram;
  const agents = (whole(form.slots) || SLOTS) + WAITING_AGENTS;
  return amountOf(Math.ceil((agents * bytesPerAgent(form, facts)) / 2 ** 20) * 2 ** 20);
}

/** The form as input of `models.addLocal`, checked by the contract's own schema. */
export function checkLocal(
  form: LocalModelForm,
  facts: ModelFileFacts,
): Checked<MethodInput<"models.addLocal">, LocalModelField> {
  const input = {
    file: facts.file,
    title: form.title.trim(),
    slots: whole(form.slots),
    contextTokens: whole(form.contextTokens),
    kvRamBytes: form.ram === null ? null : (bytesOf(form.ram) ?? Number.NaN),
    kvDiskBytes: bytesOf(form.disk) ?? Number.NaN,
    threads: form.threads.trim() === "" ? null : whole(form.threads),
  };
  const parsed = CONTRACT["models.addLocal"].input.safeParse(input);
  if (!parsed.success) {
    return invalid(
      FIELDS,
      parsed.error.issues.map((issue) => ({ ...issue, message: plainly(issue) })),
    );
  }
  if (input.contextTokens > facts.trainedTokens) {
    const trained = facts.trainedTokens.toLocaleString("en");
    const message = `The model was trained for ${trained} tokens: more would give nonsense`;
    return { type: "invalid", field: "contextTokens", message };
  }
  return { type: "valid", input };
}

/** The contract's schemas speak of types where a person typed no number. */
const plainly = (issue: { readonly code?: string; readonly message: string }): string =>
  issue.code === "invalid_type" ? "expected a whole number" : issue.message;
