import { z } from "zod";
import {
  nameSchema,
  type PrivilegeGroup,
  privilegeGroupSchema,
  type Rule,
  ruleDraftSchema,
} from "./access.ts";
import type { AuditEvent } from "./audit-events.ts";
import { agentIdSchema, approvalIdSchema, grantIdSchema, ruleIdSchema, seqSchema } from "./id-schemas.ts";
import type { Seq } from "./ids.ts";
import { approvalAnswerSchema } from "./permission.ts";
import { done, output } from "./schema-parts.ts";

/** Most rows one `audit.read` returns. */
export const AUDIT_PAGE = 200;

/** A row of the chain. `tool` and `verdict` are null where the event has none. */
export interface AuditRow {
  readonly row: number;
  readonly event: AuditEvent;
  readonly tool: string | null;
}

/** What `audit.verify` found. Tamper-evident: it says what was changed, and cannot prevent it. */
export type AuditReport =
  | { readonly type: "intact"; readonly rows: number; readonly lastSeq: Seq | null }
  | {
      readonly type: "broken";
      /** Number of the first row that is not as it was written, from 1. */
      readonly row: number;
      readonly seq: Seq | null;
      readonly what: "changed" | "removed" | "moved" | "added";
      readonly rows: number;
    }
  /** The key is gone or another: nothing can be said of rows written with it. */
  | { readonly type: "no-key"; readonly rows: number };

/** Methods about permission: requests, grants, rules, groups, marks, audit. */
export const ACCESS_CONTRACT = {
  "approvals.answer": {
    input: z.strictObject({ approvalId: approvalIdSchema, answer: approvalAnswerSchema }),
    output: done,
  },
  "grants.revoke": { input: z.strictObject({ grantId: grantIdSchema }), output: done },
  /** What a rule would match, before it is saved: its words, and recent calls that it covers. */
  "rules.preview": {
    input: z.strictObject({ draft: ruleDraftSchema }),
    output: output<{ readonly text: string; readonly matches: readonly string[]; readonly looked: number }>(),
  },
  "rules.add": { input: z.strictObject({ draft: ruleDraftSchema }), output: output<Rule>() },
  "rules.revoke": { input: z.strictObject({ ruleId: ruleIdSchema }), output: done },
  "groups.save": { input: z.strictObject({ group: privilegeGroupSchema }), output: output<PrivilegeGroup>() },
  "groups.remove": { input: z.strictObject({ name: nameSchema }), output: done },
  "agents.declassify": {
    input: z.strictObject({ agentId: agentIdSchema, what: z.enum(["taint", "private"]) }),
    output: done,
  },
  /** Newest first. */
  "audit.read": {
    input: z.strictObject({
      before: seqSchema.nullable().default(null),
      limit: z.int().min(1).max(AUDIT_PAGE).default(100),
      agentId: agentIdSchema.nullable().default(null),
      verdict: z.enum(["allow", "ask", "deny"]).nullable().default(null),
      /** Words in the tool, the effects' targets or the reason. */
      text: z.string().max(200).default(""),
    }),
    output: output<{ readonly rows: readonly AuditRow[]; readonly more: "yes" | "no" }>(),
  },
  "audit.verify": { input: z.strictObject({}), output: output<AuditReport>() },
} as const;
