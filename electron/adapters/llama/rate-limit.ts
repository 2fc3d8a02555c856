import type { Clock } from "../../kernel/ports.ts";

/** Calls `run` at most once in `ms`, and at least once after the last `ask`. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #run: () => void;
  #callOff: (() => void) | null = null;
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, ms: number, run: () => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#run = run;
  }

  ask(): void {
    if (this.#callOff) return;
    const due = Math.max(0, this.#lastAt + this.#ms - this.#clock.mono());
    this.#callOff = this.#clock.after(due, () => {
      this.#callOff = null;
      this.#lastAt = this.#clock.mono();
      this.#run();
    });
  }

  stop(): void {
    this.#callOff?.();
    this.#callOff = null;
  }
}
