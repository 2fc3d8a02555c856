import { describe, expect, it } from "vitest";
import { recordedRun } from "../e2e/fixtures/recorded-run.ts";
import type { KernelEvent } from "../shared/events.ts";
import { agentId } from "../shared/ids.ts";
import { reduce } from "../shared/reduce.ts";
import { emptyState } from "../shared/state.ts";
import { encodeState } from "../shared/state-wire.ts";
import type { ClientFrame } from "../shared/wire.ts";
import { createAgentDetailStore } from "./agent-detail-store.ts";
import { createLiveStore } from "./live-store.ts";
import { createReplayClient } from "./transport/replay-client.ts";
import { createWireClient } from "./transport/wire-client.ts";

const events = recordedRun(1_800_000_000_000);
const HALF = 40;

/** A scheduler whose frames come when the test says so. */
function handFrames() {
  const waiting = new Set<() => void>();
  let asked = 0;
  return {
    schedule: (run: () => void) => {
      asked += 1;
      waiting.add(run);
      return () => waiting.delete(run);
    },
    frame: () => {
      for (const run of [...waiting]) {
        waiting.delete(run);
        run();
      }
    },
    asked: () => asked,
  };
}

/** A fake server over a wire client: answers from the first `known` events, and sends more when told. */
function fakeServer(known: number) {
  const frames: ClientFrame[] = [];
  let at = known;
  const client = createWireClient({ send: (frame) => answer(frame), now: () => 5, close: () => {} });
  const answer = (frame: ClientFrame): void => {
    frames.push(frame);
    if (frame.type !== "request") return;
    const { request } = createReplayClient(events.slice(0, at));
    const reply =
      frame.method === "state.get"
        ? request("state.get", {})
        : request("agents.detail", { agentId: agentId(5) });
    void reply.then((output) =>
      client.receive({ type: "reply", id: frame.id, ok: true, output: JSON.parse(JSON.stringify(output)) }),
    );
  };
  const send = (count: number): void => {
    const list: readonly KernelEvent[] = events.slice(at, at + count);
    const subscription = frames.flatMap((frame) =>
      frame.type === "subscribe" ? [frame.subscription] : [],
    )[0];
    client.receive({ type: "batch", subscription, batch: { from: at, to: at + list.length, events: list } });
    at += list.length;
  };
  return { client, frames, send };
}

async function liveOver(known: number) {
  const server = fakeServer(known);
  const frames = handFrames();
  let tick = (): void => {};
  let now = 0;
  const live = createLiveStore(server.client.transport, {
    schedule: frames.schedule,
    everySecond: (run) => {
      tick = run;
      return () => {};
    },
    now: () => now,
  });
  server.client.opened();
  await expect.poll(() => server.frames.some((frame) => frame.type === "subscribe")).toBe(true);
  frames.frame();
  const second = (): void => {
    now += 1_000;
    tick();
    frames.frame();
  };
  return { server, frames, live, second };
}

describe("the live store", () => {
  it("loads the state, then follows it from there", async () => {
    const { server, frames, live } = await liveOver(HALF);
    expect(live.store.getState()).toMatchObject({ phase: "live", connection: { type: "connected" } });
    expect(server.frames).toContainEqual({ type: "subscribe", subscription: 2, from: HALF });
    server.send(events.length);
    frames.frame();
    expect(encodeState(live.store.getState().system)).toEqual(
      encodeState(events.reduce(reduce, emptyState())),
    );
  });

  it("commits once a frame however many batches come", async () => {
    const { server, frames, live } = await liveOver(HALF);
    let commits = 0;
    live.store.subscribe(() => {
      commits += 1;
    });
    const before = live.store.getState().version;
    for (let batch = 0; batch < 10; batch += 1) server.send(2);
    expect(commits).toBe(0);
    frames.frame();
    expect(commits).toBe(1);
    expect(live.store.getState().version).toBe(before + 1);
    frames.frame();
    expect(commits).toBe(1);
  });

  it("keeps what it shows when the connection is lost, and says since when", async () => {
    const { server, frames, live } = await liveOver(HALF);
    server.client.lost("The line is cut");
    frames.frame();
    const state = live.store.getState();
    expect(state.connection).toEqual({ type: "lost", since: 5, message: "The line is cut" });
    expect(state.system.agents.size).toBeGreaterThan(0);
  });

  it("keeps sixty samples, each a second", async () => {
    const { server, live, second } = await liveOver(HALF);
    server.send(events.length);
    const streamed = events
      .slice(HALF)
      .reduce((sum, event) => sum + (event.type === "syscall.output" ? event.tokens : 0), 0);
    second();
    expect(live.store.getState().samples.at(-1)).toMatchObject({
      queueDepth: 3,
      slotsBusy: 2,
      tokensPerSecond: streamed,
    });
    for (let count = 0; count < 70; count += 1) second();
    expect(live.store.getState().samples).toHaveLength(60);
    expect(live.store.getState().samples.at(-1)).toMatchObject({ tokensPerSecond: 0, syscallsPerSecond: 0 });
  });
});

describe("the agent detail store", () => {
  it("asks for the watch before the detail, and adds what comes after", async () => {
    const { server, frames, live } = await liveOver(events.length - 25);
    const detail = createAgentDetailStore(server.client.transport, live, frames.schedule);
    detail.watch(agentId(5));
    server.send(25);
    await expect.poll(() => detail.store.getState().status).toBe("live");
    const order = server.frames.map((frame) => (frame.type === "request" ? frame.method : frame.type));
    expect(order.indexOf("watch")).toBeLessThan(order.indexOf("agents.detail"));
    const state = detail.store.getState();
    const whole = await createReplayClient(events).request("agents.detail", { agentId: agentId(5) });
    expect(state.status === "live" && state.detail.items).toEqual(whole.items);
  });

  it("asks again after the connection came back", async () => {
    const { server, frames, live } = await liveOver(events.length);
    const detail = createAgentDetailStore(server.client.transport, live, frames.schedule);
    detail.watch(agentId(5));
    await expect.poll(() => detail.store.getState().status).toBe("live");
    const asked = (): number =>
      server.frames.filter((frame) => frame.type === "request" && frame.method === "agents.detail").length;
    expect(asked()).toBe(1);
    server.client.lost("gone");
    server.client.opened();
    await expect.poll(asked).toBe(2);
  });

  it("shows nobody after watching null, whatever still arrives", async () => {
    const { server, frames, live } = await liveOver(events.length);
    const detail = createAgentDetailStore(server.client.transport, live, frames.schedule);
    detail.watch(agentId(5));
    detail.watch(null);
    await server.client.transport.request("state.get", {});
    expect(detail.store.getState().status).toBe("idle");
  });
});
