import { SERVER_LOG_CHARACTERS, SERVER_LOG_LINES } from "../../limits.ts";
import type { Clock } from "../../ports.ts";

const WINDOW_MS = 1_000;

/** What one server logs, at most SERVER_LOG_LINES a second; the next second says how many lines were left out. */
export class ServerLog {
  readonly #clock: Clock;
  readonly #write: (level: string, text: string) => void;
  #windowStart = Number.NEGATIVE_INFINITY;
  #lines = 0;
  #dropped = 0;
  #stopTimer: (() => void) | null = null;

  constructor(clock: Clock, write: (level: string, text: string) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  /** Never throws. */
  add(level: string, text: string): void {
    const now = this.#clock.mono();
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = now;
      this.#lines = 0;
    }
    if (this.#lines < SERVER_LOG_LINES) {
      this.#lines += 1;
      this.#write(cut(level, 40), cut(text, SERVER_LOG_CHARACTERS));
      return;
    }
    this.#dropped += 1;
    this.#stopTimer ??= this.#clock.after(WINDOW_MS, () => this.#sayDropped());
  }

  /** Calls off its timer. */
  close(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
  }

  #sayDropped(): void {
    this.#stopTimer = null;
    this.#write("notice", `${this.#dropped} lines were left out: more than ${SERVER_LOG_LINES} in a second`);
    this.#dropped = 0;
  }
}

const cut = (text: string, limit: number): string =>
  (text.length <= limit ? text : `${text.slice(0, limit - 1)}…`).toWellFormed();
