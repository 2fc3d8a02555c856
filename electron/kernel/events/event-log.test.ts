import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { KernelEventBody } from "../../../shared/events.ts";
import { agentId, seq } from "../../../shared/ids.ts";
import { encodeState } from "../../../shared/state-wire.ts";
import { plausibleEvents } from "../../../shared/testing/plausible-events.ts";
import { COMMIT_EVENTS, COMMIT_RETRY_MS } from "../limits.ts";
import { ManualClock, nextTurn, settle } from "../testing/manual-clock.ts";
import { MemoryEventStore } from "../testing/memory-event-store.ts";
import { EventLog } from "./event-log.ts";

let store: MemoryEventStore;
let clock: ManualClock;
let log: EventLog;
beforeEach(() => {
  store = new MemoryEventStore();
  clock = new ManualClock();
  log = new EventLog(store, clock);
});

const message = (n: number): KernelEventBody => ({
  type: "agent.messaged",
  agentId: agentId(1),
  from: "person",
  text: String(n),
});
const appendMany = (count: number): void => {
  for (let n = 0; n < count; n += 1) log.append(message(n));
};

describe("group commit", () => {
  test("events of one turn are one append", async () => {
    appendMany(5);
    expect(store.commits).toEqual([]);
    await settle();
    expect(store.commits).toEqual([5]);
    expect(store.events.map((event) => event.seq)).toEqual([1, 2, 3, 4, 5]);
  });

  test("a commit is bounded, and the rest follows", async () => {
    appendMany(2 * COMMIT_EVENTS + 1);
    await settle();
    expect(store.commits).toEqual([COMMIT_EVENTS, COMMIT_EVENTS, 1]);
  });

  test("what is appended while a commit is under way goes with the next", async () => {
    const disk = Promise.withResolvers<void>();
    const append = store.append.bind(store);
    store.append = async (events) => {
      await disk.promise;
      append(events);
    };
    appendMany(1);
    await settle();
    appendMany(2);
    await settle();
    expect([store.commits, log.state().seq]).toEqual([[], 0]);
    disk.resolve();
    await settle();
    expect(store.commits).toEqual([1, 2]);
  });

  test("callbacks come in order, each after its event is on disk and in the state", async () => {
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name} at ${log.state().seq} of ${store.rows.length}`);
    log.append(message(1));
    log.committed(note("first"));
    log.append(message(2));
    log.committed(note("second"));
    log.committed(note("third"));
    expect(seen).toEqual([]);
    await settle();
    expect(seen).toEqual(["first at 2 of 2", "second at 2 of 2", "third at 2 of 2"]);
  });

  test("a callback with nothing to wait for comes at once", async () => {
    let runs = 0;
    log.committed(() => {
      runs += 1;
    });
    expect(runs).toBe(1);
  });

  test("a callback waits for its own event only", async () => {
    let done = 0;
    appendMany(1);
    log.committed(() => {
      done = store.rows.length;
    });
    appendMany(COMMIT_EVENTS);
    await settle();
    expect(done).toBe(COMMIT_EVENTS);
  });

  test("the follower sees each event before anyone who waits for it", async () => {
    const seen: string[] = [];
    log.follow((event) => seen.push(`event ${event.seq}`));
    log.append(message(1));
    log.committed(() => seen.push("callback"));
    log.onCommit(() => seen.push("listener"));
    await settle();
    expect(seen).toEqual(["event 1", "callback", "listener"]);
  });
});

describe("a disk that refuses", () => {
  test("costs nothing and acknowledges nothing; when it takes again all is in order", async () => {
    const acknowledged: number[] = [];
    store.refuses = "appends";
    for (const n of [1, 2]) {
      log.append(message(n));
      log.committed(() => acknowledged.push(n));
    }
    await settle();
    log.append(message(3));
    log.committed(() => acknowledged.push(3));
    clock.advance(COMMIT_RETRY_MS);
    await settle();
    expect(log.problem()).toEqual({ code: "storage-failed", message: "the disk is full" });
    expect([acknowledged, log.state().seq, log.since(seq(0), 10)]).toEqual([[], 0, []]);
    store.refuses = "nothing";
    clock.advance(COMMIT_RETRY_MS);
    await settle();
    expect(log.problem()).toBeNull();
    expect(acknowledged).toEqual([1, 2, 3]);
    expect(store.events.map((event) => event.seq)).toEqual([1, 2, 3]);
  });

  test("refuses the close, and does not come back to it", async () => {
    store.refuses = "appends";
    log.append(message(1));
    await expect(log.close()).rejects.toThrow("the disk is full");
    clock.advance(10 * COMMIT_RETRY_MS);
    expect(clock.timers).toBe(0);
  });

  test("costs a checkpoint and nothing else", async () => {
    store.refuses = "checkpoints";
    log.append(message(1));
    await log.close();
    expect([store.rows.length, store.checkpoint]).toEqual([1, null]);
    expect(new EventLog(store, clock).state().seq).toBe(1);
  });
});

describe("closing", () => {
  test("commits what is pending, tells those who wait, leaves a checkpoint and takes no more", async () => {
    const seen: string[] = [];
    appendMany(COMMIT_EVENTS + 3);
    log.committed(() => {
      seen.push("committed");
      log.append(message(0));
      log.committed(() => seen.push("never"));
    });
    await log.close();
    log.append(message(0));
    await settle();
    expect(seen).toEqual(["committed"]);
    expect(store.rows).toHaveLength(COMMIT_EVENTS + 3);
    expect(store.checkpoint?.seq).toBe(COMMIT_EVENTS + 3);
  });

  test("ends though everyone goes on appending", async () => {
    log.onCommit(() => log.append(message(0)));
    appendMany(1);
    await nextTurn();
    await log.close();
    await log.close();
    expect(store.rows.length).toBeLessThanOrEqual(2);
  });
});

describe("a restart", () => {
  test("gives the state and the ids as they were, with a checkpoint anywhere or none", () => {
    fc.assert(
      fc.property(plausibleEvents, fc.nat(), (events, at) => {
        const whole = new EventLog(new MemoryEventStore(events), clock);
        const cut = at % (events.length + 1);
        const earlier = new MemoryEventStore(events.slice(0, cut));
        void new EventLog(earlier, clock).close();
        const later = new MemoryEventStore(events);
        later.checkpoint = earlier.checkpoint;
        const again = new EventLog(later, clock);
        expect(encodeState(again.state())).toEqual(encodeState(whole.state()));
        expect(again.ids.values()).toEqual(whole.ids.values());
      }),
    );
  });

  test("gives no id a second time", () => {
    fc.assert(
      fc.property(plausibleEvents, (events) => {
        const { ids } = new EventLog(new MemoryEventStore(events), clock);
        const text = JSON.stringify(events);
        const fresh = [ids.nextAgent(), ids.nextSyscall(), ids.nextApproval(), ids.nextGrant()];
        for (const id of fresh) expect(text).not.toContain(`"${id}"`);
      }),
    );
  });

  test.each([
    ["of another version", (text: string) => text.replace('"version":4', '"version":1')],
    ["that is cut off", (text: string) => text.slice(0, -10)],
    ["of another place", (text: string) => text.replace('"seq":3', '"seq":2')],
  ])("drops a checkpoint %s and reads the whole log", async (_, damage) => {
    appendMany(3);
    await log.close();
    const text = damage(store.checkpoint?.text ?? "");
    expect(text).not.toBe(store.checkpoint?.text);
    store.checkpoint = { seq: seq(3), text };
    expect(encodeState(new EventLog(store, clock).state())).toEqual(encodeState(log.state()));
  });

  test("numbers its events after the old ones", async () => {
    appendMany(3);
    await log.close();
    const next = new EventLog(store, clock);
    next.append(message(4));
    await settle();
    expect(store.events.map((event) => event.seq)).toEqual([1, 2, 3, 4]);
    expect([next.since(seq(3), 10)?.length, next.since(seq(2), 10)]).toEqual([1, null]);
  });
});

test("the events of one agent come in pages, without a gap", async () => {
  appendMany(2_500);
  log.append({ type: "agent.paused", agentId: agentId(2) });
  await settle();
  expect([...log.readAgent(agentId(1))].map((event) => event.seq)).toEqual(
    Array.from({ length: 2_500 }, (_, index) => index + 1),
  );
});
