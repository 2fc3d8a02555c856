import { z } from "zod";
import type { RuleDraft } from "./access.ts";
import type { Effect } from "./effects.ts";
import type { PlanStep } from "./files.ts";
import type { AgentId, ApprovalId, GrantId, RuleId, SyscallId } from "./ids.ts";
import type { JsonObject } from "./messages.ts";
import { jsonObjectSchema } from "./schema-parts.ts";
import type { TaintSource } from "./taint.ts";

export * from "./effects.ts";

export type Risk = "none" | "low" | "medium" | "high";

/**
 * `ask`: every effect. `ask-on-risk`: medium risk and up. `run-freely`: nothing but what cannot be taken back, what
 * nobody can foresee, and what taint makes dangerous.
 */
export const modeSchema = z.enum(["ask", "ask-on-risk", "run-freely"]);
export type PermissionMode = z.infer<typeof modeSchema>;

/** The step of the engine that settled the question. */
export type DecidedBy =
  | "no-effect"
  | "floor"
  | "ceiling"
  | "rule"
  | "taint"
  | "opaque"
  | "irreversible"
  | "grant"
  | "mode"
  | "nobody-to-ask"
  | "person"
  | "expired";

export interface Decision {
  readonly verdict: "allow" | "ask" | "deny";
  readonly by: DecidedBy;
  readonly risk: Risk;
  readonly effects: readonly Effect[];
  /** One sentence for the person, and for the agent when it is denied. */
  readonly reason: string;
  readonly grantId?: GrantId;
  readonly ruleId?: RuleId;
}

/** "For this run": one agent, one tool. Ends with the agent, and never covers what cannot be taken back. */
export interface Grant {
  readonly id: GrantId;
  readonly agentId: AgentId;
  readonly tool: string;
  /** Word for word what was shown before it was given. */
  readonly text: string;
  readonly createdAt: number;
}

/** What the person sees of a change to a file. Sides over the preview limit are cut, and say so. */
export type Preview =
  | { readonly type: "none" }
  | {
      readonly type: "file-change";
      readonly path: string;
      /** null: the file does not exist yet. */
      readonly before: string | null;
      /** null: the file will be deleted. */
      readonly after: string | null;
      readonly cut: "whole" | "cut";
    }
  /** Steps that happen all or not at all. Long texts are cut. */
  | { readonly type: "plan"; readonly steps: readonly PlanPreviewStep[]; readonly cut: "whole" | "cut" }
  | {
      readonly type: "command";
      readonly command: string;
      /** What confines it, in one sentence; null where nothing does, and `unconfined` says why. */
      readonly confinement: string | null;
      readonly unconfined: string | null;
    };

export interface PlanPreviewStep {
  readonly step: PlanStep;
  /** What is now, before the plan, at the path that is changed, moved or copied. */
  readonly now: "nothing" | "file" | "folder";
}

/** A wider answer that the person may give, with the words it will be kept under. */
export interface RuleOffer {
  readonly draft: RuleDraft;
  /** Exactly what is saved and listed: see `ruleText`. */
  readonly text: string;
}

/** A request that waits for a person. Persisted; it outlives a restart. */
export interface Approval {
  readonly id: ApprovalId;
  readonly agentId: AgentId;
  readonly syscallId: SyscallId;
  readonly tool: string;
  readonly arguments: JsonObject;
  readonly effects: readonly Effect[];
  readonly risk: Risk;
  readonly by: DecidedBy;
  readonly reason: string;
  readonly preview: Preview;
  /** Where the text came from that may have led the agent to this. */
  readonly taint: readonly TaintSource[];
  /** What "for this run" would allow, word for word. null where it is not offered. */
  readonly runGrantText: string | null;
  /** Narrowest first; empty where nothing wider may be kept. */
  readonly ruleOffers: readonly RuleOffer[];
  readonly requestedAt: number;
  /** Wall time in ms at which it is denied as expired. A restart grants the whole time again. */
  readonly expiresAt: number;
}

export const approvalAnswerSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("once") }),
  z.strictObject({ type: z.literal("run") }),
  /** Allows this call and keeps the offer at `index` of `ruleOffers` as a rule. */
  z.strictObject({
    type: z.literal("rule"),
    index: z.int().min(0).max(15),
    /** Wall time in ms; null for a rule without an end. */
    expiresAt: z.number().positive().nullable().default(null),
  }),
  /** The call goes through the whole engine again, with these arguments. */
  z.strictObject({
    type: z.literal("edit"),
    arguments: jsonObjectSchema,
  }),
  z.strictObject({ type: z.literal("deny"), reason: z.string().max(2_000).default("") }),
]);
export type ApprovalAnswer = z.infer<typeof approvalAnswerSchema>;

export type DecidedApprovalBy = "person" | "nobody-to-ask" | "agent-ended" | "expired";

export interface DecidedApproval {
  readonly approval: Approval;
  readonly answer: ApprovalAnswer;
  readonly by: DecidedApprovalBy;
  readonly decidedAt: number;
}
