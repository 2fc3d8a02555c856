import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MemoryItem } from "../../shared/memory.ts";
import { type Benchmark, median, type Result } from "../harness.ts";
import { type Contender, openMemoryServer, openOurs, openPlainTable } from "./contenders.ts";
import { evictionResults } from "./eviction.ts";
import { measureMeaning } from "./meaning.ts";
import { Samples } from "./samples.ts";

const MANY = 100_000;
/** Items added at once: an afternoon's work of many agents, in the group of one commit. */
const GROUP = 4_000;
/** What the reference server bears, which reads and writes all of its file for each call. */
const FEW = 2_000;
const SMALL_GROUP = 100;
const QUERIES = 300;
const WARM_UP = 20;
/** Words of a query: those of a turn's message that tell something. */
const WORDS = 4;

type Figures = Readonly<Record<string, number>>;

/** Memory as it grows: adding, and finding again by words and meaning. */
export const memoryBenchmark: Benchmark = {
  name: "memory",
  title: "Memory: adding and searching items of one owner; what stays in RAM",
  async run({ runs, note }) {
    const rounds: Figures[] = [];
    for (let round = 1; round <= runs; round += 1) {
      note(`round ${round} of ${runs}`);
      rounds.push({ ...(await measureFew()), ...(await measureMany(note)) });
    }
    const of = (name: string): number => median(rounds.map((figures) => figures[name] ?? Number.NaN));
    const peers = (...names: readonly (readonly [peer: string, figure: string])[]) =>
      Object.fromEntries(names.map(([peer, figure]) => [peer, of(figure)]));
    const row = (
      metric: string,
      unit: string,
      figure: string,
      rest: Partial<Pick<Result, "peers" | "aim">> = {},
    ): Result => ({ metric, unit, ours: of(figure), peers: {}, aim: null, ...rest });
    const few = (figure: string) =>
      peers(["plain table", `few, plain, ${figure}`], ["server-memory", `few, server, ${figure}`]);
    return [
      row(`add, groups of ${GROUP}, durable`, "items/s", "many, ours, add", {
        peers: peers(["plain table", "many, plain, add"]),
        aim: { at: "least", value: 20_000 },
      }),
      row(`search by ${WORDS} words, ${MANY} items, p50`, "ms", "many, ours, p50", {
        peers: peers(["plain table (LIKE)", "many, plain, p50"]),
      }),
      row(`search by ${WORDS} words, ${MANY} items, p95`, "ms", "many, ours, p95", {
        peers: peers(["plain table (LIKE)", "many, plain, p95"]),
        aim: { at: "most", value: 20 },
      }),
      row("search by words and meaning, p50", "ms", "meaning, p50"),
      row("search by words and meaning, p95", "ms", "meaning, p95", { aim: { at: "most", value: 50 } }),
      row("the ten nearest that a search by meaning finds", "%", "meaning, found"),
      row("vectors saved", "vectors/s", "meaning, saved"),
      row(`add, groups of ${SMALL_GROUP}, to ${FEW} items`, "items/s", "few, ours, add", {
        peers: few("add"),
      }),
      row(`search by one word, ${FEW} items, p95`, "ms", "few, ours, p95", { peers: few("p95") }),
      ...evictionResults(),
    ];
  },
};

async function measureFew(): Promise<Figures> {
  const samples = new Samples();
  const items = samples.items(FEW);
  const queries = Array.from({ length: QUERIES }, () => samples.query(items, 1));
  return inFolder(async (folder) => ({
    ...(await measure("few, ours", await openOurs(folder), items, SMALL_GROUP, queries)),
    ...(await measure("few, plain", openPlainTable(folder), items, SMALL_GROUP, queries)),
    ...(await measure("few, server", await openMemoryServer(folder), items, SMALL_GROUP, queries)),
  }));
}

async function measureMany(note: (text: string) => void): Promise<Figures> {
  const samples = new Samples();
  const items = samples.items(MANY);
  const queries = Array.from({ length: QUERIES }, () => samples.query(items, WORDS));
  return inFolder(async (folder) => {
    const plain = await measure("many, plain", openPlainTable(folder), items, GROUP, queries);
    const ours = await openOurs(folder);
    const words = await measure("many, ours", { ...ours, close: async () => {} }, items, GROUP, queries);
    note("vectors");
    const meaning = await measureMeaning(ours.store, samples, queries);
    await ours.close();
    return { ...plain, ...words, ...meaning };
  });
}

async function measure(
  name: string,
  contender: Contender,
  items: readonly MemoryItem[],
  group: number,
  queries: readonly string[],
): Promise<Figures> {
  const begin = performance.now();
  for (let from = 0; from < items.length; from += group) await contender.add(items.slice(from, from + group));
  const add = (items.length / (performance.now() - begin)) * 1_000;
  const times: number[] = [];
  for (const [index, query] of queries.entries()) {
    const start = performance.now();
    const hits = await contender.search(query);
    if (hits === 0) throw new Error(`${name} found nothing for ${query}`);
    if (index >= WARM_UP) times.push(performance.now() - start);
  }
  await contender.close();
  return {
    [`${name}, add`]: add,
    [`${name}, p50`]: percentile(times, 0.5),
    [`${name}, p95`]: percentile(times, 0.95),
  };
}

function percentile(times: readonly number[], share: number): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? Number.NaN;
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "aios-bench-memory-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
