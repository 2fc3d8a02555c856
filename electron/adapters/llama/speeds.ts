import type { MeasuredSpeeds } from "../../../shared/local-models.ts";

/** Weight of the newest measurement in a moving average. */
const WEIGHT = 0.3;
/** Weight of one that is slower than before, where slowness is mostly waiting for a batch of another call. */
const SLOWER_WEIGHT = 0.05;
/** Below this much time a measurement is mostly noise of the clock and of starting. */
const SHORTEST_MS = 0.2;
/** Below this many bytes the time of a file is not that of its bytes. */
const FEWEST_BYTES = 256 * 1_024;
/** What any file takes, however small. */
const FILE_MS = 2;

/** What is taken for a speed before it was measured: a slow machine, so that nothing is promised. */
const GUESS = { prefill: 200, output: 10, save: 300_000_000, restore: 600_000_000 } as const;

type Kind = keyof typeof GUESS;

/** Speeds of one model on this machine as moving averages, in tokens and bytes per second. */
export class Speeds {
  readonly #measured = new Map<Kind, number>();

  /** `amount` in tokens, or in bytes for files. */
  note(kind: Kind, amount: number, ms: number): void {
    if (ms < SHORTEST_MS || amount < (isFile(kind) ? FEWEST_BYTES : 1)) return;
    const now = (amount / ms) * 1_000;
    const before = this.#measured.get(kind);
    this.#measured.set(
      kind,
      before === undefined ? now : before + weightOf(kind, now, before) * (now - before),
    );
  }

  /** Always a number to reckon with: measured, or else guessed. */
  of(kind: Kind): number {
    return this.#measured.get(kind) ?? GUESS[kind];
  }

  /** What an amount would take, in ms. */
  ms(kind: Kind, amount: number): number {
    return (isFile(kind) ? FILE_MS : 0) + (amount / this.of(kind)) * 1_000;
  }

  view(): MeasuredSpeeds {
    return {
      prefillTokensPerSecond: this.#measured.get("prefill") ?? null,
      outputTokensPerSecond: this.#measured.get("output") ?? null,
      saveBytesPerSecond: this.#measured.get("save") ?? null,
      restoreBytesPerSecond: this.#measured.get("restore") ?? null,
    };
  }
}

const isFile = (kind: Kind): boolean => kind === "save" || kind === "restore";

/** A file waits for the batch at hand, which may take far longer than the file: the fastest is nearest to the truth. */
function weightOf(kind: Kind, now: number, before: number): number {
  if (!isFile(kind)) return WEIGHT;
  return now > before ? 1 : SLOWER_WEIGHT;
}
