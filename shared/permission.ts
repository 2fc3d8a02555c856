import { z } from "zod";
import type { AgentId, ApprovalId, GrantId, SyscallId } from "./ids.ts";
import type { JsonObject } from "./messages.ts";

/** What a call does to the world outside its own context. */
export type EffectType = "read" | "write" | "delete" | "exec" | "net" | "send" | "config" | "secret";

export interface Effect {
  readonly type: EffectType;
  /** What it touches, canonical: a path in the workspace, a host, a memory owner. */
  readonly target: string;
  /** Whether the person can take it back (a delete goes to the trash, a write to a new file can be deleted). */
  readonly reversible: "yes" | "no";
}

export type Risk = "none" | "low" | "medium" | "high";

/** `ask`: every effect. `ask-on-risk`: medium risk and up. `run-freely`: nothing but what the floor forbids. */
export const modeSchema = z.enum(["ask", "ask-on-risk", "run-freely"]);
export type PermissionMode = z.infer<typeof modeSchema>;

/** The step of the engine that settled the question. */
export type DecidedBy = "no-effect" | "floor" | "grant" | "mode" | "nobody-to-ask" | "person" | "expired";

export interface Decision {
  readonly verdict: "allow" | "ask" | "deny";
  readonly by: DecidedBy;
  readonly risk: Risk;
  readonly effects: readonly Effect[];
  /** One sentence for the person, and for the agent when it is denied. */
  readonly reason: string;
  readonly grantId?: GrantId;
}

/** "For this run": one agent, one tool, one type of effect on one target's folder or host. Ends with the agent. */
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
    };

/** A request that waits for a person. Persisted; it outlives a restart. */
export interface Approval {
  readonly id: ApprovalId;
  readonly agentId: AgentId;
  readonly syscallId: SyscallId;
  readonly tool: string;
  readonly arguments: JsonObject;
  readonly effects: readonly Effect[];
  readonly risk: Risk;
  readonly reason: string;
  readonly preview: Preview;
  /** What "for this run" would allow, word for word. null where it is not offered. */
  readonly runGrantText: string | null;
  readonly requestedAt: number;
}

export const approvalAnswerSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("once") }),
  z.object({ type: z.literal("run") }),
  z.object({ type: z.literal("deny"), reason: z.string().max(2_000).default("") }),
]);
export type ApprovalAnswer = z.infer<typeof approvalAnswerSchema>;

export interface DecidedApproval {
  readonly approval: Approval;
  readonly answer: ApprovalAnswer;
  readonly by: "person" | "nobody-to-ask" | "agent-ended";
  readonly decidedAt: number;
}
