import type { DiskUse } from "../../../shared/files.ts";
import type { EventLog } from "../events/event-log.ts";
import { DISK_MEASURE_MS, DISK_MEASURES_LEFT_OUT, DISK_TOLD_BYTES, DISK_TOLD_SHARE } from "../limits.ts";
import type { Clock, DiskProbe } from "../ports.ts";

export interface DiskMeterOptions {
  readonly log: Pick<EventLog, "append" | "state">;
  readonly clock: Clock;
  readonly disk: Pick<DiskProbe, "measure">;
}

/** Tells how full the disk is: at the start, and then when it has moved by something that can be seen. */
export class DiskMeter {
  readonly #options: DiskMeterOptions;
  #told: DiskUse | null = null;
  #seq = 0;
  #leftOut = 0;
  #stopTimer: () => void = () => {};
  #state: "open" | "closed" = "open";

  constructor(options: DiskMeterOptions) {
    this.#options = options;
  }

  open(): void {
    void this.#measure();
  }

  close(): void {
    this.#state = "closed";
    this.#stopTimer();
  }

  async #measure(): Promise<void> {
    const { log, clock, disk } = this.#options;
    const { seq } = log.state();
    // A kernel that does nothing does not walk its folders either. The event told last is one of those since then.
    const isIdle = this.#told !== null && seq - this.#seq <= 1 && this.#leftOut < DISK_MEASURES_LEFT_OUT;
    if (isIdle) this.#leftOut += 1;
    else {
      this.#leftOut = 0;
      this.#seq = seq;
      const use = await disk.measure().catch(() => null);
      if (this.#state === "closed") return;
      if (use !== null && (this.#told === null || hasMoved(this.#told, use))) {
        this.#told = use;
        log.append({ type: "storage.measured", disk: use });
      }
    }
    this.#stopTimer = clock.after(DISK_MEASURE_MS, () => void this.#measure());
  }
}

/** Whether any figure moved by more than DISK_TOLD_BYTES, or by more than DISK_TOLD_SHARE of what it was. */
export const hasMoved = (before: DiskUse, now: DiskUse): boolean =>
  (Object.keys(now) as (keyof DiskUse)[]).some((part) => {
    const moved = Math.abs(now[part] - before[part]);
    return moved > DISK_TOLD_BYTES || moved > before[part] * DISK_TOLD_SHARE;
  });
