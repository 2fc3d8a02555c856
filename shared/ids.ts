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
