import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type History, LruK, type Member } from "./lru-k.ts";

/** The paper's figure 2.1 over plain arrays, where a key that comes back counts as if it had stayed. */
class PlainLruK {
  readonly #hist = new Map<string, number[]>();
  readonly #last = new Map<string, number>();
  readonly #order: string[] = [];
  /** Were the latest, and not among so many of them any more when something had to go. */
  readonly #exposed = new Set<string>();
  readonly k: number;
  readonly period: number;
  readonly share: number;

  constructor(k: number, period: number, share: number) {
    this.k = k;
    this.period = period;
    this.share = share;
  }

  refer(key: string, now: number): void {
    const hist = this.#hist.get(key) ?? Array.from({ length: this.k }, () => Number.NEGATIVE_INFINITY);
    const last = this.#last.get(key) ?? Number.NEGATIVE_INFINITY;
    if (now - last > this.period) {
      const correlated = last === Number.NEGATIVE_INFINITY ? 0 : last - (hist[0] ?? 0);
      for (let i = this.k - 1; i >= 1; i -= 1) hist[i] = (hist[i - 1] ?? 0) + correlated;
      hist[0] = now;
    }
    this.#hist.set(key, hist);
    this.#last.set(key, now);
    this.#exposed.delete(key);
    this.#order.splice(0, this.#order.length, ...this.#order.filter((each) => each !== key), key);
  }

  /** Keeps what it knows of the key: the paper's retained information. */
  leave(key: string): void {
    this.#order.splice(0, this.#order.length, ...this.#order.filter((each) => each !== key));
  }

  victim(now: number): string | null {
    const kth = (key: string): number => this.#hist.get(key)?.[this.k - 1] ?? Number.NEGATIVE_INFINITY;
    const isFar = (key: string): boolean => now - (this.#last.get(key) ?? 0) > this.period;
    const near = this.#order.filter((key) => !isFar(key) && !this.#exposed.has(key));
    const most = Math.floor(this.share * this.#order.length);
    for (const key of near.slice(0, Math.max(0, near.length - most))) this.#exposed.add(key);
    const free = this.#order.filter((key) => isFar(key) || this.#exposed.has(key));
    let found = free[0] ?? null;
    // `#order` is by use: of equals the first is the least recently used.
    for (const key of free) if (found !== null && kth(key) < kth(found)) found = key;
    return found ?? this.#order[0] ?? null;
  }
}

const KEYS = Array.from({ length: 12 }, (_, n) => `m${n}`);
const steps = fc.array(
  fc.record({
    wait: fc.integer({ min: 0, max: 4 }),
    what: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...KEYS) },
      { weight: 2, arbitrary: fc.constant("evict") },
    ),
  }),
  { minLength: 30, maxLength: 120 },
);

const shares = fc.constantFrom(0, 0.25, 0.5, 1);

test.each([1, 2, 3])("LRU-%i evicts what the paper's algorithm evicts", (k) => {
  let evictions = 0;
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 5 }), shares, (list, correlatedPeriod, nearShare) => {
      const lru = new LruK<string>({ k, correlatedPeriod, nearShare });
      const plain = new PlainLruK(k, correlatedPeriod, nearShare);
      const inside = new Map<string, Member<string>>();
      const known = new Map<string, History>();
      let now = 0;
      for (const { wait, what } of list) {
        now += wait;
        if (what === "evict") {
          const victim = lru.victim(now);
          if ((victim?.value ?? null) !== plain.victim(now)) return false;
          if (victim === null) continue;
          evictions += 1;
          lru.remove(victim);
          known.set(victim.value, victim.history);
          inside.delete(victim.value);
          plain.leave(victim.value);
        } else {
          const member = inside.get(what);
          if (member) lru.touch(member, now);
          else inside.set(what, lru.add(what, now, known.get(what) ?? null));
          plain.refer(what, now);
        }
      }
      return true;
    }),
    { numRuns: 1_000 },
  );
  expect(evictions).toBeGreaterThan(5_000);
});

describe("LRU-2", () => {
  const order = (correlatedPeriod = 0): LruK<string> => new LruK({ k: 2, correlatedPeriod, nearShare: 1 });

  test("what was used once goes before what was used twice, however recently", () => {
    const lru = order();
    lru.touch(lru.add("hot", 1, null), 2);
    for (let n = 0; n < 5; n += 1) lru.add(`scan${n}`, 10 + n, null);
    expect(lru.victim(20)?.value).toBe("scan0");
  });

  test("a burst counts once, and its item is not evicted in the middle of it", () => {
    const lru = order(10);
    lru.touch(lru.add("steady", 0, null), 100);
    const burst = lru.add("burst", 200, null);
    for (let n = 1; n < 8; n += 1) lru.touch(burst, 200 + n);
    expect(lru.victim(210)?.value).toBe("steady");
    expect(lru.victim(250)?.value).toBe("burst");
  });

  test("a look through everything within one period pushes out no more than its share", () => {
    const lru = new LruK<string>({ k: 2, correlatedPeriod: 100, nearShare: 0.25 });
    for (const key of ["a", "b", "c", "d"]) lru.touch(lru.add(key, 0, null), 1_000);
    for (let n = 0; n < 50; n += 1) {
      lru.add(`scan${n}`, 2_000, null);
      const victim = lru.victim(2_000);
      if (victim && n > 0) lru.remove(victim);
      if (n > 0) expect(victim?.value).toMatch(/^scan/);
    }
  });

  test("what comes back with its history is no newcomer", () => {
    const lru = order();
    const back = lru.add("back", 1, null);
    lru.remove(back);
    lru.add("other", 2, null);
    lru.add("back", 3, back.history);
    expect(lru.victim(4)?.value).toBe("other");
  });

  test("what was taken out is out, and can be taken out again", () => {
    const lru = order();
    const gone = lru.add("gone", 1, null);
    lru.remove(gone);
    lru.remove(gone);
    expect(lru.victim(5)).toBeNull();
    lru.touch(gone, 6);
    expect(lru.victim(9)?.value).toBe("gone");
  });
});
