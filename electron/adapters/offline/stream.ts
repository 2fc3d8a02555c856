import type { Clock } from "../../kernel/ports.ts";

/** Shortest wait between two timers, in ms: faster streams send several tokens a timer. */
const SHORTEST_WAIT_MS = 4;

/** A text cut into pieces of about a token: a space and up to six letters, or a run of signs. Joined they are the text. */
export const pieces = (text: string): readonly string[] =>
  text.match(/\s*(?:[\p{L}\p{N}]{1,6}|[^\s\p{L}\p{N}]{1,3})|\s+/gu) ?? [];

/** How many tokens go out with one timer at a speed in tokens per second, and how long that timer waits, in ms. */
export function pace(
  tokensPerSecond: number,
  left: number,
): { readonly tokens: number; readonly waitMs: number } {
  const speed = Math.max(tokensPerSecond, 0.1);
  const tokens = Math.max(1, Math.min(left, Math.ceil((speed * SHORTEST_WAIT_MS) / 1_000)));
  return { tokens, waitMs: (tokens * 1_000) / speed };
}

/** Waits; false as soon as the signal aborts. */
export function wait(clock: Clock, ms: number, signal: AbortSignal): Promise<"over" | "aborted"> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve("aborted");
      return;
    }
    const stop = (): void => {
      callOff();
      resolve("aborted");
    };
    const callOff = clock.after(ms, () => {
      signal.removeEventListener("abort", stop);
      resolve("over");
    });
    signal.addEventListener("abort", stop, { once: true });
  });
}
