import type { MemoryStore } from "../../electron/kernel/memory-ports.ts";
import { OWNER, type Samples } from "./samples.ts";

const MODEL = "bench";
const BATCH = 500;
const WARM_UP = 20;
/** Queries whose true neighbours are worked out besides. */
const CHECKED = 40;
const NEAREST = 10;

/** Gives every item a vector, then searches by words and meaning together. */
export async function measureMeaning(
  store: MemoryStore,
  samples: Samples,
  queries: readonly string[],
): Promise<Readonly<Record<string, number>>> {
  const vectors = new Map<string, Float32Array>();
  let begin = performance.now();
  let making = 0;
  for (;;) {
    const pending = await store.pendingEmbeddings(MODEL, BATCH);
    if (pending.length === 0) break;
    const made = performance.now();
    const saved = pending.map(({ key, text }) => {
      const vector = samples.vector();
      vectors.set(text, vector);
      return { key, vector };
    });
    making += performance.now() - made;
    await store.saveEmbeddings(MODEL, saved);
  }
  const saved = (vectors.size / (performance.now() - begin - making)) * 1_000;
  const times: number[] = [];
  for (const [index, text] of queries.entries()) {
    const vector = { model: MODEL, vector: samples.vector() };
    begin = performance.now();
    await store.search({ owners: [OWNER], tag: null, text, vector, limit: NEAREST });
    if (index >= WARM_UP) times.push(performance.now() - begin);
  }
  const sorted = times.toSorted((a, b) => a - b);
  return {
    "meaning, saved": saved,
    "meaning, p50": sorted[Math.floor(sorted.length * 0.5)] ?? Number.NaN,
    "meaning, p95": sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN,
    "meaning, found": await foundOfNearest(store, samples, vectors),
  };
}

/** Percent of the truly nearest ten that a search by meaning alone returns. */
async function foundOfNearest(
  store: MemoryStore,
  samples: Samples,
  vectors: ReadonlyMap<string, Float32Array>,
): Promise<number> {
  let found = 0;
  for (let n = 0; n < CHECKED; n += 1) {
    const vector = samples.vector();
    const query = { owners: [OWNER], tag: null, text: "", vector: { model: MODEL, vector }, limit: NEAREST };
    const { hits } = await store.search(query);
    const nearest = [...vectors]
      .map(([text, other]) => ({ text, likeness: cosine(vector, other) }))
      .sort((a, b) => b.likeness - a.likeness)
      .slice(0, NEAREST);
    const truly = new Set(nearest.map(({ text }) => text));
    found += hits.filter(({ item }) => truly.has(item.text)).length;
  }
  return (100 * found) / (CHECKED * NEAREST);
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [product, left, right] = [0, 0, 0];
  for (let index = 0; index < a.length; index += 1) {
    const [x, y] = [a[index] ?? 0, b[index] ?? 0];
    product += x * y;
    left += x * x;
    right += y * y;
  }
  return product / Math.sqrt(left * right);
}
