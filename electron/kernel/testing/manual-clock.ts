import type { Clock } from "../ports.ts";

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

const START = Date.UTC(2026, 10, 22, 12);
/** Real time after which a condition will never hold. */
const LONGEST_WAIT_MS = 60_000;

/** Fake: a clock whose time passes only when a test says so. Turns of the event loop are the real ones. */
export class ManualClock implements Clock {
  #now = 0;
  #timers: Timer[] = [];

  wall(): number {
    return START + this.#now;
  }

  mono(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { due: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  soon(run: () => void): void {
    setImmediate(run);
  }

  get timers(): number {
    return this.#timers.length;
  }

  /** Lets time pass; timers ring in order of their time. */
  advance(ms: number): void {
    const end = this.#now + ms;
    while (true) {
      const next = this.#timers.filter((timer) => timer.due <= end).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.due);
      next.run();
    }
    this.#now = end;
  }

  /** Waits until `condition` holds, letting `stepMs` pass in each turn of the event loop. */
  async until(condition: () => boolean, stepMs = 0): Promise<void> {
    const deadline = performance.now() + LONGEST_WAIT_MS;
    while (!condition()) {
      if (performance.now() > deadline) throw new Error(`Never came true: ${String(condition)}`);
      await nextTurn();
      if (stepMs > 0) this.advance(stepMs);
    }
  }
}

export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lets everything happen that needs no time. */
export async function settle(turns = 30): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await nextTurn();
}
