import type { SyscallId } from "../../../../shared/ids.ts";
import { DECISION_CANDIDATES } from "../../../../shared/limits.ts";
import type { ScheduleCandidate, ScheduleDecision } from "../../../../shared/syscall.ts";
import { LinkedQueue } from "../linked-queue.ts";
import type { Policy, PolicyEntry } from "../policy.ts";

/** First in, first out; each call keeps its slot to its end. Keys are positions in the queue. */
export class FifoPolicy implements Policy {
  readonly name = "fifo";
  readonly #queue = new LinkedQueue<SyscallId, PolicyEntry>();

  get size(): number {
    return this.#queue.size;
  }

  submit(entry: PolicyEntry): void {
    this.#queue.push(entry.id, entry);
  }

  pick(): ScheduleDecision | null {
    const winner = this.#queue.first();
    if (!winner) return null;
    const candidates: ScheduleCandidate[] = [];
    for (const entry of this.#queue) {
      candidates.push({ syscallId: entry.id, key: candidates.length });
      if (candidates.length === DECISION_CANDIDATES) break;
    }
    const waiting = this.#queue.size;
    this.#queue.remove(winner.id);
    return { policy: this.name, winner: winner.id, candidates, waiting, reason: "came first" };
  }

  charge(): void {}

  preempt(): null {
    return null;
  }

  remove(id: SyscallId): PolicyEntry | null {
    return this.#queue.remove(id);
  }

  update(entry: PolicyEntry): void {
    this.#queue.replace(entry.id, entry);
  }

  entries(): Iterable<PolicyEntry> {
    return this.#queue;
  }
}
