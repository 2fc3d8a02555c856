import type { SystemState } from "../shared/state.ts";
import type { QueueName } from "../shared/syscall.ts";

/** Seconds that the sparklines go back. */
export const SAMPLES_KEPT = 60;

/** One second of the system. */
export interface Sample {
  readonly queueDepth: number;
  readonly slotsBusy: number;
  readonly tokensPerSecond: number;
  readonly syscallsPerSecond: number;
}

/** Calls of one queue that wait for a slot, and that are on one. */
export function queueCounts(system: SystemState, queue: QueueName): { waiting: number; running: number } {
  let waiting = 0;
  let running = 0;
  for (const call of system.syscalls.values()) {
    if (call.kind !== queue) continue;
    if (call.state === "queued") waiting += 1;
    if (call.state === "running") running += 1;
  }
  return { waiting, running };
}

/** What changed between two looks, `ms` apart. `tokens` are those streamed in between. */
export function takeSample(
  system: SystemState,
  before: { readonly syscalls: number },
  tokens: number,
  ms: number,
): Sample {
  const llm = queueCounts(system, "llm");
  const perSecond = 1_000 / Math.max(1, ms);
  return {
    queueDepth: llm.waiting,
    slotsBusy: llm.running,
    tokensPerSecond: tokens * perSecond,
    syscallsPerSecond: Math.max(0, system.totals.syscalls - before.syscalls) * perSecond,
  };
}

/** The samples with one more, the oldest leaving beyond SAMPLES_KEPT. */
export const addSample = (samples: readonly Sample[], sample: Sample): readonly Sample[] =>
  [...samples, sample].slice(-SAMPLES_KEPT);
