import type { StateFiles } from "./state-files.ts";
import { hashTokens } from "./tokens.ts";

/** A shorter beginning is read sooner than it is loaded. */
const FEWEST_TOKENS = 32;

/** The right to read a shared beginning and keep it. */
export interface Claim {
  end(): void;
}

/**
 * Beginnings that agents of one kind share: the first call that reads one keeps it, and the others of the same moment
 * wait for that instead of reading it too.
 */
export class SharedPrefixes {
  readonly #files: StateFiles;
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(files: StateFiles) {
    this.#files = files;
  }

  /**
   * Asked before a call takes its sequence. Someone has to read this beginning: resolves to the right to do so, which
   * is given back by `end`; to null where it is kept already, also when another call was just reading it, or where it
   * is not worth it. Never rejects; resolves early when the signal aborts.
   */
  async claim(prefix: readonly number[], signal: AbortSignal): Promise<Claim | null> {
    if (prefix.length < FEWEST_TOKENS || this.#files.hasPrefix(prefix)) return null;
    const name = hashTokens(prefix);
    const reading = this.#underWay.get(name);
    if (reading !== undefined) {
      await new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => resolve(), { once: true });
        void reading.then(resolve);
      });
      return null;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#underWay.set(name, promise);
    return {
      end: () => {
        this.#underWay.delete(name);
        resolve();
      },
    };
  }
}
