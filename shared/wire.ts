import { z } from "zod";
import type { KernelErrorData } from "./errors.ts";
import { agentIdSchema, seqSchema } from "./id-schemas.ts";
import type { SystemStateWire } from "./state-wire.ts";
import type { EventBatch } from "./transport.ts";

/** Milliseconds between a client's signs of life on a socket. */
export const WIRE_PING_MS = 15_000;

/** What a client may say, over IPC and over a WebSocket alike. Anything else closes the session. */
export const clientFrameSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("request"),
    id: z.int().nonnegative(),
    method: z.string().max(100),
    /** May be left out, as JSON leaves out what is undefined. */
    input: z.unknown().optional(),
  }),
  z.object({ type: z.literal("subscribe"), subscription: z.int().nonnegative(), from: seqSchema }),
  z.object({
    type: z.literal("watch"),
    subscription: z.int().nonnegative(),
    agentId: agentIdSchema.nullable(),
  }),
  /** Says that a batch or a reset was taken in: the server keeps few unacknowledged and resets who lags. */
  z.object({ type: z.literal("acknowledge"), subscription: z.int().nonnegative() }),
  z.object({ type: z.literal("unsubscribe"), subscription: z.int().nonnegative() }),
  z.object({ type: z.literal("ping") }),
]);
export type ClientFrame = z.input<typeof clientFrameSchema>;

export type ServerFrame =
  | { readonly type: "reply"; readonly id: number; readonly ok: true; readonly output: unknown }
  | { readonly type: "reply"; readonly id: number; readonly ok: false; readonly error: KernelErrorData }
  | { readonly type: "batch"; readonly subscription: number; readonly batch: EventBatch }
  | { readonly type: "reset"; readonly subscription: number; readonly state: SystemStateWire }
  | { readonly type: "pong" };
