import type { MemoryId, MemoryItem, MemoryOwner, MemoryUsage } from "../../../shared/memory.ts";
import type { EventLog } from "../events/event-log.ts";
import { MEMORY_EVICTED_AT_ONCE, MEMORY_IDS_NAMED } from "../limits.ts";
import type { Clock } from "../ports.ts";
import type { MemoryBudgets } from "./memory-manager.ts";
import { RamTier } from "./ram-tier.ts";

/** What one owner has: sums of all that is on disk, and what is held in RAM. */
interface Holding {
  items: number;
  bytes: number;
  readonly tier: RamTier;
  /** Came into RAM and are not yet told of. */
  loaded: { readonly id: MemoryId; readonly bytes: number }[];
  /** Whether the rest of an eviction waits for its turn of the event loop. */
  shrinking: "yes" | "no";
}

/** What is held of all owners, with its sums; tells of evictions, loads and budgets as they happen. */
export class Holdings {
  readonly #log: Pick<EventLog, "append" | "state">;
  readonly #clock: Clock;
  readonly #holdings = new Map<MemoryOwner, Holding>();
  #budgets: MemoryBudgets;
  #phase: "new" | "open" = "new";

  constructor(log: Pick<EventLog, "append" | "state">, clock: Clock, budgets: MemoryBudgets) {
    this.#log = log;
    this.#clock = clock;
    this.#budgets = budgets;
  }

  /** Begins with the sums on disk and an empty RAM, and says so where the state says something else. */
  open(
    totals: readonly { readonly owner: MemoryOwner; readonly items: number; readonly bytes: number }[],
  ): void {
    this.#phase = "open";
    for (const { owner, items, bytes } of totals) Object.assign(this.#of(owner), { items, bytes });
    const stated = this.#log.state().memories;
    for (const owner of new Set([...stated.keys(), ...this.#holdings.keys()])) {
      const usage = this.usage(owner);
      if (!isSame(usage, stated.get(owner)?.usage))
        this.#log.append({ type: "memory.budgeted", owner, usage });
    }
  }

  owners(): readonly MemoryOwner[] {
    return [...this.#holdings].filter(([, { items }]) => items > 0).map(([owner]) => owner);
  }

  usage(owner: MemoryOwner): MemoryUsage {
    const holding = this.#holdings.get(owner);
    return {
      items: holding?.items ?? 0,
      bytes: holding?.bytes ?? 0,
      ramItems: holding?.tier.items ?? 0,
      ramBytes: holding?.tier.bytes ?? 0,
      budgetBytes: this.#budgetOf(owner),
    };
  }

  pinnedBytes(owner: MemoryOwner): number {
    return this.#holdings.get(owner)?.tier.pinnedBytes ?? 0;
  }

  /** Items and bytes that came to the disk or, below zero, left it. */
  count(owner: MemoryOwner, items: number, bytes: number): void {
    const holding = this.#of(owner);
    holding.items += items;
    holding.bytes += bytes;
  }

  has(owner: MemoryOwner, id: MemoryId): boolean {
    return this.#holdings.get(owner)?.tier.has(id) ?? false;
  }

  peek(owner: MemoryOwner, id: MemoryId): MemoryItem | null {
    return this.#holdings.get(owner)?.tier.peek(id) ?? null;
  }

  /** A use of an item that is held; null for one that is not. */
  use(owner: MemoryOwner, id: MemoryId): MemoryItem | null {
    return this.#holdings.get(owner)?.tier.use(id, this.#clock.mono(), this.#clock.wall()) ?? null;
  }

  /** Holds an item that was just written. */
  hold(item: MemoryItem): void {
    this.#of(item.owner).tier.put(item, this.#clock.mono());
  }

  /** Holds an item that was just read from disk. */
  load(item: MemoryItem): void {
    const holding = this.#of(item.owner);
    holding.tier.put(item, this.#clock.mono());
    if (holding.tier.has(item.id)) holding.loaded.push({ id: item.id, bytes: item.bytes });
  }

  drop(owner: MemoryOwner, id: MemoryId): void {
    this.#holdings.get(owner)?.tier.drop(id);
  }

  /** Brings RAM back to its watermark, and tells what came and went. */
  settle(owner: MemoryOwner): void {
    const holding = this.#holdings.get(owner);
    if (!holding) return;
    const { tier, loaded } = holding;
    if (loaded.length > 0) {
      holding.loaded = [];
      this.#log.append({ type: "memory.loaded", owner, ...named(loaded), usage: this.usage(owner) });
    }
    const evicted = tier.shrink(this.#clock.mono(), MEMORY_EVICTED_AT_ONCE);
    if (evicted.length > 0) {
      this.#log.append({ type: "memory.evicted", owner, ...named(evicted), usage: this.usage(owner) });
    }
    // A budget that shrank may let many go: the event loop is not held for all of them.
    if (evicted.length === MEMORY_EVICTED_AT_ONCE && holding.shrinking === "no") {
      holding.shrinking = "yes";
      this.#clock.soon(() => {
        holding.shrinking = "no";
        this.settle(owner);
      });
    }
    if (holding.items === 0 && tier.items === 0) this.#holdings.delete(owner);
  }

  setBudgets(budgets: MemoryBudgets): void {
    const before = this.#budgets;
    this.#budgets = budgets;
    if (this.#phase === "new") return;
    const named = [...Object.keys(before.own), ...Object.keys(budgets.own)] as MemoryOwner[];
    for (const owner of new Set([...this.#holdings.keys(), ...named])) {
      const budget = this.#budgetOf(owner);
      if (budget === (before.own[owner] ?? before.standard)) continue;
      this.#holdings.get(owner)?.tier.setBudget(budget);
      this.#log.append({ type: "memory.budgeted", owner, usage: this.usage(owner) });
      this.settle(owner);
    }
  }

  #budgetOf(owner: MemoryOwner): number {
    return this.#budgets.own[owner] ?? this.#budgets.standard;
  }

  #of(owner: MemoryOwner): Holding {
    const known = this.#holdings.get(owner);
    if (known) return known;
    const tier = new RamTier(owner, this.#budgetOf(owner));
    const holding: Holding = { items: 0, bytes: 0, tier, loaded: [], shrinking: "no" };
    this.#holdings.set(owner, holding);
    return holding;
  }
}

const named = (moved: readonly { readonly id: MemoryId; readonly bytes: number }[]) => ({
  ids: moved.slice(0, MEMORY_IDS_NAMED).map(({ id }) => id),
  count: moved.length,
  bytes: moved.reduce((sum, { bytes }) => sum + bytes, 0),
});

const isSame = (one: MemoryUsage, other: MemoryUsage | undefined): boolean =>
  other !== undefined && Object.entries(one).every(([name, value]) => Reflect.get(other, name) === value);
