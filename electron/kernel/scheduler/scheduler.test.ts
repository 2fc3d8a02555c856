import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PolicyName, policySchema } from "../../../shared/settings.ts";
import { QUEUE_LENGTH } from "../limits.ts";
import { entry } from "../testing/policy-entries.ts";
import { Scheduler } from "./scheduler.ts";

const LANE = "model";
const ids = (scheduler: Scheduler, lane = LANE): string[] => {
  const picked: string[] = [];
  for (let next = scheduler.pick(lane, 0); next; next = scheduler.pick(lane, 0)) picked.push(next.winner);
  return picked;
};

describe.each(policySchema.options)("%s", (name) => {
  test("holds back a paused agent's entries, now and later, and gives them back when it is released", () => {
    const scheduler = new Scheduler(name);
    scheduler.submit(LANE, entry(1, { agent: "a1" }));
    scheduler.submit(LANE, entry(2, { agent: "a2" }));
    scheduler.hold("a1");
    scheduler.submit(LANE, entry(3, { agent: "a1" }));
    expect(scheduler.waiting(LANE)).toBe(1);
    expect(ids(scheduler)).toEqual(["s2"]);
    expect(scheduler.lanes()).toEqual([]);
    expect(scheduler.entriesOf(LANE).map(({ id }) => id)).toEqual(["s1", "s3"]);
    expect(scheduler.release("a1")).toEqual([LANE]);
    expect(ids(scheduler)).toEqual(["s1", "s3"]);
  });

  test("removes an entry wherever it is", () => {
    const scheduler = new Scheduler(name);
    scheduler.hold("a2");
    for (const id of [1, 2]) scheduler.submit(LANE, entry(id));
    expect(scheduler.remove(entry(1).id)).toEqual(entry(1));
    expect(scheduler.remove(entry(2).id)).toEqual(entry(2));
    expect(scheduler.remove(entry(2).id)).toBeNull();
    expect(scheduler.release("a2")).toEqual([]);
    expect(scheduler.entriesOf(LANE)).toEqual([]);
  });

  test("asks a paused agent off its slot, whoever waits", () => {
    const scheduler = new Scheduler(name);
    scheduler.hold("a1");
    expect(scheduler.preempt(LANE, { ...entry(1), tokens: 0 }, 24)).toEqual({ type: "paused" });
    scheduler.release("a1");
    expect(scheduler.preempt(LANE, { ...entry(1), tokens: 99 }, 24)).toBeNull();
  });

  test("says queue-full at its bound, held entries counted, and takes again when one has left", () => {
    const scheduler = new Scheduler(name);
    scheduler.hold("a1");
    for (let id = 1; id <= QUEUE_LENGTH; id += 1) scheduler.submit(LANE, entry(id));
    const more = entry(QUEUE_LENGTH + 1);
    expect(() => scheduler.submit(LANE, more)).toThrow(`${QUEUE_LENGTH} calls`);
    scheduler.remove(entry(1).id);
    scheduler.submit(LANE, more);
    expect(scheduler.waiting(LANE)).toBe(QUEUE_LENGTH);
  });
});

test("lanes do not see each other", () => {
  const scheduler = new Scheduler("fifo");
  scheduler.submit("one", entry(1));
  scheduler.submit("two", entry(2));
  expect([...scheduler.lanes()]).toEqual(["one", "two"]);
  expect(ids(scheduler, "two")).toEqual(["s2"]);
  expect(ids(scheduler, "one")).toEqual(["s1"]);
  expect(scheduler.pick("three", 0)).toBeNull();
});

test("a change of policy keeps every entry, and the order in which they came for fifo", () => {
  const policy = fc.constantFrom<PolicyName>("fifo", "round-robin", "priority");
  const calls = fc.array(fc.record({ agent: fc.nat(3), priority: fc.nat(9), after: policy }), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(policy, calls, fc.nat(3), (first, all, paused) => {
      const scheduler = new Scheduler(first);
      scheduler.hold(`a${paused}`);
      all.forEach(({ agent, priority, after }, index) => {
        scheduler.submit(LANE, entry(index + 1, { agent: `a${agent}`, priority }));
        scheduler.setPolicy(after);
      });
      scheduler.setPolicy("fifo");
      const active = all.flatMap(({ agent }, index) => (agent === paused ? [] : [`s${index + 1}`]));
      expect(scheduler.entriesOf(LANE)).toHaveLength(all.length);
      expect(ids(scheduler)).toEqual(active);
      scheduler.release(`a${paused}`);
      expect(ids(scheduler)).toHaveLength(all.length - active.length);
    }),
  );
});

describe("reprioritise", () => {
  test("moves an entry where priorities count", () => {
    const scheduler = new Scheduler("priority");
    for (const id of [1, 2]) scheduler.submit(LANE, entry(id));
    scheduler.reprioritise(entry(2).id, 9);
    expect(ids(scheduler)).toEqual(["s2", "s1"]);
  });

  test("costs no place where they do not, and is known when they later do", () => {
    const scheduler = new Scheduler("fifo");
    for (const id of [1, 2, 3]) scheduler.submit(LANE, entry(id));
    scheduler.reprioritise(entry(1).id, 0);
    expect(scheduler.pick(LANE, 0)?.candidates[0]?.syscallId).toBe("s1");
    scheduler.reprioritise(entry(3).id, 9);
    scheduler.setPolicy("priority");
    expect(ids(scheduler)).toEqual(["s3", "s2"]);
  });

  test("reaches held entries, and ignores one that has left", () => {
    const scheduler = new Scheduler("priority");
    scheduler.hold("a2");
    for (const id of [1, 2]) scheduler.submit(LANE, entry(id));
    scheduler.reprioritise(entry(2).id, 9);
    scheduler.reprioritise(entry(7).id, 9);
    scheduler.release("a2");
    expect(ids(scheduler)).toEqual(["s2", "s1"]);
  });
});
