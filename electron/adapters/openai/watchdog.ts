import { KernelError } from "../../../shared/errors.ts";
import type { Clock } from "../../kernel/ports.ts";
import type { ServerIdentity } from "./server-identity.ts";

/** How long an answer may take, in ms. */
export interface AnswerTimeouts {
  /** From the request to the first byte of the answer. Covers loading a model and reading a long prompt. */
  readonly firstByteMs: number;
  /** Between two arrivals of data. */
  readonly stallMs: number;
  /** Between the end that the model announces and the end of the connection, in which the usage may come. */
  readonly afterFinishMs: number;
  /** From the request to the end of the answer. Bounds a server that trickles for ever. */
  readonly wholeMs: number;
}

export const DEFAULT_TIMEOUTS: AnswerTimeouts = {
  firstByteMs: 60_000,
  stallMs: 60_000,
  afterFinishMs: 2_000,
  wholeMs: 1_800_000,
};

/** Ends one request when its time is over or when it is cancelled. */
export interface Watchdog {
  /** Aborted with the error that ends the call. */
  readonly signal: AbortSignal;
  /** Data came. */
  touch(): void;
  /** The model is done; only the end of the connection is awaited. */
  finishing(): void;
  /** Must be called at the end: takes timers and listeners away. */
  stop(): void;
}

export function startWatchdog(
  clock: Clock,
  timeouts: AnswerTimeouts,
  server: ServerIdentity,
  outer: readonly AbortSignal[],
): Watchdog {
  const controller = new AbortController();
  let phase: "waiting" | "reading" | "finishing" = "waiting";
  let limit = timeouts.firstByteMs;
  let last = clock.mono();
  let disarm = (): void => undefined;

  const end = (error: KernelError): void => controller.abort(error);
  const timedOut = (happened: string, ms: number): KernelError =>
    new KernelError("model-timed-out", `${server.subject} ${happened} ${ms / 1_000} s`, {
      hint: "Check that it is not overloaded, or choose another model in Models.",
    });
  // One timer that looks at the last arrival when it rings is cheaper than a new one for each chunk.
  const arm = (ms: number): void => {
    disarm();
    disarm = clock.after(ms, () => {
      const left = last + limit - clock.mono();
      if (left > 0) arm(left);
      else end(timedOut(PHASES[phase], limit));
    });
  };
  const enter = (next: "reading" | "finishing", ms: number): void => {
    phase = next;
    limit = ms;
    arm(ms);
  };
  const cancel = (): void => end(new KernelError("cancelled", `The call to ${server.subject} was cancelled`));

  arm(limit);
  const disarmWhole = clock.after(timeouts.wholeMs, () =>
    end(timedOut("was still answering after", timeouts.wholeMs)),
  );
  for (const signal of outer) {
    if (signal.aborted) cancel();
    else signal.addEventListener("abort", cancel, { once: true });
  }

  return {
    signal: controller.signal,
    touch() {
      last = clock.mono();
      if (phase === "waiting") enter("reading", timeouts.stallMs);
    },
    finishing() {
      last = clock.mono();
      if (phase !== "finishing") enter("finishing", timeouts.afterFinishMs);
    },
    stop() {
      disarm();
      disarmWhole();
      for (const signal of outer) signal.removeEventListener("abort", cancel);
    },
  };
}

const PHASES = {
  waiting: "sent nothing for",
  reading: "stopped in the middle of its answer for",
  finishing: "kept its finished answer open for",
} as const;
