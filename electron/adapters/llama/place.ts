import type { AgentId } from "../../../shared/ids.ts";
import type { NativeContext, NativeSequence } from "./native.ts";

/** A sequence of the context and whose state it holds. While it is busy it belongs to one turn alone. */
export interface Place {
  sequence: NativeSequence;
  /** null: nobody comes back for it. */
  owner: AgentId | null;
  use: "idle" | "busy";
  waitsFor: "slot" | "tool-or-person";
  /** Monotonic, ms. */
  usedAt: number;
  /** Tokens that it held when it was last looked at. */
  tokens: number;
}

/** Empties a place for good: what the engine left half done in its sequence goes with it. */
export async function renew(place: Place, context: NativeContext): Promise<void> {
  place.owner = null;
  place.tokens = 0;
  await place.sequence.dispose();
  place.sequence = context.getSequence();
}
