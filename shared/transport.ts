import type { MethodInput, MethodName, MethodOutput } from "./contract.ts";
import type { KernelEvent } from "./events.ts";
import type { AgentId, Seq } from "./ids.ts";
import type { SystemState } from "./state.ts";

/** Events after `from` up to and with `to`. Those that this subscriber has no use for are left out. */
export interface EventBatch {
  readonly from: Seq;
  readonly to: Seq;
  readonly events: readonly KernelEvent[];
}

export type TransportStatus =
  | { readonly type: "connecting" }
  | { readonly type: "connected" }
  | { readonly type: "lost"; readonly since: number; readonly message: string };

/** What a subscriber gets. None of these may throw. */
export interface Subscriber {
  /** Batches join without a gap: each `from` is the last `to` or the seq of the last reset. */
  onBatch(batch: EventBatch): void;
  /** Sent first when the log no longer reaches back to where the subscriber stands, or when it is too slow. */
  onReset(state: SystemState): void;
}

export interface Subscription {
  /** The agent whose streams and contexts are wanted whole; null for none. */
  watch(agentId: AgentId | null): void;
  close(): void;
}

/**
 * The one way in: IPC in the desktop window, WebSocket in a browser, a recording for replay.
 * `request` rejects with a KernelError only. `subscribe` survives a lost connection and goes on where it stood.
 */
export interface Transport {
  request<M extends MethodName>(method: M, input: MethodInput<M>): Promise<MethodOutput<M>>;
  subscribe(from: Seq, subscriber: Subscriber): Subscription;
  /** The connection now, and each change of it. Returns the way to stop listening. */
  onStatus(listener: (status: TransportStatus) => void): () => void;
  close(): void;
}
