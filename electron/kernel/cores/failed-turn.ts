import type { KernelErrorData } from "../../../shared/errors.ts";
import type { Clock } from "../ports.ts";
import type { Turn, TurnEnd } from "../scheduler/dispatcher.ts";
import type { Syscall } from "../syscall.ts";
import type { CoreRegistry } from "./core-registry.ts";

/** How a turn ends whose core threw: cancelled, failed for good, or to be tried again by and by. */
export function endAfter(
  syscall: Syscall,
  { coreId }: Turn,
  error: KernelErrorData,
  { cores, clock }: { readonly cores: Pick<CoreRegistry, "failed">; readonly clock: Clock },
): TurnEnd {
  if (syscall.abort.signal.aborted) {
    return {
      type: "ended",
      outcome: { state: "cancelled", cause: "person", reason: "the call was cancelled" },
    };
  }
  syscall.attempts += 1;
  const verdict = cores.failed(coreId, error, syscall.attempts);
  if (verdict.type === "fail") return { type: "ended", outcome: { state: "failed", error } };
  const { message } = error;
  const until = clock.wall() + verdict.delayMs;
  return verdict.type === "wait-for-core"
    ? {
        type: "suspended",
        reason: { type: "rate-limited", until, message },
        requeue: "rate-limited",
        at: null,
      }
    : {
        type: "suspended",
        reason: { type: "retry", until, message },
        requeue: "retry",
        at: clock.mono() + verdict.delayMs,
      };
}
