import type { ServerName } from "../../../../shared/ids.ts";
import type { Clock } from "../../ports.ts";

const WINDOW_MS = 60_000;

/** How often each server may ask within a minute: one that asks and takes back would fill the log without end. */
export class QuestionRate {
  readonly #clock: Clock;
  readonly #most: number;
  /** Monotonic times of the last minute, oldest first. */
  readonly #asked = new Map<ServerName, readonly number[]>();

  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  /** Counts one question, if the server may ask it. */
  take(server: ServerName): "taken" | "too-many" {
    const now = this.#clock.mono();
    const recent = (this.#asked.get(server) ?? []).filter((at) => now - at < WINDOW_MS);
    if (recent.length >= this.#most) return "too-many";
    this.#asked.set(server, [...recent, now]);
    return "taken";
  }
}
