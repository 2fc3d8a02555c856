import { emptyDetail, reduceDetail } from "../../shared/agent-detail.ts";
import {
  CONTRACT,
  EVENTS_PAGE,
  type MethodInput,
  type MethodName,
  type MethodOutput,
  type MethodParsed,
} from "../../shared/contract.ts";
import { badInput, KernelError } from "../../shared/errors.ts";
import { eventAgent, type KernelEvent, slim } from "../../shared/events.ts";
import type { AgentId, Seq } from "../../shared/ids.ts";
import { reduce } from "../../shared/reduce.ts";
import { emptyState } from "../../shared/state.ts";
import { encodeState } from "../../shared/state-wire.ts";
import type { Subscriber, Subscription, Transport } from "../../shared/transport.ts";

type Readers = {
  readonly [M in "state.get" | "events.read" | "agents.detail"]: (input: MethodParsed<M>) => MethodOutput<M>;
};

/** A Transport over a recording: everything can be read and nothing done. Events are in order of `seq`. */
export function createReplayClient(events: readonly KernelEvent[]): Transport {
  let phase: "open" | "closed" = "open";
  const readers: Readers = {
    "state.get": () => encodeState(events.reduce(reduce, emptyState())),
    "events.read": ({ from, limit, agentId }) => ({
      events: events
        .filter((event) => event.seq > from && (agentId === null || eventAgent(event) === agentId))
        .slice(0, limit),
    }),
    "agents.detail": ({ agentId }) => {
      const detail = events.reduce(reduceDetail, emptyDetail(agentId));
      if (!detail.spec) throw new KernelError("not-found", `There is no agent ${agentId} in this recording`);
      return detail;
    },
  };

  return {
    request<M extends MethodName>(method: M, input: MethodInput<M>): Promise<MethodOutput<M>> {
      return new Promise((resolve) => {
        if (phase === "closed") throw new KernelError("disconnected", "The recording was closed");
        if (!isReader(method)) {
          throw new KernelError("read-only", `${method} is not possible in a recording`, {
            hint: "Go back to the live view to act.",
          });
        }
        const parsed = CONTRACT[method].input.safeParse(input);
        if (!parsed.success) throw badInput(method, parsed.error);
        const read = readers[method] as (input: unknown) => MethodOutput<M>;
        resolve(read(parsed.data));
      });
    },
    subscribe: (from, subscriber) => replay(events, from, subscriber),
    onStatus(listener) {
      listener({ type: "connected" });
      return () => {};
    },
    close() {
      phase = "closed";
    },
  };
}

const isReader = (method: MethodName): method is keyof Readers =>
  method === "state.get" || method === "events.read" || method === "agents.detail";

/** Sends the recording in batches, one in each turn, as a live feed would. */
function replay(events: readonly KernelEvent[], start: Seq, subscriber: Subscriber): Subscription {
  let from = start;
  let watched: AgentId | null = null;
  let phase: "open" | "closed" = "open";
  const next = (): void => {
    if (phase === "closed") return;
    const page = events.filter((event) => event.seq > from).slice(0, EVENTS_PAGE);
    const to = page.at(-1)?.seq;
    if (to === undefined) return;
    const shown = page.map((event) =>
      watched !== null && eventAgent(event) === watched ? event : slim(event),
    );
    subscriber.onBatch({ from, to, events: shown });
    from = to;
    queueMicrotask(next);
  };
  queueMicrotask(next);
  return {
    watch: (agentId) => {
      watched = agentId;
    },
    close: () => {
      phase = "closed";
    },
  };
}
