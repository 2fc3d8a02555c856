import { assertNever, invariant, KernelError } from "../../../shared/errors.ts";
import type { SyscallId } from "../../../shared/ids.ts";
import type { PolicyName } from "../../../shared/settings.ts";
import type { ScheduleDecision, SuspendReason } from "../../../shared/syscall.ts";
import { QUEUE_LENGTH } from "../limits.ts";
import { FifoPolicy } from "./policies/fifo.ts";
import { PriorityPolicy } from "./policies/priority.ts";
import { RoundRobinPolicy } from "./policies/round-robin.ts";
import type { Policy, PolicyEntry, RunningEntry } from "./policy.ts";

export function createPolicy(name: PolicyName): Policy {
  switch (name) {
    case "fifo":
      return new FifoPolicy();
    case "round-robin":
      return new RoundRobinPolicy();
    case "priority":
      return new PriorityPolicy();
    default:
      return assertNever(name);
  }
}

/** Where an entry is: in its lane's policy, or set aside because its agent is paused. */
interface Place {
  readonly lane: string;
  readonly entry: PolicyEntry;
  readonly where: "policy" | "held";
}

/**
 * Decides: the waiting calls of one queue, a policy for each lane. Knows nothing of how calls run. Entries of paused
 * agents are held back and keep their time of joining.
 */
export class Scheduler {
  readonly #lanes = new Map<string, Policy>();
  readonly #places = new Map<SyscallId, Place>();
  readonly #paused = new Set<string>();
  #policyName: PolicyName;

  constructor(policyName: PolicyName) {
    this.#policyName = policyName;
  }

  /** Throws `queue-full`. */
  submit(lane: string, entry: PolicyEntry): void {
    if (this.#places.size >= QUEUE_LENGTH) {
      throw new KernelError("queue-full", `The queue holds ${QUEUE_LENGTH} calls already`, {
        hint: "Wait for some to finish, or end agents that are not needed",
      });
    }
    const where = this.#paused.has(entry.agent) ? "held" : "policy";
    this.#places.set(entry.id, { lane, entry, where });
    if (where === "policy") this.#policy(lane).submit(entry);
  }

  pick(lane: string, now: number): ScheduleDecision | null {
    const decision = this.#lanes.get(lane)?.pick(now) ?? null;
    if (decision) this.#places.delete(decision.winner);
    return decision;
  }

  preempt(lane: string, running: RunningEntry, sliceTokens: number): SuspendReason | null {
    if (this.#paused.has(running.agent)) return { type: "paused" };
    return this.#lanes.get(lane)?.preempt(running, sliceTokens) ?? null;
  }

  charge(lane: string, entry: PolicyEntry, tokens: number): void {
    this.#lanes.get(lane)?.charge(entry, tokens);
  }

  remove(id: SyscallId): PolicyEntry | null {
    const place = this.#places.get(id);
    if (!place) return null;
    this.#places.delete(id);
    if (place.where === "policy") {
      const policy = this.#policy(place.lane);
      policy.remove(id);
      if (policy.size === 0) this.#lanes.delete(place.lane);
    }
    return place.entry;
  }

  reprioritise(id: SyscallId, priority: number): void {
    const place = this.#places.get(id);
    if (!place) return;
    const entry = { ...place.entry, priority };
    this.#places.set(id, { ...place, entry });
    if (place.where === "policy") this.#policy(place.lane).update(entry);
  }

  /** Holds back an agent's entries, now and later, until `release`. */
  hold(agent: string): void {
    this.#paused.add(agent);
    this.#move(agent, "held");
  }

  /** Lets an agent's entries run again. Returns the lanes that have work now. */
  release(agent: string): readonly string[] {
    this.#paused.delete(agent);
    return this.#move(agent, "policy");
  }

  setPolicy(name: PolicyName): void {
    if (name === this.#policyName) return;
    this.#policyName = name;
    for (const [lane, old] of this.#lanes) {
      const fresh = createPolicy(name);
      for (const entry of [...old.entries()].sort((a, b) => a.queuedAt - b.queuedAt)) fresh.submit(entry);
      this.#lanes.set(lane, fresh);
    }
  }

  waiting(lane: string): number {
    return this.#lanes.get(lane)?.size ?? 0;
  }

  /** Lanes with a call that may run. */
  lanes(): Iterable<string> {
    return [...this.#lanes].filter(([, policy]) => policy.size > 0).map(([lane]) => lane);
  }

  /** Every waiting call of a lane, held ones too. */
  entriesOf(lane: string): readonly PolicyEntry[] {
    return [...this.#places.values()].filter((place) => place.lane === lane).map((place) => place.entry);
  }

  #policy(lane: string): Policy {
    let policy = this.#lanes.get(lane);
    if (!policy) {
      policy = createPolicy(this.#policyName);
      this.#lanes.set(lane, policy);
    }
    return policy;
  }

  #move(agent: string, to: Place["where"]): readonly string[] {
    const lanes = new Set<string>();
    for (const place of [...this.#places.values()]) {
      if (place.entry.agent !== agent || place.where === to) continue;
      this.#places.set(place.entry.id, { ...place, where: to });
      const policy = this.#policy(place.lane);
      if (to === "policy") policy.submit(place.entry);
      else invariant(policy.remove(place.entry.id), `${place.entry.id} is in its lane's policy`);
      lanes.add(place.lane);
    }
    return [...lanes];
  }
}
