import {
  SERVER_BACKOFF_FIRST_MS,
  SERVER_BACKOFF_LONGEST_MS,
  SERVER_CRASH_WINDOW_MS,
  SERVER_CRASHES,
} from "../../limits.ts";

export type AfterCrash = { readonly type: "again"; readonly delayMs: number } | { readonly type: "give-up" };

/**
 * Says when a crashed server is started again. It gives up after SERVER_CRASHES within SERVER_CRASH_WINDOW_MS, and
 * after as many starts in a row that failed, however slowly.
 */
export class CrashCount {
  /** Monotonic times. */
  #crashes: number[] = [];
  #failedStarts = 0;

  /** `start`: it never came up; `run`: it was up. */
  add(now: number, during: "start" | "run"): AfterCrash {
    this.#crashes = [...this.#crashes, now].filter((at) => now - at < SERVER_CRASH_WINDOW_MS);
    this.#failedStarts = during === "start" ? this.#failedStarts + 1 : 0;
    const count = Math.max(this.#crashes.length, this.#failedStarts);
    if (count >= SERVER_CRASHES) return { type: "give-up" };
    return {
      type: "again",
      delayMs: Math.min(SERVER_BACKOFF_FIRST_MS * 2 ** (count - 1), SERVER_BACKOFF_LONGEST_MS),
    };
  }

  /** The person starts it anew. */
  forgive(): void {
    this.#crashes = [];
    this.#failedStarts = 0;
  }
}
