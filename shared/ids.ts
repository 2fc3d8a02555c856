import { z } from "zod";

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
export const coreId = (name: string): CoreId => name as CoreId;
export const seq = (n: number): Seq => n as Seq;

/** The number in an id such as `a7`. */
export const idNumber = (id: AgentId | SyscallId | ApprovalId | GrantId): number => Number(id.slice(1));
