import { type MemoryItem, memoryId } from "../../../shared/memory.ts";
import { PERSON } from "../../../shared/memory-owners.ts";
import { measured } from "../memory/held-form.ts";
import { RamTier } from "../memory/ram-tier.ts";

/** The parts of a measurement, as the test that starts this file reads them. */
export interface RamMeasurement {
  readonly held: number;
  readonly accounted: number;
  readonly items: number;
}

const collect = (): number => {
  const { gc } = globalThis;
  if (!gc) throw new Error("needs node --expose-gc");
  // Twice: what the first one only finalises, the second one frees.
  gc();
  gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** Texts of the lengths asked for, of words that are not the same string twice. */
function textOf(n: number, characters: number, script: "latin" | "other"): string {
  const word = script === "latin" ? "remembered" : "запомнено生日";
  let text = `${n} `;
  while (text.length < characters) text += `${word} ${(n * 7919 + text.length) % 100_003} `;
  return text.slice(0, characters);
}

function itemOf(n: number, characters: number, script: "latin" | "other"): MemoryItem {
  return measured({
    id: memoryId(n + 1),
    owner: PERSON,
    text: textOf(n, characters, script),
    metadata: n % 3 === 0 ? { source: `mail ${n}` } : {},
    keywords: n % 4 === 0 ? ["tea", `key${n}`] : [],
    tags: n % 2 === 0 ? ["people"] : [],
    links: n % 5 === 0 ? [memoryId(n + 2)] : [],
    provenance: { by: "person", agentId: null, syscallId: null, origin: null },
    pinned: n % 50 === 0 ? "yes" : "no",
    uses: 0,
    lastUsedAt: null,
    createdAt: 1_795_000_000_000 + n,
    updatedAt: 1_795_000_000_000 + n,
  });
}

const [count = "0", lengths = "", script = "latin", use = "unused", budget = "1000000000"] =
  process.argv.slice(2);
const sizes = lengths.split(",").map(Number);
const tier = new RamTier(PERSON, Number(budget));
// Code and shapes are made once, whatever is held: they are not counted.
const warm = new RamTier(PERSON, 100_000);
const kind = script === "latin" ? "latin" : "other";
for (let n = 0; n < 3_000; n += 1) {
  warm.put(itemOf(n, sizes[n % sizes.length] ?? 0, kind), n + 0.5);
  warm.use(memoryId(n + 1), n + 0.75, 1_795_000_000_000 + n);
  warm.shrink(n + 0.8, 1_000);
}
const before = collect();
for (let n = 0; n < Number(count); n += 1) {
  tier.put(itemOf(n, sizes[n % sizes.length] ?? 0, kind), n + 0.5);
  if (use === "used") tier.use(memoryId(n + 1), n + 0.75, 1_795_000_000_000.5 + n);
  tier.shrink(n + 0.8, 1_000);
}
const held = collect() - before;
process.stdout.write(
  JSON.stringify({ held, accounted: tier.bytes, items: tier.items } satisfies RamMeasurement),
);
