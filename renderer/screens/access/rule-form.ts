import { type RuleDraft, ruleDraftSchema } from "../../../shared/access.ts";
import { badInput } from "../../../shared/errors.ts";
import type { EffectType } from "../../../shared/permission.ts";
import type { Expiry } from "./expiry.ts";

/** A rule as it is typed. "" stands for any. */
export interface RuleForm {
  readonly verdict: RuleDraft["verdict"];
  readonly agent: string;
  readonly tool: string;
  readonly effect: EffectType | "";
  readonly pattern: string;
  readonly where: "everywhere" | "workspace";
  readonly expiry: Expiry;
  /** Set when the expiry was chosen, so that the words shown are the words saved. */
  readonly expiresAt: number | null;
}

export const EMPTY_RULE: RuleForm = {
  verdict: "ask",
  agent: "",
  tool: "",
  effect: "",
  pattern: "**",
  where: "everywhere",
  expiry: "never",
  expiresAt: null,
};

export type CheckedRule =
  | { readonly type: "ready"; readonly draft: RuleDraft }
  | { readonly type: "wrong"; readonly field: keyof RuleForm; readonly message: string };

const FIELDS: readonly (keyof RuleForm)[] = ["agent", "tool", "effect", "pattern", "expiry"];

/** The rule as it would be saved, or the first thing wrong with it. `workspace` is the absolute folder, if known. */
export function checkRule(form: RuleForm, workspace: string | null): CheckedRule {
  if (form.where === "workspace" && workspace === null) {
    return { type: "wrong", field: "where", message: "The workspace folder is not known yet" };
  }
  const parsed = ruleDraftSchema.safeParse({
    verdict: form.verdict,
    agent: orNull(form.agent),
    tool: orNull(form.tool),
    effect: form.effect === "" ? null : form.effect,
    pattern: form.pattern.trim(),
    workspace: form.where === "workspace" ? workspace : null,
    expiresAt: form.expiresAt,
  } satisfies Record<keyof RuleDraft, unknown>);
  if (parsed.success) return { type: "ready", draft: parsed.data };
  const { field = "", message } = badInput("", parsed.error).data;
  return { type: "wrong", field: fieldNamed(field), message: message.split(": ").at(-1) ?? message };
}

const orNull = (text: string): string | null => (text.trim() === "" ? null : text.trim());

/** The field of the form that a dotted path of the contract is about; the pattern where there is none. */
export const fieldNamed = (path: string): keyof RuleForm => {
  const name = path.split(".").at(-1) ?? "";
  if (name === "expiresAt") return "expiry";
  if (name === "workspace") return "where";
  return FIELDS.find((field) => field === name) ?? "pattern";
};
