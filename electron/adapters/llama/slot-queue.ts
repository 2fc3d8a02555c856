interface Waiting {
  readonly start: () => void;
}

/** Lets at most `slots` calls run at once; the rest wait in the order in which they came. */
export class SlotQueue {
  #slots: number;
  #running = 0;
  readonly #waiting: Waiting[] = [];

  constructor(slots: number) {
    this.#slots = slots;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Counts at once; calls that run already are let go on. */
  resize(slots: number): void {
    this.#slots = slots;
    this.#startNext();
  }

  /** Resolves when a slot is free; it is given back by `leave`. Rejects with the signal's reason, holding nothing. */
  enter(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#running < this.#slots && this.#waiting.length === 0) {
      this.#running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        start: () => {
          signal.removeEventListener("abort", giveUp);
          resolve();
        },
      };
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      this.#waiting.push(waiting);
    });
  }

  leave(): void {
    this.#running -= 1;
    this.#startNext();
  }

  #startNext(): void {
    while (this.#running < this.#slots) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#running += 1;
      next.start();
    }
  }
}
