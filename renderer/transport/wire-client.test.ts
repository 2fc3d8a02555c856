import { describe, expect, it } from "vitest";
import { agentId, seq } from "../../shared/ids.ts";
import { emptyState } from "../../shared/state.ts";
import { encodeState } from "../../shared/state-wire.ts";
import type { ClientFrame } from "../../shared/wire.ts";
import { collector } from "./transport-suite.ts";
import { createWireClient } from "./wire-client.ts";

/** A fake peer: keeps what was sent to it, and says what the test tells it to. */
function fakePeer() {
  const sent: ClientFrame[] = [];
  const client = createWireClient({ send: (frame) => sent.push(frame), now: () => 7, close: () => {} });
  return { sent, client, transport: client.transport };
}

describe("the wire client", () => {
  it("holds requests until the channel is open, then matches replies by id in any order", async () => {
    const { sent, client, transport } = fakePeer();
    const info = transport.request("kernel.info", {});
    const fleet = transport.request("agents.launchFleet", {});
    expect(sent).toEqual([]);
    client.opened();
    expect(sent).toMatchObject([{ method: "kernel.info" }, { method: "agents.launchFleet" }]);
    const [one, two] = sent.map((frame) => (frame.type === "request" ? frame.id : -1));
    client.receive({ type: "reply", id: two, ok: true, output: { agentIds: ["a1"] } });
    client.receive({ type: "reply", id: one, ok: false, error: { code: "internal", message: "broken" } });
    await expect(fleet).resolves.toEqual({ agentIds: ["a1"] });
    await expect(info).rejects.toMatchObject({ data: { code: "internal", message: "broken" } });
  });

  it("rejects what is pending when the channel is lost, and what comes until it is back", async () => {
    const { client, transport } = fakePeer();
    client.opened();
    const pending = transport.request("kernel.info", {});
    client.lost("The line is cut");
    await expect(pending).rejects.toMatchObject({
      data: { code: "disconnected", message: "The line is cut" },
    });
    await expect(transport.request("kernel.info", {})).rejects.toMatchObject({
      data: { code: "disconnected" },
    });
  });

  it("acknowledges each batch and reset, and drops a batch it has had", () => {
    const { sent, client, transport } = fakePeer();
    const { got, subscriber } = collector();
    client.opened();
    transport.subscribe(seq(0), subscriber);
    client.receive({ type: "batch", subscription: 1, batch: { from: 0, to: 5, events: [] } });
    client.receive({ type: "batch", subscription: 1, batch: { from: 0, to: 5, events: [] } });
    client.receive({
      type: "reset",
      subscription: 1,
      state: encodeState({ ...emptyState(), seq: seq(40) }),
    });
    expect(sent.filter((frame) => frame.type === "acknowledge")).toHaveLength(3);
    expect(got.batches).toHaveLength(1);
    expect(got.state.seq).toBe(40);
  });

  it("subscribes again from where it stood, and watches again", () => {
    const { sent, client, transport } = fakePeer();
    client.opened();
    const subscription = transport.subscribe(seq(2), collector().subscriber);
    subscription.watch(agentId(3));
    client.receive({ type: "batch", subscription: 1, batch: { from: 2, to: 9, events: [] } });
    client.lost("gone");
    sent.length = 0;
    client.opened();
    expect(sent).toEqual([
      { type: "subscribe", subscription: 1, from: 9 },
      { type: "watch", subscription: 1, agentId: "a3" },
    ]);
  });

  it("keeps the time of the first loss through failed attempts to come back", () => {
    let now = 100;
    const client = createWireClient({ send: () => {}, now: () => now, close: () => {} });
    client.opened();
    client.lost("gone");
    now = 900;
    client.lost("still gone");
    let since = 0;
    client.transport.onStatus((status) => {
      if (status.type === "lost") since = status.since;
    });
    expect(since).toBe(100);
  });

  it("drops what is not a frame", () => {
    const { client, sent } = fakePeer();
    client.opened();
    for (const junk of [null, 3, "x", {}, { type: "reply" }, { type: "batch", subscription: 1 }]) {
      expect(() => client.receive(junk)).not.toThrow();
    }
    expect(sent).toEqual([]);
  });
});
