import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { KernelEventBody } from "../../shared/events.ts";
import { agentId, syscallId } from "../../shared/ids.ts";
import { reduce } from "../../shared/reduce.ts";
import { emptyState } from "../../shared/state.ts";
import { decodeState, encodeState } from "../../shared/state-wire.ts";
import { plausibleEvents } from "../../shared/testing/plausible-events.ts";
import type { ServerFrame } from "../../shared/wire.ts";
import { FEED_EVENTS } from "../kernel/limits.ts";
import { settle } from "../kernel/testing/manual-clock.ts";
import { createSession, type Session } from "./session.ts";
import { namingHandlers, TestFeed } from "./testing/feed.ts";

let feed: TestFeed;
let frames: ServerFrame[];
let ended: number;
let session: Session;
beforeEach(() => {
  feed = new TestFeed();
  frames = [];
  ended = 0;
  session = createSession({
    handlers: namingHandlers,
    feed: feed.log,
    send: (frame) => frames.push(frame),
    ended: () => {
      ended += 1;
    },
  });
});

const of = <T extends ServerFrame["type"]>(type: T) =>
  frames.filter((frame): frame is Extract<ServerFrame, { type: T }> => frame.type === type);
const subscribe = (subscription = 1, from = 0) => session.receive({ type: "subscribe", subscription, from });
const acknowledge = (subscription = 1) => session.receive({ type: "acknowledge", subscription });
const paused: KernelEventBody = { type: "agent.paused", agentId: agentId(1) };
const many = (count: number) => Array.from({ length: count }, () => paused);
const context = (n: number): KernelEventBody => ({
  type: "context.appended",
  agentId: agentId(n),
  messages: [{ role: "user", content: `private to a${n}` }],
});

describe("requests", () => {
  test("are answered under their number", async () => {
    session.receive({ type: "request", id: 7, method: "agents.kill", input: { agentId: "a1" } });
    session.receive({ type: "request", id: 8, method: "agents.kill", input: { agentId: 5 } });
    await settle();
    expect(of("reply").sort((a, b) => a.id - b.id)).toMatchObject([
      { id: 7, ok: true, output: { name: "agents.kill", input: { agentId: "a1" } } },
      { id: 8, ok: false, error: { code: "bad-input", field: "agentId" } },
    ]);
  });

  test("are bounded: one too many is told so, and there is room again when some have ended", async () => {
    for (let id = 0; id <= 256; id += 1) session.receive({ type: "request", id, method: "kernel.info" });
    await settle();
    const refused = of("reply").filter((reply) => !reply.ok);
    expect(refused).toMatchObject([{ id: 256, error: { code: "queue-full" } }]);
    session.receive({ type: "request", id: 300, method: "kernel.info" });
    await settle();
    expect(of("reply").at(-1)).toMatchObject({ id: 300, ok: true });
  });

  test("that end after the session are not answered", async () => {
    session.receive({ type: "request", id: 1, method: "kernel.info" });
    session.close();
    await settle();
    expect(frames).toEqual([]);
  });
});

test("a sign of life is answered", () => {
  session.receive({ type: "ping" });
  expect(frames).toEqual([{ type: "pong" }]);
});

describe("a subscription", () => {
  test("brings what was and what comes, without a gap", async () => {
    await feed.append(...many(3));
    subscribe();
    await feed.append(...many(2));
    const batches = of("batch").map(({ batch }) => batch);
    expect(batches.map(({ from, to }) => [from, to])).toEqual([
      [0, 3],
      [3, 5],
    ]);
  });

  test("keeps a state that equals the kernel's, at any pace of the client", async () => {
    const pace = fc.array(fc.nat(3), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(plausibleEvents, pace, async (events, acknowledgements) => {
        const source = new TestFeed();
        let state = emptyState();
        let waiting = 0;
        const client = createSession({
          handlers: namingHandlers,
          feed: source.log,
          send: (frame) => {
            waiting += 1;
            if (frame.type === "reset") state = decodeState(frame.state);
            if (frame.type !== "batch") return;
            expect(frame.batch.from).toBe(state.seq);
            for (const event of frame.batch.events) reduce(state, event);
            expect(state.seq).toBe(frame.batch.to);
          },
        });
        client.receive({ type: "subscribe", subscription: 1, from: 0 });
        const size = Math.ceil(events.length / acknowledgements.length);
        for (const [index, count] of acknowledgements.entries()) {
          await source.append(...events.slice(index * size, (index + 1) * size));
          for (let n = 0; n < count && waiting > 0; n += 1) {
            waiting -= 1;
            client.receive({ type: "acknowledge", subscription: 1 });
          }
        }
        for (; waiting > 0; waiting -= 1) client.receive({ type: "acknowledge", subscription: 1 });
        expect(encodeState(state)).toEqual(encodeState(source.log.state()));
        client.close();
      }),
      { numRuns: 30 },
    );
  });

  test("sends a slow client no more than it has taken in, and resets it when it is too far behind", async () => {
    subscribe();
    for (let n = 0; n < 20; n += 1) await feed.append(...many(1_000));
    expect(frames).toHaveLength(4);
    expect(20_000).toBeGreaterThan(1.25 * FEED_EVENTS);
    acknowledge();
    expect(of("reset")).toMatchObject([{ subscription: 1, state: { seq: 20_000 } }]);
    await feed.append(paused);
    acknowledge();
    expect(of("batch").at(-1)?.batch).toMatchObject({ from: 20_000, to: 20_001 });
  });

  test("more acknowledgements than frames give no more credit", async () => {
    subscribe();
    for (let n = 0; n < 10; n += 1) acknowledge();
    for (let n = 0; n < 10; n += 1) await feed.append(paused);
    expect(frames).toHaveLength(4);
  });

  test("from a place that this log never reached begins with a reset", async () => {
    await feed.append(paused);
    subscribe(1, 99);
    expect(frames).toMatchObject([{ type: "reset", state: { seq: 1 } }]);
  });

  test("ends when it is told to", async () => {
    subscribe();
    session.receive({ type: "unsubscribe", subscription: 1 });
    acknowledge();
    session.receive({ type: "watch", subscription: 1, agentId: "a1" });
    await feed.append(paused);
    expect(frames).toEqual([]);
  });
});

describe("watching an agent", () => {
  test("brings its events whole and those of others slim, until another is watched", async () => {
    subscribe();
    session.receive({ type: "watch", subscription: 1, agentId: "a1" });
    const stream: KernelEventBody = {
      type: "syscall.output",
      agentId: agentId(2),
      syscallId: syscallId(1),
      text: "private to a2",
      tokens: 1,
    };
    await feed.append(context(1), context(2), stream);
    const first = JSON.stringify(frames);
    expect([first.includes("private to a1"), first.includes("private to a2")]).toEqual([true, false]);
    frames.length = 0;
    session.receive({ type: "watch", subscription: 1, agentId: null });
    await feed.append(context(1), context(2));
    expect(JSON.stringify(frames)).not.toContain("private");
    expect(of("batch")[0]?.batch.events.map(({ seq }) => seq)).toEqual([4, 5]);
  });
});

describe("a session ends", () => {
  test.each([
    [null],
    ["text"],
    [[]],
    [{}],
    [{ type: "request" }],
    [{ type: "request", id: -1, method: "kernel.info" }],
    [{ type: "request", id: 1, method: "x".repeat(101) }],
    [{ type: "subscribe", subscription: 1, from: -1 }],
    [{ type: "watch", subscription: 1, agentId: "7" }],
    [{ type: "hello" }],
  ])("at the frame %j", async (frame) => {
    subscribe();
    session.receive(frame);
    session.receive({ type: "ping" });
    await feed.append(paused);
    expect([ended, frames]).toEqual([1, []]);
  });

  test("at one subscription too many; taking one anew is none", () => {
    for (let n = 1; n <= 8; n += 1) subscribe(n);
    subscribe(8);
    expect(ended).toBe(0);
    subscribe(9);
    expect(ended).toBe(1);
  });

  test("and no frame whatever makes it throw", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (frame) => {
        createSession({ handlers: namingHandlers, feed: feed.log, send: () => {} }).receive(frame);
      }),
    );
  });
});
