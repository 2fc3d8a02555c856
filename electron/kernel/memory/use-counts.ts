import type { MemoryId, MemoryItem, MemoryOwner } from "../../../shared/memory.ts";
import { MEMORY_USES_HELD, MEMORY_USES_MS } from "../limits.ts";
import type { Clock, MemoryStore } from "../ports.ts";

interface Used {
  readonly owner: MemoryOwner;
  readonly uses: number;
  readonly at: number;
}

/**
 * How often items were used, on its way to the disk: written together every now and then, so that no reading waits for
 * a commit. What a crash loses of it does no harm.
 */
export class UseCounts {
  readonly #disk: MemoryStore;
  readonly #clock: Clock;
  readonly #pending = new Map<MemoryId, Used>();
  #writing: Promise<void> | null = null;
  #stopTimer: (() => void) | null = null;

  constructor(disk: MemoryStore, clock: Clock) {
    this.#disk = disk;
    this.#clock = clock;
  }

  /** Notes what a use has made of an item. */
  note({ id, owner, uses, lastUsedAt }: MemoryItem): void {
    if (lastUsedAt === null) return;
    this.#pending.delete(id);
    this.#pending.set(id, { owner, uses, at: lastUsedAt });
    if (this.#pending.size >= MEMORY_USES_HELD) void this.flush();
    else this.#stopTimer ??= this.#clock.after(MEMORY_USES_MS, () => void this.flush());
  }

  /** An item as it is, given what the disk says: the latest uses may not be there yet. */
  applied(item: MemoryItem): MemoryItem {
    const used = this.#pending.get(item.id);
    return used === undefined || used.uses <= item.uses
      ? item
      : { ...item, uses: used.uses, lastUsedAt: used.at };
  }

  /** The item was written whole, or is gone. */
  forget(id: MemoryId): void {
    this.#pending.delete(id);
  }

  /** Writes down what is noted. A disk that refuses is asked again with the next uses. Never rejects. */
  async flush(): Promise<void> {
    this.#stopTimer?.();
    this.#stopTimer = null;
    // One at a time: an older count never comes after a newer one.
    while (this.#writing) await this.#writing;
    if (this.#pending.size === 0) return;
    this.#writing = this.#write([...this.#pending]).finally(() => {
      this.#writing = null;
    });
    await this.#writing;
  }

  async #write(counts: readonly (readonly [MemoryId, Used])[]): Promise<void> {
    try {
      await this.#disk.write(counts.map(([id, used]) => ({ type: "used", id, ...used })));
    } catch {
      for (const id of this.#pending.keys()) {
        if (this.#pending.size < MEMORY_USES_HELD) break;
        this.#pending.delete(id);
      }
      return;
    }
    for (const [id, used] of counts) if (this.#pending.get(id) === used) this.#pending.delete(id);
  }
}
