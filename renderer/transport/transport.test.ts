import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recordedRun } from "../../e2e/fixtures/recorded-run.ts";
import { createSession } from "../../electron/transport/session.ts";
import { type RunningServer, serveWebSocket } from "../../electron/transport/websocket-server.ts";
import { eventAgent, type KernelEvent } from "../../shared/events.ts";
import { agentId, seq } from "../../shared/ids.ts";
import type { TransportStatus } from "../../shared/transport.ts";
import { createIpcClient, type IpcBridge } from "./ipc-client.ts";
import { recordedFeed, recordedHandlers } from "./recorded-backend.ts";
import { createReplayClient } from "./replay-client.ts";
import { collector, transportSuite } from "./transport-suite.ts";
import { createWebSocketClient } from "./websocket-client.ts";

const events = recordedRun(1_800_000_000_000);
const handlers = recordedHandlers(events);

transportSuite("replay", events, async () => ({
  transport: createReplayClient(events),
  close: async () => {},
}));

/** Stands in for Electron's channel: a structured clone each way, delivered in a later turn. */
function bridgeToSession(feed = recordedFeed(events)): { bridge: IpcBridge; close: () => void } {
  const listeners = new Set<(frame: unknown) => void>();
  const later = (run: () => void): unknown => setImmediate(run);
  const session = createSession({
    handlers,
    feed,
    send: (frame) => {
      const copy: unknown = structuredClone(frame);
      later(() => {
        for (const listener of listeners) listener(copy);
      });
    },
  });
  const bridge: IpcBridge = {
    send: (frame) => {
      const copy: unknown = structuredClone(frame);
      later(() => session.receive(copy));
    },
    onFrame: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return { bridge, close: () => session.close() };
}

transportSuite("IPC", events, async () => {
  const { bridge, close } = bridgeToSession();
  return { transport: createIpcClient(bridge), close: async () => close() };
});

describe("a watched agent", () => {
  it("comes whole from the moment the server knows of the watch", async () => {
    const feed = recordedFeed(events.slice(0, 10));
    const { bridge, close } = bridgeToSession(feed);
    const transport = createIpcClient(bridge);
    const { got, subscriber } = collector();
    transport.subscribe(seq(10), subscriber).watch(agentId(1));
    // Answered in order: after this reply the watch is known.
    await transport.request("agents.detail", { agentId: agentId(1) });
    feed.commit(events.slice(10));
    await expect.poll(() => got.state.seq).toBe(events.length);
    const received = got.batches.flatMap((batch) => batch.events);
    const own = (list: readonly KernelEvent[]) => list.filter((event) => eventAgent(event) === agentId(1));
    expect(own(received)).toEqual(own(events.slice(10)));
    expect(own(received).length).toBeGreaterThan(5);
    close();
  });
});

const TOKEN = "a-token-of-tests";
let page = "";
beforeEach(async () => {
  page = await mkdtemp(join(tmpdir(), "page-"));
});
afterEach(() => rm(page, { recursive: true, force: true }));

const serve = (port = 0, feed = recordedFeed(events)): Promise<RunningServer> =>
  serveWebSocket({ handlers, feed, port, token: TOKEN, page });

const connect = (port: number, token: string, onRefused: () => void = () => {}) =>
  createWebSocketClient({
    url: `ws://127.0.0.1:${port}/socket`,
    token,
    onRefused,
    isThere: async () => "there",
    random: () => 0,
  });

transportSuite("WebSocket", events, async () => {
  const server = await serve();
  const transport = connect(server.port, TOKEN);
  return {
    transport,
    close: async () => {
      transport.close();
      await server.close();
    },
  };
});

describe("the WebSocket client", () => {
  it("goes on without a gap or a repeat after the server was away", async () => {
    const half = Math.floor(events.length / 2);
    const server = await serve(0, recordedFeed(events.slice(0, half)));
    const transport = connect(server.port, TOKEN);
    const { got, subscriber } = collector();
    const seen: TransportStatus["type"][] = [];
    transport.onStatus((status) => seen.push(status.type));
    transport.subscribe(seq(0), subscriber);
    await expect.poll(() => got.state.seq).toBe(half);
    await server.close();
    await expect.poll(() => seen.at(-1)).toBe("lost");
    await expect(transport.request("state.get", {})).rejects.toMatchObject({
      data: { code: "disconnected" },
    });
    const again = await serve(server.port);
    await expect.poll(() => got.state.seq, { timeout: 10_000 }).toBe(events.length);
    expect(got.batches.map((batch) => batch.from)).toContain(half);
    expect(got.resets).toBe(0);
    transport.close();
    await again.close();
  });

  it("says that it was refused when its token is wrong, and stops trying", async () => {
    const server = await serve();
    let refused = 0;
    const transport = connect(server.port, "another-token", () => {
      refused += 1;
    });
    await expect.poll(() => refused, { timeout: 10_000 }).toBe(1);
    await expect(transport.request("state.get", {})).rejects.toMatchObject({
      data: { code: "disconnected" },
    });
    transport.close();
    await server.close();
  });
});

describe("the replay client", () => {
  it("refuses to act", async () => {
    const transport = createReplayClient(events);
    await expect(transport.request("agents.launchFleet", {})).rejects.toMatchObject({
      data: { code: "read-only" },
    });
  });
});
