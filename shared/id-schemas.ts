import { z } from "zod";
import type {
  AgentId,
  ApprovalId,
  CoreId,
  ElicitationId,
  GrantId,
  ResultId,
  RuleId,
  Seq,
  ServerName,
  SyscallId,
} from "./ids.ts";

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
