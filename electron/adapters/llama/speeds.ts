import type { MeasuredSpeeds } from "../../../shared/local-models.ts";

/** Weight of the newest measurement. */
const WEIGHT = 0.3;
/** Below this much time a measurement is mostly noise of the clock and of starting. */
const SHORTEST_MS = 0.2;

/** What is taken for a speed before it was measured: a slow machine, so that nothing is promised. */
const GUESS = { prefill: 200, output: 10, save: 300_000_000, restore: 600_000_000 } as const;

type Kind = keyof typeof GUESS;

/** Speeds of one model on this machine as moving averages, in tokens and bytes per second. */
export class Speeds {
  readonly #measured = new Map<Kind, number>();

  note(kind: Kind, amount: number, ms: number): void {
    if (amount <= 0 || ms < SHORTEST_MS) return;
    const now = (amount / ms) * 1_000;
    const before = this.#measured.get(kind);
    this.#measured.set(kind, before === undefined ? now : before + WEIGHT * (now - before));
  }

  /** Always a number to reckon with: measured, or else guessed. */
  of(kind: Kind): number {
    return this.#measured.get(kind) ?? GUESS[kind];
  }

  /** What an amount would take, in ms. */
  ms(kind: Kind, amount: number): number {
    return (amount / this.of(kind)) * 1_000;
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
