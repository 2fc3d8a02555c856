import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entry, policySteps } from "../../testing/policy-entries.ts";
import { RoundRobinPolicy } from "./round-robin.ts";

const submitAll = (policy: RoundRobinPolicy, agents: readonly string[]): void => {
  agents.forEach((agent, index) => {
    policy.submit(entry(index + 1, { agent }));
  });
};

function drain(policy: RoundRobinPolicy): string[] {
  const agents = new Map([...policy.entries()].map(({ id, agent }) => [id, agent]));
  const order: string[] = [];
  for (let next = policy.pick(); next; next = policy.pick()) order.push(agents.get(next.winner) ?? "");
  return order;
}

describe("turns", () => {
  test("agents take turns, however many calls each has", () => {
    const policy = new RoundRobinPolicy();
    submitAll(policy, ["a", "a", "a", "b", "c", "b"]);
    expect(drain(policy)).toEqual(["a", "b", "c", "a", "b", "a"]);
  });

  test("one agent's calls keep their order", () => {
    const policy = new RoundRobinPolicy();
    submitAll(policy, ["a", "a", "a"]);
    expect([1, 2, 3].map(() => policy.pick()?.winner)).toEqual(["s1", "s2", "s3"]);
  });

  test("between two turns of an agent every other that waited all along has had one", () => {
    fc.assert(
      fc.property(policySteps, (steps) => {
        const policy = new RoundRobinPolicy();
        /** Agents that have waited since the last turn of each agent. */
        const owed = new Map<string, Set<string>>();
        const waiting = () => new Set([...policy.entries()].map(({ agent }) => agent));
        let made = 0;
        for (const step of steps) {
          if (step.type === "submit") {
            made += 1;
            policy.submit(entry(made, { agent: `a${step.agent}` }));
          } else if (step.type === "pick" || step.type === "return") {
            const agents = new Map([...policy.entries()].map(({ id, agent }) => [id, agent]));
            const winner = policy.pick()?.winner;
            const agent = winner && agents.get(winner);
            if (!agent || !winner) continue;
            expect([...(owed.get(agent) ?? [])]).toEqual([]);
            for (const others of owed.values()) others.delete(agent);
            if (step.type === "return") policy.submit(entry(Number(winner.slice(1)), { agent }));
            const others = waiting();
            others.delete(agent);
            owed.set(agent, others);
          } else if (step.type === "remove") {
            const victim = [...policy.entries()][step.index];
            if (victim) policy.remove(victim.id);
          }
          // Whoever has stopped waiting is owed nothing.
          const now = waiting();
          for (const others of owed.values()) {
            for (const agent of others) if (!now.has(agent)) others.delete(agent);
          }
        }
      }),
    );
  });
});

describe("slices", () => {
  const running = (tokens: number, agent = "a") => ({ ...entry(99, { agent }), tokens });

  test("end when the tokens are made and another agent waits", () => {
    const policy = new RoundRobinPolicy();
    policy.submit(entry(1, { agent: "b" }));
    expect(policy.preempt(running(24), 24)).toEqual({ type: "slice-end" });
  });

  test("do not end before", () => {
    const policy = new RoundRobinPolicy();
    policy.submit(entry(1, { agent: "b" }));
    expect(policy.preempt(running(23), 24)).toBeNull();
  });

  test("do not end for nobody, nor for a call of the same agent", () => {
    const policy = new RoundRobinPolicy();
    expect(policy.preempt(running(1_000), 24)).toBeNull();
    policy.submit(entry(1, { agent: "a" }));
    expect(policy.preempt(running(1_000), 24)).toBeNull();
    policy.submit(entry(2, { agent: "b" }));
    expect(policy.preempt(running(1_000), 24)).toEqual({ type: "slice-end" });
  });
});

test("a new priority costs an agent neither its turn nor its place", () => {
  const policy = new RoundRobinPolicy();
  submitAll(policy, ["a", "b", "a"]);
  policy.update(entry(1, { agent: "a", priority: 9 }));
  expect(drain(policy)).toEqual(["a", "b", "a"]);
});
