import fc from "fast-check";
import { expect, test } from "vitest";
import { entry } from "../../testing/policy-entries.ts";
import { FifoPolicy } from "./fifo.ts";

test("picks in the order of arrival, whatever the priorities", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9)), (priorities) => {
      const policy = new FifoPolicy();
      const entries = priorities.map((priority, index) => entry(index + 1, { priority }));
      for (const each of entries) policy.submit(each);
      expect(entries.map(() => policy.pick()?.winner)).toEqual(entries.map(({ id }) => id));
    }),
  );
});

test("a new priority does not cost an entry its place", () => {
  const policy = new FifoPolicy();
  for (const id of [1, 2, 3]) policy.submit(entry(id));
  policy.update(entry(1, { priority: 0 }));
  expect([...policy.entries()].map(({ id, priority }) => [id, priority])).toEqual([
    ["s1", 0],
    ["s2", 5],
    ["s3", 5],
  ]);
  expect(policy.pick()?.winner).toBe("s1");
});

test("never takes a call off its slot", () => {
  const policy = new FifoPolicy();
  policy.submit(entry(1));
  expect(policy.preempt()).toBeNull();
});
