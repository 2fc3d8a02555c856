import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AGING_MS_PER_LEVEL } from "../../limits.ts";
import { entry } from "../../testing/policy-entries.ts";
import type { PolicyEntry } from "../policy.ts";
import { PriorityPolicy } from "./priority.ts";

const LONGEST_LEAD_MS = 9 * AGING_MS_PER_LEVEL;
const entries = fc
  .array(fc.record({ priority: fc.nat(9), queuedAt: fc.integer({ min: 0, max: 4 * LONGEST_LEAD_MS }) }), {
    maxLength: 40,
  })
  .map((fields) => fields.map((each, index) => entry(index + 1, each)));

function order(all: readonly PolicyEntry[]): PolicyEntry[] {
  const policy = new PriorityPolicy();
  for (const each of all) policy.submit(each);
  return all.flatMap(() => {
    const winner = policy.pick(0)?.winner;
    return all.filter(({ id }) => id === winner);
  });
}

describe("order", () => {
  test("the higher priority first, and among equals who came first", () => {
    const all = [entry(1, { priority: 5 }), entry(2, { priority: 9 }), entry(3, { priority: 5 })];
    expect(order(all).map(({ id }) => id)).toEqual(["s2", "s1", "s3"]);
  });

  test("is by time of joining less what the priority is worth", () => {
    fc.assert(
      fc.property(entries, (all) => {
        const rank = (each: PolicyEntry) => each.queuedAt - each.priority * AGING_MS_PER_LEVEL;
        expect(order(all)).toEqual(all.toSorted((a, b) => rank(a) - rank(b)));
      }),
    );
  });

  test("nobody is passed by one that joined more than nine levels' worth of time later", () => {
    fc.assert(
      fc.property(entries, (all) => {
        const picked = order(all);
        picked.forEach((early, index) => {
          for (const late of picked.slice(index + 1)) {
            expect(early.queuedAt - late.queuedAt).toBeLessThanOrEqual(LONGEST_LEAD_MS);
          }
        });
      }),
    );
  });

  test("a new priority moves an entry and keeps its age", () => {
    const policy = new PriorityPolicy();
    for (const id of [1, 2, 3]) policy.submit(entry(id));
    policy.update(entry(3, { priority: 6 }));
    policy.update(entry(1, { priority: 4 }));
    expect([1, 2, 3].map(() => policy.pick(0)?.winner)).toEqual(["s3", "s2", "s1"]);
  });

  test("the reason tells the priority and the wait", () => {
    const policy = new PriorityPolicy();
    policy.submit(entry(1, { priority: 7, queuedAt: 100 }));
    expect(policy.pick(1_600)?.reason).toBe("priority 7, waited 1500 ms");
  });
});

describe("preemption", () => {
  const running = (tokens: number, fields: Partial<PolicyEntry> = {}) => ({ ...entry(99, fields), tokens });

  test("a slice of at least the set tokens ends for a call that goes before", () => {
    const policy = new PriorityPolicy();
    policy.submit(entry(1, { priority: 9, queuedAt: 500 }));
    expect(policy.preempt(running(24, { priority: 5, queuedAt: 0 }), 24)).toEqual({
      type: "preempted",
      by: "s1",
    });
    expect(policy.preempt(running(23, { priority: 5, queuedAt: 0 }), 24)).toBeNull();
  });

  test("not for one that goes after, an equal that came later, or nobody", () => {
    const policy = new PriorityPolicy();
    expect(policy.preempt(running(100), 24)).toBeNull();
    policy.submit(entry(1, { priority: 4, queuedAt: 0 }));
    policy.submit(entry(2, { priority: 5, queuedAt: 600 }));
    expect(policy.preempt(running(100, { priority: 5, queuedAt: 500 }), 24)).toBeNull();
  });
});
