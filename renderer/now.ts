import { useSyncExternalStore } from "react";

/** How often shown waits move, in ms: seconds with one place, without a render for each frame. */
const TICK_MS = 500;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let current = Date.now();

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    current = Date.now();
    timer = setInterval(() => {
      current = Date.now();
      for (const each of listeners) each();
    }, TICK_MS);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

/** Wall time in ms, moving twice a second for all who show it together. */
export const useNow = (): number => useSyncExternalStore(subscribe, read, read);

const read = (): number => current;
