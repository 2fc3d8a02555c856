import type { KernelEvent } from "../../../shared/events.ts";
import type { VersionLimits } from "../../../shared/files.ts";
import { PRUNED_AFTER_VERSIONS } from "../limits.ts";
import type { Clock, VersionStore } from "../ports.ts";

export interface VersionPruningParts {
  readonly versions: Pick<VersionStore, "prune">;
  readonly clock: Pick<Clock, "wall">;
  readonly limits: () => VersionLimits;
}

/**
 * Keeps versions within their limits: at the start, when the limits change, and after so many new versions. Where
 * nothing is added nothing grows, so that no timer is needed. A pruning that fails is made up for by the next.
 */
export class VersionPruning {
  readonly #parts: VersionPruningParts;
  #added = 0;
  #phase: "closed" | "idle" | "pruning" | "pruning, then again" = "closed";

  constructor(parts: VersionPruningParts) {
    this.#parts = parts;
  }

  open(): void {
    this.#phase = "idle";
    this.#prune();
  }

  close(): void {
    this.#phase = "closed";
  }

  apply(event: KernelEvent): void {
    if (event.type === "file.changed") this.#added += 1;
    const isDue = event.type === "settings.changed" || this.#added >= PRUNED_AFTER_VERSIONS;
    if (isDue) this.#prune();
  }

  #prune(): void {
    if (this.#phase === "closed") return;
    if (this.#phase !== "idle") {
      this.#phase = "pruning, then again";
      return;
    }
    this.#phase = "pruning";
    this.#added = 0;
    const { versions, limits, clock } = this.#parts;
    void versions
      .prune(limits(), clock.wall())
      .catch(() => {})
      .then(() => {
        const isAgain = this.#phase === "pruning, then again";
        if (this.#phase !== "closed") this.#phase = "idle";
        if (isAgain) this.#prune();
      });
  }
}
