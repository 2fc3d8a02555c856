import { type ContractHandlers, METHOD_NAMES } from "../../shared/contract.ts";
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
  // Each method takes its own input; the table of them is one only for the compiler.
  const table = METHOD_NAMES.map((name) => [name, (input: never) => request(name, input)]);
  return Object.fromEntries(table) as ContractHandlers;
}
