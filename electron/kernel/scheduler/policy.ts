import type { SyscallId } from "../../../shared/ids.ts";
import type { PolicyName } from "../../../shared/settings.ts";
import type { ScheduleDecision, SuspendReason } from "../../../shared/syscall.ts";

/** A waiting call as a policy sees it. */
export interface PolicyEntry {
  readonly id: SyscallId;
  /** The agent's id, or a name for callers without a process. */
  readonly agent: string;
  /** 0 to 9, 9 first. */
  readonly priority: number;
  /** Monotonic ms at which it joined the queue. */
  readonly queuedAt: number;
}

/** The call that holds a slot now. */
export interface RunningEntry extends PolicyEntry {
  /** Output tokens made since it got the slot. */
  readonly tokens: number;
}

/**
 * Decides who runs next among the calls of one lane: calls that the same cores can serve. A pure object: no clock,
 * no promise, no randomness; the same one runs in production and in a simulator. It holds each entry from `submit`
 * until `pick` or `remove`, and offers one whenever it holds any (it is work-conserving).
 */
export interface Policy {
  readonly name: PolicyName;
  readonly size: number;
  submit(entry: PolicyEntry): void;
  /** Takes out the next call, with the reason; null when none waits. `now` is monotonic ms. */
  pick(now: number): ScheduleDecision | null;
  /** Accounts for service given to an entry, when its turn on a slot has ended. */
  charge(entry: PolicyEntry, tokens: number): void;
  /** Whether a running call should give up its slot now; asked only on cores that can be preempted. */
  preempt(
    running: RunningEntry,
    sliceTokens: number,
  ): Extract<SuspendReason, { type: "slice-end" | "preempted" }> | null;
  remove(id: SyscallId): PolicyEntry | null;
  /** Takes the new priority of an entry that it holds. The entry keeps its place where that is no matter of priority. */
  update(entry: PolicyEntry): void;
  /** Every entry, in no promised order. */
  entries(): Iterable<PolicyEntry>;
}
