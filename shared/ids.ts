import { z } from "zod";
import type { ShareId } from "./files.ts";
import type { JobId } from "./jobs.ts";

declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** `a7`: one agent process. Numbered by the kernel, never reused within a data folder. */
export type AgentId = Branded<`a${number}`, "AgentId">;
/** `s42`: one syscall. */
export type SyscallId = Branded<`s${number}`, "SyscallId">;
/** `p3`: one request for permission. */
export type ApprovalId = Branded<`p${number}`, "ApprovalId">;
/** `g2`: one permission given for longer than a single call. */
export type GrantId = Branded<`g${number}`, "GrantId">;
/** `r4`: one rule about what agents may do. */
export type RuleId = Branded<`r${number}`, "RuleId">;
/** `q5`: one question of a server to the person. */
export type ElicitationId = Branded<`q${number}`, "ElicitationId">;
/** `f8`: one tool result that was kept in a file. */
export type ResultId = Branded<`f${number}`, "ResultId">;
/** Names an MCP server, such as `files`. Chosen by the person. */
export type ServerName = Branded<string, "ServerName">;
/** `n9`: one snapshot of a context. */
export type SnapshotId = Branded<string, "SnapshotId">;
/** Identifies a core, such as `offline` or `ollama/llama3.2`. Chosen by configuration. */
export type CoreId = Branded<string, "CoreId">;
/** Position in the event log: 1 for the first event, then without gaps. 0 is "before everything". */
export type Seq = Branded<number, "Seq">;

/** A letter and a number without leading zeros: one text for each id. */
const numbered = (letter: string) =>
  z.string().regex(new RegExp(`^${letter}[1-9]\\d{0,14}$`), `expected an id such as ${letter}7`);

/** The schemas are the only door by which a plain string or number becomes an id. */
export const agentIdSchema = numbered("a").transform((id) => id as AgentId);
export const syscallIdSchema = numbered("s").transform((id) => id as SyscallId);
export const approvalIdSchema = numbered("p").transform((id) => id as ApprovalId);
export const grantIdSchema = numbered("g").transform((id) => id as GrantId);
export const ruleIdSchema = numbered("r").transform((id) => id as RuleId);
export const elicitationIdSchema = numbered("q").transform((id) => id as ElicitationId);
export const resultIdSchema = numbered("f").transform((id) => id as ResultId);
export const serverNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, "expected small letters, digits and dashes, 32 at most")
  .transform((name) => name as ServerName);
export const coreIdSchema = z
  .string()
  .min(1)
  .max(300)
  .transform((id) => id as CoreId);
export const seqSchema = z
  .int()
  .min(0)
  .transform((seq) => seq as Seq);

export const agentId = (n: number): AgentId => `a${n}` as AgentId;
export const syscallId = (n: number): SyscallId => `s${n}` as SyscallId;
export const approvalId = (n: number): ApprovalId => `p${n}` as ApprovalId;
export const grantId = (n: number): GrantId => `g${n}` as GrantId;
export const ruleId = (n: number): RuleId => `r${n}` as RuleId;
export const elicitationId = (n: number): ElicitationId => `q${n}` as ElicitationId;
export const resultId = (n: number): ResultId => `f${n}` as ResultId;
export const serverName = (name: string): ServerName => name as ServerName;
export const coreId = (name: string): CoreId => name as CoreId;
export const seq = (n: number): Seq => n as Seq;

/** The number in an id such as `a7`. */
export const idNumber = (
  id: AgentId | SyscallId | ApprovalId | GrantId | RuleId | ElicitationId | ResultId | JobId | ShareId,
): number => Number(id.slice(1));
