import type { Seq } from "../../../shared/ids.ts";
import { emptyState, type SystemState } from "../../../shared/state.ts";
import { decodeState, encodeState, type SystemStateWire } from "../../../shared/state-wire.ts";
import { type IdNumbers, NO_IDS } from "./id-counters.ts";

/** Raised when the state's shape changes: an older checkpoint is then dropped and the log replayed from the start. */
const CHECKPOINT_VERSION = 4;

interface Checkpoint {
  readonly version: number;
  readonly state: SystemStateWire;
  readonly ids: IdNumbers;
}

export function encodeCheckpoint(state: SystemState, ids: IdNumbers): string {
  return JSON.stringify({ version: CHECKPOINT_VERSION, state: encodeState(state), ids } satisfies Checkpoint);
}

/** The saved state, or the empty one. Never throws: the log holds everything that a checkpoint does. */
export function loadCheckpoint(saved: { readonly seq: Seq; readonly text: string } | null): {
  readonly state: SystemState;
  readonly ids: IdNumbers;
} {
  const fresh = { state: emptyState(), ids: NO_IDS };
  if (saved === null) return fresh;
  try {
    const checkpoint = JSON.parse(saved.text) as Checkpoint;
    if (checkpoint.version !== CHECKPOINT_VERSION || checkpoint.state.seq !== saved.seq) return fresh;
    return { state: decodeState(checkpoint.state), ids: checkpoint.ids };
  } catch {
    return fresh;
  }
}
