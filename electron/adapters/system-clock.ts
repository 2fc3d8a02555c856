import type { Clock } from "../kernel/ports.ts";

/** The longest delay that setTimeout takes; it turns a longer one into 1 ms. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The machine's clock. `mono` counts from this call. A pending `after` keeps the process alive. */
export function createSystemClock(): Clock {
  const start = performance.now();
  return {
    wall: () => Date.now(),
    mono: () => performance.now() - start,
    after(ms, run) {
      const due = performance.now() + ms;
      let timer: NodeJS.Timeout;
      const arm = (left: number): void => {
        const step = Math.min(Math.max(left, 0), LONGEST_TIMEOUT_MS);
        timer = setTimeout(() => (step === LONGEST_TIMEOUT_MS ? arm(due - performance.now()) : run()), step);
      };
      arm(ms);
      return () => clearTimeout(timer);
    },
    soon(run) {
      setImmediate(run);
    },
  };
}
