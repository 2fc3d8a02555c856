import type { AgentId } from "../../../shared/ids.ts";
import type { Clock } from "../../kernel/ports.ts";
import type { NativeContext, NativeSequence } from "./native.ts";

/** A sequence of the context and whose state it holds. While it is busy it belongs to one turn alone. */
export interface Place {
  sequence: NativeSequence;
  /** null: nobody comes back for it. */
  owner: AgentId | null;
  use: "idle" | "busy";
  waitsFor: "slot" | "tool-or-person";
  /** Monotonic, ms. */
  usedAt: number;
  /** Tokens that it held when it was last looked at. */
  tokens: number;
  /** Of them, those of an answer that has begun. */
  answerTokens: number;
}

/** Empties a place for good: what the engine left half done in its sequence goes with it. */
export async function renew(place: Place, context: NativeContext): Promise<void> {
  place.owner = null;
  place.tokens = 0;
  place.answerTokens = 0;
  await place.sequence.dispose();
  place.sequence = context.getSequence();
}

/**
 * Measures work on a sequence without its wait for the batch that the context is just working on: that time is not
 * lost, other calls have it.
 */
export class Stopwatch {
  readonly #clock: Clock;
  readonly #start: number;
  #waited = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#start = clock.mono();
  }

  /** ms since the start, waiting left out. */
  get ms(): number {
    return this.#clock.mono() - this.#start - this.#waited;
  }

  /** Resolves when the context is between two batches. */
  async untilFree(sequence: NativeSequence): Promise<void> {
    const start = this.#clock.mono();
    // Erasing nothing takes its turn at the context, and does nothing with it.
    await sequence.eraseContextTokenRanges([]);
    this.#waited += this.#clock.mono() - start;
  }
}
