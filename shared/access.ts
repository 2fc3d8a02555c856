import { z } from "zod";
import { effectTypeSchema } from "./effects.ts";
import type { RuleId } from "./ids.ts";
import { PATTERN_WILDCARDS } from "./limits.ts";

/** A name of a privilege group, an agent or a server. */
export const nameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/, "expected small letters, digits and dashes");

/** A glob over an effect's target: `*` within a part, `**` over parts. Nothing else is special. */
export const patternSchema = z
  .string()
  .min(1, "expected a pattern such as notes/**")
  .max(500)
  .refine(
    (pattern) => (pattern.match(/\*+/g)?.length ?? 0) <= PATTERN_WILDCARDS,
    `expected ${PATTERN_WILDCARDS} wildcards at most`,
  );

const hostSchema = z
  .string()
  .regex(
    /^(\*\.)?[a-z0-9.-]+(:\d{1,5})?$/i,
    "expected a host such as example.com, *.example.com or 10.0.0.1:80",
  );

/**
 * A privilege group (AIOS paper, arXiv 2403.16971, section 3.7): what its members may do at most. An effect is
 * within the ceiling of an agent when one of its groups allows all of it.
 */
export const privilegeGroupSchema = z.strictObject({
  name: nameSchema,
  title: z.string().min(1).max(80),
  description: z.string().max(400).default(""),
  effects: z.array(effectTypeSchema).max(8).describe("Effects that members may have"),
  folders: z
    .array(patternSchema)
    .max(50)
    .nullable()
    .default(null)
    .describe("Paths of the workspace; null: all"),
  hosts: z.array(hostSchema).max(50).nullable().default(null).describe("Hosts they may reach; null: all"),
  servers: z.array(nameSchema).max(50).nullable().default(null).describe("MCP servers; null: all"),
  cores: z.array(z.string().min(1).max(300)).max(50).nullable().default(null).describe("Models; null: all"),
  tokens: z.int().min(100).nullable().default(null).describe("Tokens in one run; null: the manifest's"),
  /** Whether members may act on each other's memory. */
  sharing: z.enum(["members", "none"]).default("none"),
});
export type PrivilegeGroup = z.infer<typeof privilegeGroupSchema>;

/** A rule as it is written down: deny over ask over allow, over every effect that it matches. */
export const ruleDraftSchema = z.strictObject({
  verdict: z.enum(["allow", "ask", "deny"]),
  agent: nameSchema.nullable().describe("An agent's name; null: every agent"),
  tool: z
    .string()
    .min(1)
    .max(128)
    .nullable()
    .describe("A tool, or files__* for a server's; null: every tool"),
  effect: effectTypeSchema.nullable(),
  pattern: patternSchema.describe("Over the effect's target; ** matches everything"),
  /** An absolute folder; the rule holds only while it is the workspace. null: everywhere. */
  workspace: z.string().max(4_000).nullable().default(null),
  /** Wall time in ms; null: no end. */
  expiresAt: z.number().positive().nullable().default(null),
});
export type RuleDraft = z.infer<typeof ruleDraftSchema>;

export interface Rule extends RuleDraft {
  readonly id: RuleId;
  /** Word for word what was shown before it was saved. */
  readonly text: string;
  readonly createdAt: number;
  /** A workspace's own rules only tighten: an `allow` of theirs counts for nothing. */
  readonly source: "person" | "workspace";
}

const VERDICT_WORDS: Readonly<Record<RuleDraft["verdict"], string>> = {
  allow: "may",
  ask: "must ask before it may",
  deny: "must not",
};

/** A rule in words: what the person reads before it is saved, and ever after. */
export function ruleText(draft: RuleDraft): string {
  const who = draft.agent === null ? "Any agent" : `The agent ${draft.agent}`;
  const does = draft.effect === null ? "do anything" : EFFECT_WORDS[draft.effect];
  const what = draft.pattern === "**" ? "" : ` to ${draft.pattern}`;
  const tool = draft.tool === null ? "" : ` with ${draft.tool}`;
  const where = draft.workspace === null ? "" : `, in ${draft.workspace}`;
  const until =
    draft.expiresAt === null ? "" : `, until ${new Date(draft.expiresAt).toISOString().slice(0, 16)} UTC`;
  return `${who} ${VERDICT_WORDS[draft.verdict]} ${does}${what}${tool}${where}${until}`;
}

const EFFECT_WORDS: Readonly<Record<z.infer<typeof effectTypeSchema>, string>> = {
  read: "read",
  write: "write",
  delete: "delete",
  exec: "run commands",
  net: "fetch from the network",
  send: "send",
  config: "change configuration",
  secret: "use secrets",
};
