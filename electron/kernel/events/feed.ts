import type { KernelEvent } from "../../../shared/events.ts";
import type { Seq } from "../../../shared/ids.ts";
import type { SystemState } from "../../../shared/state.ts";

/** Committed events, as sessions read them. Nothing here waits for a reader. */
export interface Feed {
  /** The state after every committed event. Owned by the log: read it in the same turn, do not keep it. */
  state(): SystemState;
  /** Up to `limit` committed events after `from`; null when memory no longer reaches back that far. */
  since(from: Seq, limit: number): readonly KernelEvent[] | null;
  /** Called after each commit. Returns the way to stop. The listener must not throw. */
  onCommit(listener: () => void): () => void;
}
