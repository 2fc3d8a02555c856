import { createStore, type StoreApi } from "zustand/vanilla";
import type { KernelEvent } from "../shared/events.ts";
import type { AgentId, Seq } from "../shared/ids.ts";
import { reduce } from "../shared/reduce.ts";
import { emptyState, type SystemState } from "../shared/state.ts";
import { decodeState } from "../shared/state-wire.ts";
import type { Subscriber, Subscription, Transport, TransportStatus } from "../shared/transport.ts";
import { type FrameScheduler, onNextFrame } from "./frame-scheduler.ts";
import { addSample, type Sample, takeSample } from "./samples.ts";

/** What the screens see. A new object for each commit; `system` is one object that changes in place. */
export interface LiveState {
  readonly version: number;
  /** `loading` until the first state has come. */
  readonly phase: "loading" | "live";
  readonly connection: TransportStatus;
  readonly system: SystemState;
  readonly samples: readonly Sample[];
  /** Start of the kernel (its `startedAt`) whose list of interrupted agents the person has put away. */
  readonly dismissedStart: number | null;
}

/** One subscription for all screens, with its batches. */
export interface LiveStore {
  readonly store: StoreApi<LiveState>;
  /** The agent whose streams and contexts come whole. */
  watch(agentId: AgentId | null): void;
  /** Batches and resets as they come, already taken into the state. */
  listen(subscriber: Subscriber): () => void;
  dismissRecovered(): void;
  close(): void;
}

export interface LiveStoreOptions {
  readonly schedule?: FrameScheduler;
  /** Calls `run` about once a second; returns the way to stop it. */
  readonly everySecond?: (run: () => void) => () => void;
  /** Monotonic time in ms. */
  readonly now?: () => number;
}

const eachSecond = (run: () => void): (() => void) => {
  const timer = setInterval(run, 1_000);
  return () => clearInterval(timer);
};

/** Reduces the feed into one state, and commits it at most once a frame however many events come. */
export function createLiveStore(transport: Transport, options: LiveStoreOptions = {}): LiveStore {
  const schedule = options.schedule ?? onNextFrame;
  const now = options.now ?? (() => performance.now());
  const listeners = new Set<Subscriber>();
  let system = emptyState();
  let phase: LiveState["phase"] = "loading";
  let connection: TransportStatus = { type: "connecting" };
  let samples: readonly Sample[] = [];
  let dismissedStart: number | null = null;
  let subscription: Subscription | null = null;
  let watched: AgentId | null = null;
  let loading: "idle" | "asked" | "closed" = "idle";
  let cancelFrame: (() => void) | null = null;
  let streamedTokens = 0;
  let sampled = { at: now(), syscalls: 0 };

  const snapshot = (version: number): LiveState => ({
    version,
    phase,
    connection,
    system,
    samples,
    dismissedStart,
  });
  const store = createStore<LiveState>(() => snapshot(0));
  const changed = (): void => {
    cancelFrame ??= schedule(() => {
      cancelFrame = null;
      store.setState(snapshot(store.getState().version + 1), true);
    });
  };

  const takeEvent = (event: KernelEvent): void => {
    reduce(system, event);
    if (event.type === "syscall.output") streamedTokens += event.tokens;
  };
  const takeState = (next: SystemState): void => {
    system = next;
    phase = "live";
    sampled = { ...sampled, syscalls: next.totals.syscalls };
  };
  const subscriber: Subscriber = {
    onBatch(batch) {
      for (const event of batch.events) takeEvent(event);
      system.seq = batch.to;
      for (const listener of listeners) listener.onBatch(batch);
      changed();
    },
    onReset(state) {
      takeState(state);
      for (const listener of listeners) listener.onReset(state);
      changed();
    },
  };

  const load = async (): Promise<void> => {
    if (loading !== "idle" || subscription) return;
    loading = "asked";
    try {
      const wire = await transport.request("state.get", {});
      if (isClosed()) return;
      takeState(decodeState(wire));
      subscription = transport.subscribe(system.seq, subscriber);
      if (watched) subscription.watch(watched);
      changed();
    } catch {
      // The connection tells what is wrong; the state is asked for again when it is back.
    }
    if (!isClosed()) loading = "idle";
  };
  const isClosed = (): boolean => loading === "closed";

  const sample = (): void => {
    const at = now();
    samples = addSample(samples, takeSample(system, sampled, streamedTokens, at - sampled.at));
    sampled = { at, syscalls: system.totals.syscalls };
    streamedTokens = 0;
    changed();
  };

  const stopSampling = (options.everySecond ?? eachSecond)(sample);
  const stopStatus = transport.onStatus((status) => {
    connection = status;
    changed();
    if (status.type === "connected") void load();
  });

  return {
    store,
    watch(agentId) {
      watched = agentId;
      subscription?.watch(agentId);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dismissRecovered() {
      dismissedStart = system.kernel?.startedAt ?? null;
      changed();
    },
    close() {
      loading = "closed";
      cancelFrame?.();
      stopSampling();
      stopStatus();
      subscription?.close();
    },
  };
}

/** Seq up to which the state is known. */
export const liveSeq = (live: LiveStore): Seq => live.store.getState().system.seq;
