import { afterEach, describe, expect, it, vi } from "vitest";
import { KernelError } from "../../shared/errors.ts";
import { eventAgent, type KernelEvent } from "../../shared/events.ts";
import { agentId, seq } from "../../shared/ids.ts";
import { reduce } from "../../shared/reduce.ts";
import { emptyState, type SystemState } from "../../shared/state.ts";
import { decodeState, encodeState } from "../../shared/state-wire.ts";
import type { EventBatch, Transport, TransportStatus } from "../../shared/transport.ts";

export interface TransportFixture {
  readonly transport: Transport;
  close(): Promise<void>;
}

/** Collects what a subscriber gets, and reduces it as the screens do. */
export function collector(start: SystemState = emptyState()) {
  const batches: EventBatch[] = [];
  const got = { state: start, resets: 0, batches };
  return {
    got,
    subscriber: {
      onBatch(batch: EventBatch) {
        batches.push(batch);
        for (const event of batch.events) reduce(got.state, event);
        got.state.seq = batch.to;
      },
      onReset(state: SystemState) {
        got.resets += 1;
        got.state = state;
      },
    },
  };
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5_000 });

/** What every Transport does, whatever carries it. `events` is the log that it serves. */
export function transportSuite(
  name: string,
  events: readonly KernelEvent[],
  open: () => Promise<TransportFixture>,
): void {
  describe(`${name} as a Transport`, () => {
    let fixture: TransportFixture | null = null;
    const connect = async (): Promise<Transport> => {
      fixture = await open();
      return fixture.transport;
    };
    afterEach(async () => {
      await fixture?.close();
      fixture = null;
    });
    const last = seq(events.length);
    const whole = events.reduce(reduce, emptyState());
    const watched = agentId(1);

    it("answers state.get with the state of the log", async () => {
      const transport = await connect();
      const wire = await transport.request("state.get", {});
      expect(wire).toEqual(encodeState(whole));
      expect(decodeState(wire).agents.size).toBe(whole.agents.size);
    });

    it("reads events by page and by agent", async () => {
      const transport = await connect();
      const page = await transport.request("events.read", { from: seq(3), limit: 5 });
      expect(page.events.map((event) => event.seq)).toEqual([4, 5, 6, 7, 8]);
      const own = await transport.request("events.read", { from: seq(0), agentId: watched });
      expect(own.events).toEqual(events.filter((event) => eventAgent(event) === watched));
    });

    it("answers agents.detail with the transcript, and a KernelError for an unknown agent", async () => {
      const transport = await connect();
      const detail = await transport.request("agents.detail", { agentId: watched });
      expect(detail.items.length).toBeGreaterThan(3);
      const failure = transport.request("agents.detail", { agentId: agentId(9_999) });
      await expect(failure).rejects.toBeInstanceOf(KernelError);
      await expect(failure).rejects.toMatchObject({ data: { code: "not-found" } });
    });

    it("rejects bad input naming the field", async () => {
      const transport = await connect();
      const failure = transport.request("events.read", { from: seq(0), limit: 0 });
      await expect(failure).rejects.toMatchObject({ data: { code: "bad-input", field: "limit" } });
    });

    it("gives a subscriber every event, joined without a gap, and the same state as the log", async () => {
      const transport = await connect();
      const { got, subscriber } = collector();
      transport.subscribe(seq(0), subscriber);
      await until(() => expect(got.state.seq).toBe(last));
      let at = 0;
      for (const batch of got.batches) {
        expect(batch.from).toBe(at);
        at = batch.to;
      }
      expect(encodeState(got.state)).toEqual(encodeState(whole));
    });

    it("goes on from the seq it is given", async () => {
      const transport = await connect();
      const { got, subscriber } = collector();
      transport.subscribe(seq(events.length - 2), subscriber);
      await until(() => expect(got.state.seq).toBe(last));
      expect(got.batches[0]?.from).toBe(events.length - 2);
    });

    it("leaves out the texts of agents that are not watched", async () => {
      const transport = await connect();
      const { got, subscriber } = collector();
      transport.subscribe(seq(0), subscriber).watch(watched);
      await until(() => expect(got.state.seq).toBe(last));
      const texts = got.batches
        .flatMap((batch) => batch.events)
        .filter((event) => eventAgent(event) !== watched)
        .map((event) => (event.type === "syscall.output" ? event.text : ""));
      expect(texts.join("")).toBe("");
    });

    it("sends nothing after the subscription is closed", async () => {
      const transport = await connect();
      const { got, subscriber } = collector();
      transport.subscribe(seq(0), subscriber).close();
      await transport.request("state.get", {});
      expect(got.batches).toEqual([]);
    });

    it("tells its status at once, and rejects with `disconnected` once closed", async () => {
      const transport = await connect();
      const seen: TransportStatus["type"][] = [];
      transport.onStatus((status) => seen.push(status.type));
      expect(seen).toHaveLength(1);
      await until(() => expect(seen.at(-1)).toBe("connected"));
      transport.close();
      await expect(transport.request("state.get", {})).rejects.toMatchObject({
        data: { code: "disconnected" },
      });
    });
  });
}
