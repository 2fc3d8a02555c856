import type { KernelErrorData } from "../../../shared/errors.ts";
import type { CoreId } from "../../../shared/ids.ts";
import {
  BACKOFF_FIRST_MS,
  BACKOFF_LONGEST_MS,
  CIRCUIT_FAILURES,
  CIRCUIT_OPEN_MS,
  RATE_LIMIT_ATTEMPTS,
  RETRY_AFTER_LONGEST_MS,
  SERVER_ATTEMPTS,
} from "../limits.ts";
import type { Random } from "../ports.ts";

/** What to do about a model call that failed. Delays are in ms from now. */
export type Verdict =
  | { readonly type: "fail" }
  /** The core takes nothing for `delayMs`; the call waits in the queue. */
  | { readonly type: "wait-for-core"; readonly delayMs: number }
  /** This call alone pauses for `delayMs`. */
  | { readonly type: "retry"; readonly delayMs: number };

/** Pause before attempt `attempt + 1`: doubled each time, with full jitter in its upper half. */
export function backoffMs(attempt: number, random: Random): number {
  const longest = Math.min(BACKOFF_LONGEST_MS, BACKOFF_FIRST_MS * 2 ** (attempt - 1));
  return longest / 2 + (random() * longest) / 2;
}

/**
 * Decides about failures of remote cores, once for the whole program: cores never retry. A rate limit makes the
 * core wait, so that one refused call does not fail a fan-out; a broken server is tried again a few times; five
 * failures in a row open the core's circuit.
 */
export class Admission {
  readonly #failures = new Map<CoreId, number>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  succeeded(coreId: CoreId): void {
    this.#failures.delete(coreId);
  }

  /** `attempt` is 1 for the first failure of this call. `wall` is the present wall time in ms. */
  failed(coreId: CoreId, error: KernelErrorData, attempt: number, wall: number): Verdict {
    switch (error.code) {
      case "model-rate-limited": {
        const asked = error.retryAt === undefined ? null : Math.max(0, error.retryAt - wall);
        if (attempt >= RATE_LIMIT_ATTEMPTS || (asked ?? 0) > RETRY_AFTER_LONGEST_MS) return { type: "fail" };
        return { type: "wait-for-core", delayMs: Math.max(asked ?? 0, backoffMs(attempt, this.#random)) };
      }
      case "model-server-error":
      case "model-stream-dropped":
      case "model-refused-connection":
      case "model-timed-out": {
        const failures = (this.#failures.get(coreId) ?? 0) + 1;
        this.#failures.set(coreId, failures);
        if (attempt >= SERVER_ATTEMPTS) return { type: "fail" };
        if (failures >= CIRCUIT_FAILURES) return { type: "wait-for-core", delayMs: CIRCUIT_OPEN_MS };
        return { type: "retry", delayMs: backoffMs(attempt, this.#random) };
      }
      default:
        return { type: "fail" };
    }
  }

  forget(coreId: CoreId): void {
    this.#failures.delete(coreId);
  }
}
