import type { SyscallId } from "../../../../shared/ids.ts";
import { DECISION_CANDIDATES } from "../../../../shared/limits.ts";
import type { ScheduleDecision } from "../../../../shared/syscall.ts";
import { AGING_MS_PER_LEVEL } from "../../limits.ts";
import { IndexedHeap } from "../indexed-heap.ts";
import type { Policy, PolicyEntry, RunningEntry } from "../policy.ts";

/**
 * Highest priority first, with linear aging: a waiting call gains one level every AGING_MS_PER_LEVEL. All calls age
 * at the same rate, so their order never changes while they wait and the rank is a constant: the time of joining,
 * less what the priority is worth. Nobody starves: a call is passed only by those that join within 9 levels' worth
 * of time after it.
 */
export class PriorityPolicy implements Policy {
  readonly name = "priority";
  readonly #heap = new IndexedHeap<SyscallId, PolicyEntry>();

  get size(): number {
    return this.#heap.size;
  }

  submit(entry: PolicyEntry): void {
    this.#heap.push(entry.id, entry, rank(entry));
  }

  pick(now: number): ScheduleDecision | null {
    const first = this.#heap.smallest(DECISION_CANDIDATES);
    const winner = first[0]?.value;
    if (!winner) return null;
    const candidates = first.map(({ value, rank: key }) => ({ syscallId: value.id, key }));
    const waiting = this.#heap.size;
    this.#heap.remove(winner.id);
    const reason = `priority ${winner.priority}, waited ${Math.round(now - winner.queuedAt)} ms`;
    return { policy: this.name, winner: winner.id, candidates, waiting, reason };
  }

  charge(): void {}

  preempt(
    running: RunningEntry,
    sliceTokens: number,
  ): { readonly type: "preempted"; readonly by: SyscallId } | null {
    if (running.tokens < sliceTokens) return null;
    const first = this.#heap.smallest(1)[0];
    return first && first.rank < rank(running) ? { type: "preempted", by: first.value.id } : null;
  }

  remove(id: SyscallId): PolicyEntry | null {
    return this.#heap.remove(id);
  }

  update(entry: PolicyEntry): void {
    this.#heap.remove(entry.id);
    this.submit(entry);
  }

  entries(): Iterable<PolicyEntry> {
    return this.#heap;
  }
}

const rank = (entry: PolicyEntry): number => entry.queuedAt - entry.priority * AGING_MS_PER_LEVEL;
