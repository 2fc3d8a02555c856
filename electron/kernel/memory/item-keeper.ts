import { KernelError, toErrorData } from "../../../shared/errors.ts";
import type { MemoryChange, MemoryId, MemoryItem, MemoryOwner } from "../../../shared/memory.ts";
import type { EventLog } from "../events/event-log.ts";
import { MEMORY_ITEMS } from "../limits.ts";
import type { Clock, MemoryStore, MemoryWrite } from "../ports.ts";
import { Holdings } from "./holdings.ts";
import { KeyedLock } from "./keyed-lock.ts";
import type { MemoryBudgets, MemoryCaller, MemoryListener } from "./memory-manager.ts";
import { UseCounts } from "./use-counts.ts";

export interface ItemKeeperParts {
  readonly disk: MemoryStore;
  readonly log: Pick<EventLog, "append" | "state">;
  readonly clock: Clock;
  readonly budgets: MemoryBudgets;
}

/**
 * Items over both tiers. The disk is written first, then RAM and the sums follow, then the event: RAM never holds what
 * the disk does not. Work that changes an item, or brings it in, is done under its lock.
 */
export class ItemKeeper {
  readonly disk: MemoryStore;
  readonly clock: Clock;
  readonly holdings: Holdings;
  readonly uses: UseCounts;
  readonly locks = new KeyedLock<MemoryId>();
  readonly listeners = new Set<MemoryListener>();
  readonly #log: ItemKeeperParts["log"];
  readonly #loads = new Map<string, Promise<MemoryItem | null>>();
  /** Items that are about to be added, by owner: they count for its limit. */
  readonly #coming = new Map<MemoryOwner, number>();

  constructor({ disk, log, clock, budgets }: ItemKeeperParts) {
    this.disk = disk;
    this.clock = clock;
    this.#log = log;
    this.holdings = new Holdings(log, clock, budgets);
    this.uses = new UseCounts(disk, clock);
  }

  /** The item as it is now, without counting as use. */
  async look(owner: MemoryOwner, id: MemoryId): Promise<MemoryItem> {
    return found(this.holdings.peek(owner, id) ?? (await this.#read(owner, id)), id);
  }

  /** Counts as use, and brings the item into RAM. Uses at the same time read the disk once. Tells nothing yet. */
  async use(owner: MemoryOwner, id: MemoryId): Promise<MemoryItem> {
    const held = this.holdings.use(owner, id);
    if (held) {
      this.uses.note(held);
      return held;
    }
    const item = found(await this.#loaded(owner, id), id);
    const used = this.holdings.use(owner, id) ?? this.#usedOnDisk(item);
    this.uses.note(used);
    return used;
  }

  /** What replaces an item, or adds one, once `changes` are on disk. Throws what the disk throws: then nothing happened. */
  async put(
    before: MemoryItem | null,
    after: MemoryItem,
    changes: readonly MemoryWrite[],
    { change, by }: { readonly change: MemoryChange; readonly by: MemoryCaller },
  ): Promise<MemoryItem> {
    await this.disk.write(changes);
    const { owner, id } = after;
    this.holdings.count(owner, before ? 0 : 1, after.bytes - (before?.bytes ?? 0));
    const held = this.holdings.peek(owner, id);
    if (held && held.uses > after.uses) {
      // It was used while it was being written.
      const { uses, lastUsedAt } = held;
      this.holdings.hold({ ...after, uses, lastUsedAt });
    } else {
      this.uses.forget(id);
      if (held === null && before !== null) this.holdings.load(after);
      else this.holdings.hold(after);
    }
    this.tell(after.owner, after, change, by);
    return after;
  }

  /** Says what changed, when all sums are right. */
  tell(owner: MemoryOwner, item: MemoryItem, change: MemoryChange, by: MemoryCaller): void {
    const { agentId, syscallId } = by;
    const usage = this.holdings.usage(owner);
    this.#log.append({ type: "memory.changed", agentId, by: syscallId, owner, id: item.id, change, usage });
    this.holdings.settle(owner);
    for (const listener of this.listeners) listener({ change, item, by });
  }

  /** Runs work that adds items to an owner's memory. Throws `limit-reached` when they would be too many. */
  async adding<T>(owner: MemoryOwner, work: () => Promise<T>): Promise<T> {
    const coming = this.#coming.get(owner) ?? 0;
    if (this.holdings.usage(owner).items + coming >= MEMORY_ITEMS) {
      throw new KernelError("limit-reached", `The memory of ${owner} holds ${MEMORY_ITEMS} items`, {
        hint: "Forget some first",
      });
    }
    this.#coming.set(owner, coming + 1);
    try {
      return await work();
    } finally {
      const left = (this.#coming.get(owner) ?? 1) - 1;
      if (left === 0) this.#coming.delete(owner);
      else this.#coming.set(owner, left);
    }
  }

  #loaded(owner: MemoryOwner, id: MemoryId): Promise<MemoryItem | null> {
    const key = `${owner} ${id}`;
    const running = this.#loads.get(key);
    if (running) return running;
    const load = this.locks
      .run(id, async () => {
        const held = this.holdings.peek(owner, id);
        if (held) return held;
        const item = await this.#read(owner, id);
        if (item) this.holdings.load(item);
        return item;
      })
      .finally(() => this.#loads.delete(key));
    this.#loads.set(key, load);
    return load;
  }

  async #read(owner: MemoryOwner, id: MemoryId): Promise<MemoryItem | null> {
    const [item] = await this.disk.get(owner, [id]);
    return item ? this.uses.applied(item) : null;
  }

  /** A use of an item that RAM has no room for. */
  #usedOnDisk(item: MemoryItem): MemoryItem {
    const { uses } = this.uses.applied(item);
    return { ...item, uses: uses + 1, lastUsedAt: this.clock.wall() };
  }
}

function found(item: MemoryItem | null, id: MemoryId): MemoryItem {
  if (item) return item;
  throw new KernelError("not-found", `There is no memory ${id}`, { hint: "Use recall to find its id" });
}

/** null for an item that is gone meanwhile. */
export async function unlessGone(item: Promise<MemoryItem>): Promise<MemoryItem | null> {
  try {
    return await item;
  } catch (thrown) {
    if (toErrorData(thrown).code === "not-found") return null;
    throw thrown;
  }
}
