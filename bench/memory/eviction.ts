import { MEMORY_EVICTED_AT_ONCE, MEMORY_WATERMARK } from "../../electron/kernel/limits.ts";
import { measured } from "../../electron/kernel/memory/held-form.ts";
import { RamTier } from "../../electron/kernel/memory/ram-tier.ts";
import { type MemoryItem, memoryId } from "../../shared/memory.ts";
import { PERSON } from "../../shared/memory-owners.ts";
import type { Result } from "../harness.ts";

/** Items that turns use again and again, the first ones most (Zipf), and items that only a look through all uses. */
const HOT_ITEMS = 1_000;
const COLD_ITEMS = 20_000;
const TURNS = 40_000;
/** Every so many turns somebody looks through so many of the cold ones, one after the other. */
const SCAN_EVERY = 400;
const SCAN_LENGTH = 800;
/** RAM for about this many items. */
const BUDGET_ITEMS = 800;
/** Between two uses; a turn's own uses of one item count once. */
const TURN_MS = 7_000;

/**
 * Hit rates of the RAM tier (LRU-2) and of plain LRU in the same bytes, over one trace: agents use few items often,
 * now and then one goes through everything, as lists, notes and embeddings do. A hit is an item that was in RAM when
 * a turn used it; looks through everything pollute, and are not counted.
 */
export function evictionResults(): readonly Result[] {
  const budget = BUDGET_ITEMS * itemOf(1).bytes;
  const polluted = { lru2: hitRate(ramTier(budget), "scans"), lru: hitRate(plainLru(budget), "scans") };
  const clean = { lru2: hitRate(ramTier(budget), "none"), lru: hitRate(plainLru(budget), "none") };
  return [
    {
      metric: "RAM hit rate, trace polluted by scans",
      unit: "%",
      ours: polluted.lru2,
      peers: { LRU: polluted.lru },
      aim: { at: "least", value: polluted.lru + 10 },
    },
    {
      metric: "RAM hit rate, no scans",
      unit: "%",
      ours: clean.lru2,
      peers: { LRU: clean.lru },
      aim: null,
    },
  ];
}

interface Cache {
  has(number: number): boolean;
  use(number: number, now: number): void;
}

function ramTier(budget: number): Cache {
  const tier = new RamTier(PERSON, budget);
  return {
    has: (number) => tier.has(memoryId(number)),
    use(number, now) {
      if (tier.use(memoryId(number), now, now) === null) tier.put(itemOf(number), now);
      tier.shrink(now, MEMORY_EVICTED_AT_ONCE);
    },
  };
}

/** Keeps the most recently used in as many bytes. */
function plainLru(budget: number): Cache {
  const held = new Map<number, number>();
  let bytes = 0;
  return {
    has: (number) => held.has(number),
    use(number) {
      const size = held.get(number) ?? itemOf(number).bytes;
      if (held.delete(number)) bytes -= size;
      held.set(number, size);
      bytes += size;
      for (const [oldest, its] of held) {
        if (bytes <= budget * MEMORY_WATERMARK) break;
        held.delete(oldest);
        bytes -= its;
      }
    },
  };
}

/** In per cent of the uses of turns, from the second tenth on. */
function hitRate(cache: Cache, scans: "scans" | "none"): number {
  const random = seeded(7);
  const weights = Array.from({ length: HOT_ITEMS }, (_, at) => 1 / (at + 1) ** 0.9);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let now = 0;
  let cold = 0;
  let hits = 0;
  let uses = 0;
  for (let turn = 0; turn < TURNS; turn += 1) {
    now += TURN_MS;
    const number = drawn(weights, random() * total);
    if (turn > TURNS / 10) {
      uses += 1;
      if (cache.has(number)) hits += 1;
    }
    cache.use(number, now);
    if (scans === "none" || turn % SCAN_EVERY !== 0) continue;
    for (let n = 0; n < SCAN_LENGTH; n += 1) {
      now += 1;
      cold = (cold + 1) % COLD_ITEMS;
      cache.use(HOT_ITEMS + 1 + cold, now);
    }
  }
  return (100 * hits) / uses;
}

function drawn(weights: readonly number[], at: number): number {
  let left = at;
  for (const [index, weight] of weights.entries()) {
    left -= weight;
    if (left <= 0) return index + 1;
  }
  return weights.length;
}

const itemOf = (number: number): MemoryItem =>
  measured({
    id: memoryId(number),
    owner: PERSON,
    text: `What is remembered as number ${1_000_000 + number}, with some words about it.`,
    metadata: {},
    keywords: [],
    tags: ["bench"],
    links: [],
    provenance: { by: "person", agentId: null, syscallId: null, origin: null },
    pinned: "no",
    uses: 0,
    lastUsedAt: null,
    createdAt: 1_795_000_000_000,
    updatedAt: 1_795_000_000_000,
  });

/** Numbers in [0, 1) that are the same in each run: mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
