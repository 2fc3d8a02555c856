import type { SyscallDetail } from "../../../shared/agent-detail.ts";
import { assertNever } from "../../../shared/errors.ts";
import type {
  Approval,
  ApprovalAnswer,
  DecidedApproval,
  DecidedBy,
  Effect,
} from "../../../shared/permission.ts";

/** How a syscall came through the gate. `settled` is what nobody needs to look at twice. */
export interface PermissionLine {
  readonly tone: "settled" | "allowed" | "asking" | "denied";
  readonly text: string;
  /** The reason on record, shown after the text. "" when the text says it all. */
  readonly reason: string;
}

const BY: Readonly<Record<DecidedBy, string>> = {
  "no-effect": "no effect",
  floor: "the floor that no rule lifts",
  ceiling: "its privilege groups",
  rule: "a rule",
  taint: "what its context holds",
  opaque: "nobody being able to foresee it",
  irreversible: "its not being reversible",
  grant: "an earlier answer for this run",
  mode: "the permission mode",
  "nobody-to-ask": "nobody being there to ask",
  person: "you",
  expired: "the request having expired",
};

/** The answer to a request in words, with who gave it. */
export function permissionAnswerLine(answer: ApprovalAnswer, by: DecidedApproval["by"]): PermissionLine {
  if (by === "agent-ended") return { tone: "settled", text: "Withdrawn when the agent ended", reason: "" };
  if (by === "expired") return { tone: "denied", text: "Expired without an answer", reason: "" };
  if (by === "nobody-to-ask")
    return { tone: "denied", text: "Denied because nobody was there to ask", reason: "" };
  switch (answer.type) {
    case "once":
      return { tone: "allowed", text: "You allowed it once", reason: "" };
    case "run":
      return { tone: "allowed", text: "You allowed it for this run", reason: "" };
    case "rule":
      return { tone: "allowed", text: "You allowed it with a rule", reason: "" };
    case "edit":
      return { tone: "settled", text: "You changed its arguments", reason: "" };
    case "deny":
      return { tone: "denied", text: "You denied it", reason: answer.reason };
    default:
      return assertNever(answer);
  }
}

/** Who let the syscall pass or stopped it, and why. null before the gate has decided. */
export function permissionLine(call: SyscallDetail): PermissionLine | null {
  if (call.answer) return permissionAnswerLine(call.answer.answer, call.answer.by);
  const { decision } = call;
  if (!decision) return null;
  switch (decision.verdict) {
    case "allow":
      return decision.by === "no-effect"
        ? { tone: "settled", text: "Nothing to allow", reason: decision.reason }
        : { tone: "allowed", text: `Allowed by ${BY[decision.by]}`, reason: decision.reason };
    case "ask":
      return call.state === "gated"
        ? { tone: "asking", text: "Waits for your answer", reason: decision.reason }
        : { tone: "settled", text: "Ended before it was answered", reason: decision.reason };
    case "deny":
      return { tone: "denied", text: `Denied by ${BY[decision.by]}`, reason: decision.reason };
    default:
      return assertNever(decision.verdict);
  }
}

/** An effect in words, such as `writes squares.txt`. */
export function effectText(effect: Effect): string {
  return `${EFFECT_VERB[effect.type]} ${effect.target}`;
}

const EFFECT_VERB: Readonly<Record<Effect["type"], string>> = {
  read: "reads",
  write: "writes",
  delete: "deletes",
  exec: "runs",
  net: "connects to",
  send: "sends to",
  config: "changes the settings of",
  secret: "uses the secret of",
};

/** Whether an effect can be taken back, in words. */
export function reversibleText({ type, reversible }: Effect): string {
  if (reversible === "no") return "cannot be undone";
  return type === "read" || type === "net" || type === "exec" ? "nothing to undo" : "can be undone";
}

/** Name of the thing a request is about: the target of its first effect, else the tool. */
export const subjectOf = (approval: Approval): string => approval.effects[0]?.target ?? approval.tool;
