import { createStore, type StoreApi } from "zustand/vanilla";
import { type AgentDetail, reduceDetail } from "../shared/agent-detail.ts";
import { type KernelErrorData, toErrorData } from "../shared/errors.ts";
import type { KernelEvent } from "../shared/events.ts";
import type { AgentId } from "../shared/ids.ts";
import type { Transport } from "../shared/transport.ts";
import { type FrameScheduler, onNextFrame } from "./frame-scheduler.ts";
import type { LiveStore } from "./live-store.ts";

/** Events kept while the detail is on its way; a longer wait asks again. */
const HELD_EVENTS = 20_000;

/** `detail` changes in place; `version` tells that it did. */
export type AgentDetailState =
  | { readonly status: "idle"; readonly version: number }
  | { readonly status: "loading"; readonly version: number; readonly agentId: AgentId }
  | {
      readonly status: "live";
      readonly version: number;
      readonly agentId: AgentId;
      readonly detail: AgentDetail;
    }
  | {
      readonly status: "failed";
      readonly version: number;
      readonly agentId: AgentId;
      readonly error: KernelErrorData;
    };

export interface AgentDetailStore {
  readonly store: StoreApi<AgentDetailState>;
  /** Shows this agent from now on; null for none. */
  watch(agentId: AgentId | null): void;
  close(): void;
}

/**
 * The transcript of one agent, live. The watch is sent before the detail is asked for, so that every event after
 * the detail comes whole; what comes earlier is held until the detail is there.
 */
export function createAgentDetailStore(
  transport: Transport,
  live: LiveStore,
  schedule: FrameScheduler = onNextFrame,
): AgentDetailStore {
  let state: AgentDetailState = { status: "idle", version: 0 };
  /** Events since the detail was asked for; null when it is not on its way. */
  let held: KernelEvent[] | null = null;
  let load = 0;
  let cancelFrame: (() => void) | null = null;
  const store = createStore<AgentDetailState>(() => state);

  const show = (next: AgentDetailState): void => {
    state = next;
    cancelFrame?.();
    cancelFrame = null;
    store.setState(next, true);
  };
  const changed = (): void => {
    cancelFrame ??= schedule(() => {
      cancelFrame = null;
      state = { ...state, version: state.version + 1 };
      store.setState(state, true);
    });
  };

  const fetchDetail = async (agentId: AgentId): Promise<void> => {
    load += 1;
    const mine = load;
    const since: KernelEvent[] = [];
    held = since;
    try {
      const detail = await transport.request("agents.detail", { agentId });
      if (mine !== load) return;
      for (const event of since) reduceDetail(detail, event);
      show({ status: "live", version: state.version + 1, agentId, detail });
    } catch (thrown) {
      if (mine !== load) return;
      const error = toErrorData(thrown);
      // A lost connection is told elsewhere, and what is shown stays; it is asked for again when it is back.
      if (error.code !== "disconnected")
        show({ status: "failed", version: state.version + 1, agentId, error });
    }
    held = null;
  };
  const refetch = (): void => {
    if (state.status !== "idle") void fetchDetail(state.agentId);
  };

  const stopListening = live.listen({
    onBatch(batch) {
      if (state.status === "idle") return;
      const { agentId } = state;
      const mine = batch.events.filter((event) => "agentId" in event && event.agentId === agentId);
      if (mine.length === 0) return;
      held?.push(...mine);
      if (held && held.length > HELD_EVENTS) refetch();
      if (state.status !== "live") return;
      for (const event of mine) reduceDetail(state.detail, event);
      changed();
    },
    onReset: refetch,
  });
  let connection: "unknown" | "up" | "down" = "unknown";
  const stopStatus = transport.onStatus((status) => {
    const before = connection;
    connection = status.type === "connected" ? "up" : "down";
    if (connection === "up" && before === "down") refetch();
  });

  return {
    store,
    watch(agentId) {
      live.watch(agentId);
      load += 1;
      if (agentId === null) {
        held = null;
        show({ status: "idle", version: state.version + 1 });
        return;
      }
      show({ status: "loading", version: state.version + 1, agentId });
      void fetchDetail(agentId);
    },
    close() {
      load += 1;
      cancelFrame?.();
      stopListening();
      stopStatus();
      live.watch(null);
    },
  };
}
