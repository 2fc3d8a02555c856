import type { ContractHandlers } from "../../shared/contract.ts";
import type { KernelEvent } from "../../shared/events.ts";
import type { Seq } from "../../shared/ids.ts";
import { reduce } from "../../shared/reduce.ts";
import { emptyState, type SystemState } from "../../shared/state.ts";
import { createReplayClient } from "./replay-client.ts";

/** The log as sessions read it, over a recording that a test may add to. */
export interface RecordedFeed {
  state(): SystemState;
  since(from: Seq, limit: number): readonly KernelEvent[] | null;
  onCommit(listener: () => void): () => void;
  commit(events: readonly KernelEvent[]): void;
}

export function recordedFeed(start: readonly KernelEvent[]): RecordedFeed {
  const events = [...start];
  const state = events.reduce(reduce, emptyState());
  const listeners = new Set<() => void>();
  return {
    state: () => state,
    since: (from, limit) => events.slice(from, from + limit),
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    commit(added) {
      for (const event of added) {
        events.push(event);
        reduce(state, event);
      }
      for (const listener of listeners) listener();
    },
  };
}

/** Handlers that read a recording and refuse to act: what stands in for a kernel in the tests of transports. */
export function recordedHandlers(events: readonly KernelEvent[]): ContractHandlers {
  const { request } = createReplayClient(events);
  return {
    "kernel.info": (input) => request("kernel.info", input),
    "state.get": (input) => request("state.get", input),
    "events.read": (input) => request("events.read", input),
    "settings.update": (input) => request("settings.update", input),
    "agents.catalogue": (input) => request("agents.catalogue", input),
    "agents.launch": (input) => request("agents.launch", input),
    "agents.launchFleet": (input) => request("agents.launchFleet", input),
    "agents.detail": (input) => request("agents.detail", input),
    "agents.pause": (input) => request("agents.pause", input),
    "agents.resume": (input) => request("agents.resume", input),
    "agents.kill": (input) => request("agents.kill", input),
    "agents.reprioritise": (input) => request("agents.reprioritise", input),
    "agents.send": (input) => request("agents.send", input),
    "syscalls.prompt": (input) => request("syscalls.prompt", input),
    "syscalls.cancel": (input) => request("syscalls.cancel", input),
    "approvals.answer": (input) => request("approvals.answer", input),
    "grants.revoke": (input) => request("grants.revoke", input),
    "cores.discover": (input) => request("cores.discover", input),
    "cores.test": (input) => request("cores.test", input),
    "cores.add": (input) => request("cores.add", input),
    "cores.setSlots": (input) => request("cores.setSlots", input),
    "cores.remove": (input) => request("cores.remove", input),
  };
}
