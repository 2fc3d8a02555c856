import { beforeEach, describe, expect, test } from "vitest";
import { coreId, syscallId } from "../../../shared/ids.ts";
import type { SuspendReason } from "../../../shared/syscall.ts";
import { EventLog } from "../events/event-log.ts";
import { QUEUE_LENGTH } from "../limits.ts";
import { isFinal, Syscall, type SyscallOutcome } from "../syscall.ts";
import { ManualClock, settle } from "../testing/manual-clock.ts";
import { MemoryEventStore } from "../testing/memory-event-store.ts";
import { entry } from "../testing/policy-entries.ts";
import { CorePool } from "./core-pool.ts";
import { Dispatcher, type Execute, type Turn, type TurnEnd } from "./dispatcher.ts";
import { Scheduler } from "./scheduler.ts";

const CORE = coreId("core");
const LANE = "model";
let clock: ManualClock;
let pool: CorePool;
let scheduler: Scheduler;
let store: MemoryEventStore;
let ended: { id: string; outcome: SyscallOutcome }[];
let execute: Execute;
let dispatcher: Dispatcher;
beforeEach(() => {
  clock = new ManualClock();
  pool = new CorePool(Number.POSITIVE_INFINITY);
  pool.add({ id: CORE, lane: LANE, slots: 1 });
  scheduler = new Scheduler("fifo");
  store = new MemoryEventStore();
  ended = [];
  execute = async () => done;
  dispatcher = new Dispatcher({
    queue: "llm",
    scheduler,
    pool,
    clock,
    log: new EventLog(store, clock),
    execute: (syscall, turn) => execute(syscall, turn),
    sliceTokens: () => 8,
    finish: (syscall, outcome) => {
      if (isFinal(syscall.state)) return;
      syscall.to(outcome.state, clock.mono());
      ended.push({ id: syscall.id, outcome });
    },
  });
});

const done: TurnEnd = {
  type: "ended",
  outcome: { state: "done", result: { kind: "tool", text: "ok", outcome: "ok" } },
};
let made = 0;
function enqueue(lane = LANE): Syscall {
  made += 1;
  const options = {
    agentId: null,
    call: { kind: "tool", tool: "t", arguments: {}, toolCallId: null },
    parent: null,
    priority: 5,
    deadline: null,
    tokenBudget: null,
    prompt: [],
    memoryOwner: "me",
  } as const;
  const syscall = new Syscall(syscallId(made), options, clock.mono(), () => {});
  syscall.to("gated", clock.mono());
  dispatcher.enqueue(syscall, lane, "new");
  return syscall;
}
const states = () => ended.map(({ outcome }) => outcome.state);
const types = () => store.events.map(({ type }) => type);

test("runs calls one after the other where there is one slot", async () => {
  const turns: PromiseWithResolvers<TurnEnd>[] = [];
  execute = () => {
    const turn = Promise.withResolvers<TurnEnd>();
    turns.push(turn);
    return turn.promise;
  };
  const calls = [enqueue(), enqueue()];
  await settle();
  expect(calls.map(({ state }) => state)).toEqual(["running", "queued"]);
  turns[0]?.resolve(done);
  await settle();
  expect(calls.map(({ state }) => state)).toEqual(["done", "running"]);
  turns[1]?.resolve(done);
  await settle();
  expect(states()).toEqual(["done", "done"]);
});

test("a lane that nothing serves, and a queue that is full, end a call at once", () => {
  enqueue("nowhere");
  scheduler.hold("held");
  for (let n = 1; n <= QUEUE_LENGTH; n += 1) scheduler.submit(LANE, entry(1_000_000 + n, { agent: "held" }));
  enqueue();
  expect(ended.map(({ outcome }) => outcome.state === "failed" && outcome.error.code)).toEqual([
    "model-not-found",
    "queue-full",
  ]);
});

describe("a blocked core", () => {
  test("starts nothing until the longest block is over, then goes on by itself", async () => {
    dispatcher.block(CORE, LANE, 1_000);
    dispatcher.block(CORE, LANE, 200);
    const call = enqueue();
    clock.advance(999);
    expect(call.state).toBe("queued");
    clock.advance(1);
    await settle();
    expect(states()).toEqual(["done"]);
    expect(clock.timers).toBe(0);
  });

  test("that is removed meanwhile leaves no timer behind", () => {
    dispatcher.block(CORE, LANE, 1_000);
    pool.remove(CORE);
    clock.advance(1_000);
    expect(clock.timers).toBe(0);
  });
});

describe("a call that leaves its slot in mid-work", () => {
  const waiting: SuspendReason = { type: "waiting-for-agents", agents: ["a1"] };
  test("lets others run, and goes on in a turn of its own", async () => {
    const order: string[] = [];
    const wait = Promise.withResolvers<string>();
    execute = async (syscall: Syscall, turn: Turn) => {
      if (order.length === 0) {
        order.push(`${syscall.id} leaves`);
        order.push(`${syscall.id} has ${await turn.leaveSlot(waiting, wait.promise)}`);
      } else order.push(`${syscall.id} runs`);
      return done;
    };
    const [first, second] = [enqueue(), enqueue()];
    await settle();
    expect(first.state).toBe("suspended");
    wait.resolve("the answer");
    await settle();
    expect(order).toEqual([`${first.id} leaves`, `${second.id} runs`, `${first.id} has the answer`]);
    expect(types()).toContain("syscall.suspended");
    expect(pool.free(LANE, 0)).toBe(CORE);
  });

  test("is on a slot again when what it waited for has failed", async () => {
    const wait = Promise.withResolvers<string>();
    const seen: unknown[] = [];
    execute = async (syscall, turn) => {
      await turn.leaveSlot(waiting, wait.promise).catch((thrown) => seen.push(syscall.state, thrown));
      return done;
    };
    const call = enqueue();
    await settle();
    wait.reject(new Error("no such agent"));
    await settle();
    expect(seen).toEqual(["running", new Error("no such agent")]);
    expect(call.state).toBe("done");
  });

  test("is not left hanging when the queue is full as it comes back", async () => {
    const wait = Promise.withResolvers<string>();
    let seen: unknown = null;
    execute = async (_, turn) => {
      await turn.leaveSlot(waiting, wait.promise).catch((thrown) => {
        seen = thrown;
      });
      return done;
    };
    const call = enqueue();
    await settle();
    scheduler.hold("held");
    for (let n = 1; n <= QUEUE_LENGTH; n += 1)
      scheduler.submit(LANE, entry(1_000_000 + n, { agent: "held" }));
    wait.resolve("the answer");
    await settle();
    expect(call.state).toBe("failed");
    expect(seen).toMatchObject({ data: { code: "queue-full" } });
    expect(pool.free(LANE, 0)).toBe(CORE);
  });

  test("is not brought back when it was ended in the moment in which its wait was over", async () => {
    const wait = Promise.withResolvers<string>();
    execute = async (_, turn) => {
      await turn.leaveSlot(waiting, wait.promise).catch(() => {});
      return done;
    };
    const call = enqueue();
    await settle();
    wait.resolve("the answer");
    call.to("cancelled", clock.mono());
    await settle();
    expect([call.state, scheduler.waiting(LANE)]).toEqual(["cancelled", 0]);
    expect(pool.free(LANE, 0)).toBe(CORE);
  });
});

test("lanes that share one limit take turns, so that a burst in one holds up no other", async () => {
  pool = new CorePool(1);
  pool.add({ id: coreId("read"), lane: "read", slots: 4 });
  pool.add({ id: coreId("write"), lane: "write", slots: 4 });
  const options = { queue: "storage", scheduler, pool, clock, sliceTokens: () => 8 } as const;
  const order: string[] = [];
  dispatcher = new Dispatcher({
    ...options,
    log: new EventLog(store, clock),
    execute: async ({ id }) => {
      order.push(id);
      return done;
    },
    finish: (syscall, outcome) => void syscall.to(outcome.state, clock.mono()),
  });
  const reads = [enqueue("read"), enqueue("read"), enqueue("read"), enqueue("read")];
  const write = enqueue("write");
  await settle();
  expect(order).toHaveLength(5);
  expect(order.indexOf(write.id)).toBeLessThanOrEqual(2);
  expect(order[0]).toBe(reads[0]?.id);
});
