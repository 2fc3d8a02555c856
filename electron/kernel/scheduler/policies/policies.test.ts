import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SyscallId } from "../../../../shared/ids.ts";
import { DECISION_CANDIDATES } from "../../../../shared/limits.ts";
import { policySchema } from "../../../../shared/settings.ts";
import type { ScheduleDecision } from "../../../../shared/syscall.ts";
import { entry, type PolicyStep, policySteps } from "../../testing/policy-entries.ts";
import type { Policy, PolicyEntry } from "../policy.ts";
import { createPolicy } from "../scheduler.ts";

/** Runs steps against a policy and a plain list of what must be in it; checks after each. */
function follow(policy: Policy, steps: readonly PolicyStep[]): void {
  const held = new Map<SyscallId, PolicyEntry>();
  let last: PolicyEntry | null = null;
  let now = 0;
  let made = 0;
  for (const step of steps) {
    switch (step.type) {
      case "submit": {
        now += step.laterMs;
        made += 1;
        const { priority } = step;
        const fresh = entry(made, { agent: `a${step.agent}`, priority, queuedAt: now });
        held.set(fresh.id, fresh);
        policy.submit(fresh);
        break;
      }
      case "pick": {
        const decision = policy.pick(now);
        expect(decision === null).toBe(held.size === 0);
        if (!decision) break;
        checkDecision(decision, policy, held);
        last = held.get(decision.winner) ?? null;
        held.delete(decision.winner);
        break;
      }
      case "return":
        if (!last) break;
        last = { ...last, queuedAt: now };
        held.set(last.id, last);
        policy.submit(last);
        last = null;
        break;
      case "remove": {
        const victim = [...held.values()][step.index % Math.max(1, held.size)];
        expect(policy.remove(victim?.id ?? entry(9_999).id)).toEqual(victim ?? null);
        if (victim) held.delete(victim.id);
        break;
      }
      case "update": {
        const chosen = [...held.values()][step.index % Math.max(1, held.size)];
        if (!chosen) break;
        const changed = { ...chosen, priority: step.priority };
        held.set(changed.id, changed);
        policy.update(changed);
        break;
      }
    }
    expect(policy.size).toBe(held.size);
    const byId = (a: PolicyEntry, b: PolicyEntry) => a.id.localeCompare(b.id);
    expect([...policy.entries()].sort(byId)).toEqual([...held.values()].sort(byId));
  }
}

function checkDecision(
  decision: ScheduleDecision,
  policy: Policy,
  held: ReadonlyMap<SyscallId, PolicyEntry>,
): void {
  const { candidates, winner } = decision;
  expect(decision.policy).toBe(policy.name);
  expect(decision.waiting).toBe(held.size);
  expect(held.has(winner)).toBe(true);
  expect(candidates[0]?.syscallId).toBe(winner);
  expect(candidates.length).toBeLessThanOrEqual(DECISION_CANDIDATES);
  expect(candidates.every(({ syscallId }) => held.has(syscallId))).toBe(true);
  expect(new Set(candidates.map(({ syscallId }) => syscallId)).size).toBe(candidates.length);
  const keys = candidates.map(({ key }) => key);
  expect(keys).toEqual(keys.toSorted((a, b) => a - b));
  expect(decision.reason).not.toBe("");
}

describe.each(policySchema.options)("%s", (name) => {
  test("holds each entry until it is picked or removed, and picks whenever it holds any", () => {
    fc.assert(fc.property(policySteps, (steps) => follow(createPolicy(name), steps)));
  });

  test("refuses an entry that it holds already", () => {
    const policy = createPolicy(name);
    policy.submit(entry(1));
    expect(() => policy.submit(entry(1))).toThrow("Invariant broken");
  });

  test("forgets nothing and keeps nothing: all that was submitted comes out once", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ agent: fc.nat(4), priority: fc.nat(9) })), (calls) => {
        const policy = createPolicy(name);
        calls.forEach((call, index) => {
          policy.submit(entry(index + 1, { agent: `a${call.agent}`, priority: call.priority }));
        });
        const out = calls.map(() => policy.pick(1_000)?.winner);
        expect(new Set(out).size).toBe(calls.length);
        expect(policy.pick(1_000)).toBeNull();
      }),
    );
  });
});
