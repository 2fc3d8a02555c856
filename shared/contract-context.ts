import { z } from "zod";
import {
  type CompactionDetail,
  type ContextView,
  type SnapshotView,
  type StayingEffect,
  snapshotIdSchema,
} from "./context.ts";
import { agentIdSchema, seqSchema } from "./id-schemas.ts";
import type { AgentId, SnapshotId } from "./ids.ts";
import { done, output } from "./schema-parts.ts";

const ofAgent = z.strictObject({ agentId: agentIdSchema });
const ofSnapshot = z.strictObject({ agentId: agentIdSchema, snapshotId: snapshotIdSchema });
/** What the person says along; empty for nothing. */
const wordsSchema = z.string().trim().max(20_000).default("");

/** Looking at contexts, going back in them, and branching off. */
export const CONTEXT_CONTRACT = {
  /** The context now, or as it stood at a snapshot. Throws `not-found`. */
  "context.view": {
    input: z.strictObject({ agentId: agentIdSchema, snapshotId: snapshotIdSchema.nullable().default(null) }),
    output: output<ContextView>(),
  },
  /** Newest first; pinned ones always. */
  "context.snapshots": {
    input: ofAgent,
    output: output<{ readonly snapshots: readonly SnapshotView[]; readonly dropped: number }>(),
  },
  "context.snapshot": {
    input: z.strictObject({ agentId: agentIdSchema, label: z.string().trim().max(80).default("") }),
    output: output<{ readonly snapshotId: SnapshotId }>(),
  },
  "context.pin": { input: ofSnapshot, output: done },
  "context.unpin": { input: ofSnapshot, output: done },
  /** What was done since and stays done, newest first. */
  "context.effectsSince": {
    input: ofSnapshot,
    output: output<{ readonly effects: readonly StayingEffect[]; readonly more: number }>(),
  },
  /**
   * Goes back in place, from whatever state the agent is in, and goes on from there: calls under way end, and so do
   * the children that it started since. Can be undone by a rewind, which does not bring the children back. `conflict`
   * for an agent that ended too long ago to be listed: fork it.
   */
  "context.rewind": {
    input: z.strictObject({
      agentId: agentIdSchema,
      snapshotId: snapshotIdSchema,
      message: wordsSchema,
      afterwards: z.enum(["go-on", "pause"]).default("go-on"),
    }),
    output: done,
  },
  /** A new agent that begins with this context. */
  "context.fork": {
    input: z.strictObject({
      agentId: agentIdSchema,
      snapshotId: snapshotIdSchema,
      message: wordsSchema,
      afterwards: z.enum(["go-on", "pause"]).default("go-on"),
    }),
    output: output<{ readonly agentId: AgentId }>(),
  },
  /** Makes the context of a running agent smaller before its next turn. */
  "context.compact": { input: ofAgent, output: done },
  "context.compaction": {
    input: z.strictObject({ agentId: agentIdSchema, seq: seqSchema }),
    output: output<CompactionDetail>(),
  },
  "context.undoCompaction": {
    input: z.strictObject({ agentId: agentIdSchema, seq: seqSchema }),
    output: done,
  },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;
