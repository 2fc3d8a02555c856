import { z } from "zod";
import { kernelErrorSchema } from "../../shared/error-schema.ts";
import type { SystemStateWire } from "../../shared/state-wire.ts";
import type { EventBatch } from "../../shared/transport.ts";
import type { ServerFrame } from "../../shared/wire.ts";

/** Payloads are made by the kernel's own typed code: the envelope is checked, and that there is an object inside. */
const payload = <T extends object>() => z.custom<T>((value) => typeof value === "object" && value !== null);

const serverFrameSchema = z.union([
  z.object({ type: z.literal("reply"), id: z.int(), ok: z.literal(true), output: z.unknown() }),
  z.object({ type: z.literal("reply"), id: z.int(), ok: z.literal(false), error: kernelErrorSchema }),
  z.object({ type: z.literal("batch"), subscription: z.int(), batch: payload<EventBatch>() }),
  z.object({ type: z.literal("reset"), subscription: z.int(), state: payload<SystemStateWire>() }),
  z.object({ type: z.literal("pong") }),
]);

/** A frame of the server, or null for anything else. Never throws. */
export function parseServerFrame(value: unknown): ServerFrame | null {
  const parsed = serverFrameSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}
