import type { MemoryId, MemoryItem, MemoryOwner } from "../../../shared/memory.ts";
import {
  MEMORY_CORRELATED_MS,
  MEMORY_HISTORY_SHARE,
  MEMORY_NEAR_SHARE,
  MEMORY_WATERMARK,
} from "../limits.ts";
import { fromHeldForm, type HeldForm, toHeldForm } from "./held-form.ts";
import { type History, LruK, type Member } from "./lru-k.ts";

interface Held {
  readonly id: MemoryId;
  form: HeldForm;
  bytes: number;
  uses: number;
  lastUsedAt: number | null;
  pinned: "yes" | "no";
}

/** Bytes of what is kept of an item that left: its name, its times and a place in a map. Measured. */
export const HISTORY_BYTES = 144;

/**
 * The items of one owner that are held in RAM, under a budget. Above the watermark (80 % of the budget, as in the
 * AIOS paper) items leave by LRU-2 when `shrink` says so; pinned ones stay. `bytes` is what
 * is held, with all that it takes to hold it and with what is remembered of the uses of items that left.
 */
export class RamTier {
  readonly #owner: MemoryOwner;
  readonly #held = new Map<MemoryId, Member<Held>>();
  readonly #order = new LruK<Held>({
    k: 2,
    correlatedPeriod: MEMORY_CORRELATED_MS,
    nearShare: MEMORY_NEAR_SHARE,
  });
  /** Of items that left, the longest gone first. */
  readonly #histories = new Map<MemoryId, History>();
  #budget: number;
  #itemBytes = 0;
  #pinnedBytes = 0;

  constructor(owner: MemoryOwner, budget: number) {
    this.#owner = owner;
    this.#budget = budget;
  }

  get items(): number {
    return this.#held.size;
  }

  get bytes(): number {
    return this.#itemBytes + this.#histories.size * HISTORY_BYTES;
  }

  get pinnedBytes(): number {
    return this.#pinnedBytes;
  }

  has(id: MemoryId): boolean {
    return this.#held.has(id);
  }

  /** Without counting as use. */
  peek(id: MemoryId): MemoryItem | null {
    const held = this.#held.get(id)?.value;
    return held ? fromHeldForm(held.form, { ...held, owner: this.#owner }) : null;
  }

  /** A use at `now` (monotonic ms) and `wall`. null for an item that is not held. */
  use(id: MemoryId, now: number, wall: number): MemoryItem | null {
    const member = this.#held.get(id);
    if (!member) return null;
    member.value.uses += 1;
    member.value.lastUsedAt = wall;
    if (member.value.pinned === "no") this.#order.touch(member, now);
    return this.peek(id);
  }

  /**
   * Holds an item that came in by a use, or replaces the one that is held. One that would not fit even alone is not
   * held, unless it is pinned.
   */
  put(item: MemoryItem, now: number): void {
    const form = toHeldForm(item);
    const { id, bytes, uses, lastUsedAt, pinned } = item;
    if (pinned === "no" && bytes > this.#watermark()) {
      this.drop(id);
      return;
    }
    const member = this.#held.get(id);
    if (pinned === "yes") this.#pinnedBytes += bytes;
    if (member?.value.pinned === "yes") this.#pinnedBytes -= member.value.bytes;
    if (member) {
      this.#itemBytes += bytes - member.value.bytes;
      Object.assign(member.value, { form, bytes, uses, lastUsedAt, pinned });
      if (pinned === "yes") this.#order.remove(member);
      else this.#order.touch(member, now);
      return;
    }
    const added = this.#order.add({ id, form, bytes, uses, lastUsedAt, pinned }, now, this.#historyOf(id));
    if (pinned === "yes") this.#order.remove(added);
    this.#held.set(id, added);
    this.#itemBytes += bytes;
  }

  /** Lets go of an item, and of what is known of it. */
  drop(id: MemoryId): void {
    this.#histories.delete(id);
    const member = this.#held.get(id);
    if (member) this.#take(member);
  }

  setBudget(bytes: number): void {
    this.#budget = bytes;
  }

  /** Evicts until the watermark is met or nothing more can go, at most `most` items. Returns those that left. */
  shrink(now: number, most: number): readonly { readonly id: MemoryId; readonly bytes: number }[] {
    const evicted: { id: MemoryId; bytes: number }[] = [];
    while (this.bytes > this.#watermark() && evicted.length < most) {
      const victim = this.#order.victim(now);
      if (victim === null) {
        if (!this.#forgetOldest()) break;
        continue;
      }
      const { id, bytes } = victim.value;
      this.#take(victim);
      this.#histories.set(id, victim.history);
      evicted.push({ id, bytes });
      while (this.#histories.size * HISTORY_BYTES > this.#budget * MEMORY_HISTORY_SHARE) this.#forgetOldest();
    }
    return evicted;
  }

  isAboveWatermark(): boolean {
    return this.bytes > this.#watermark();
  }

  #watermark(): number {
    return this.#budget * MEMORY_WATERMARK;
  }

  #take(member: Member<Held>): void {
    this.#order.remove(member);
    this.#held.delete(member.value.id);
    this.#itemBytes -= member.value.bytes;
    if (member.value.pinned === "yes") this.#pinnedBytes -= member.value.bytes;
  }

  #historyOf(id: MemoryId): History | null {
    const history = this.#histories.get(id) ?? null;
    this.#histories.delete(id);
    return history;
  }

  #forgetOldest(): boolean {
    const [oldest] = this.#histories.keys();
    return oldest !== undefined && this.#histories.delete(oldest);
  }
}
