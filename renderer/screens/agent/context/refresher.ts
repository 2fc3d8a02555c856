/** Shortest time between two looks at the same thing, in ms. */
export const REFRESH_MS = 1_000;

export interface Refresher {
  /** Something has changed: looks again, now or when the last look is old enough and has come back. */
  changed(): void;
  /** Looks at once, whatever the age of the last look. */
  now(): void;
  close(): void;
}

export interface RefresherOptions {
  /** Looks. Must not reject. */
  readonly look: () => Promise<void>;
  /** Calls `run` after so many ms; returns the way to call it off. */
  readonly after?: (ms: number, run: () => void) => () => void;
  /** Monotonic time in ms. */
  readonly clock?: () => number;
}

const afterTimeout = (ms: number, run: () => void): (() => void) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/**
 * Looks again at something that changes often: one look at a time, at most one each REFRESH_MS, and always one after
 * the last change.
 */
export function createRefresher(options: RefresherOptions): Refresher {
  const after = options.after ?? afterTimeout;
  const clock = options.clock ?? (() => performance.now());
  let state: "idle" | "looking" | "looking-and-stale" | "closed" = "idle";
  let lastLook = Number.NEGATIVE_INFINITY;
  let cancelTimer: (() => void) | null = null;

  const look = (): void => {
    cancelTimer?.();
    cancelTimer = null;
    state = "looking";
    lastLook = clock();
    void options.look().then(() => {
      if (state === "closed") return;
      const stale = state === "looking-and-stale";
      state = "idle";
      if (stale) changed();
    });
  };
  const changed = (): void => {
    if (state === "closed" || cancelTimer) return;
    if (state !== "idle") {
      state = "looking-and-stale";
      return;
    }
    const wait = lastLook + REFRESH_MS - clock();
    if (wait <= 0) look();
    else cancelTimer = after(wait, look);
  };

  return {
    changed,
    now() {
      if (state === "closed") return;
      if (state === "idle") look();
      else state = "looking-and-stale";
    },
    close() {
      state = "closed";
      cancelTimer?.();
      cancelTimer = null;
    },
  };
}
