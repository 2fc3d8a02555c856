import { invariant } from "../../../../shared/errors.ts";
import type { SyscallId } from "../../../../shared/ids.ts";
import { DECISION_CANDIDATES } from "../../../../shared/limits.ts";
import type { ScheduleCandidate, ScheduleDecision } from "../../../../shared/syscall.ts";
import { LinkedQueue } from "../linked-queue.ts";
import type { Policy, PolicyEntry, RunningEntry } from "../policy.ts";

interface Member {
  readonly agent: string;
  readonly calls: LinkedQueue<SyscallId, PolicyEntry>;
}

/**
 * Agents take turns in a ring, however many calls each has waiting. On cores that can be preempted a turn is a slice
 * of output tokens; on others it is one call. Keys are positions in the ring.
 */
export class RoundRobinPolicy implements Policy {
  readonly name = "round-robin";
  readonly #ring = new LinkedQueue<string, Member>();
  readonly #agentOf = new Map<SyscallId, string>();

  get size(): number {
    return this.#agentOf.size;
  }

  submit(entry: PolicyEntry): void {
    const member = this.#ring.get(entry.agent) ?? { agent: entry.agent, calls: new LinkedQueue() };
    if (!this.#ring.has(entry.agent)) this.#ring.push(entry.agent, member);
    member.calls.push(entry.id, entry);
    this.#agentOf.set(entry.id, entry.agent);
  }

  pick(): ScheduleDecision | null {
    const member = this.#ring.first();
    const winner = member?.calls.first();
    if (!member || !winner) return null;
    const candidates: ScheduleCandidate[] = [];
    for (const { calls } of this.#ring) {
      const next = calls.first();
      invariant(next, "an agent in the ring has a call");
      candidates.push({ syscallId: next.id, key: candidates.length });
      if (candidates.length === DECISION_CANDIDATES) break;
    }
    const waiting = this.#agentOf.size;
    const agents = this.#ring.size;
    this.remove(winner.id);
    if (this.#ring.remove(member.agent)) this.#ring.push(member.agent, member);
    const reason = agents === 1 ? "only agent waiting" : `its turn in the ring of ${agents}`;
    return { policy: this.name, winner: winner.id, candidates, waiting, reason };
  }

  charge(): void {}

  preempt(running: RunningEntry, sliceTokens: number): { readonly type: "slice-end" } | null {
    if (running.tokens < sliceTokens) return null;
    const others = this.#ring.size - (this.#ring.has(running.agent) ? 1 : 0);
    return others > 0 ? { type: "slice-end" } : null;
  }

  remove(id: SyscallId): PolicyEntry | null {
    const agent = this.#agentOf.get(id);
    const member = agent === undefined ? undefined : this.#ring.get(agent);
    const entry = member?.calls.remove(id) ?? null;
    if (!member || !entry) return null;
    this.#agentOf.delete(id);
    if (member.calls.size === 0) this.#ring.remove(member.agent);
    return entry;
  }

  update(entry: PolicyEntry): void {
    this.#ring.get(entry.agent)?.calls.replace(entry.id, entry);
  }

  *entries(): Iterable<PolicyEntry> {
    for (const { calls } of this.#ring) yield* calls;
  }
}
