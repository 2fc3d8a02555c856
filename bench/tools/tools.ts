import { type Benchmark, median, type Result } from "../harness.ts";
import { openDirect } from "./direct.ts";
import { openThroughKernel } from "./through-kernel.ts";

/** Calls of each contender in a round, alternating one by one; the first are cold and not counted. */
const CALLS = 3_000;
const WARM_UP = 1_000;

interface Percentiles {
  readonly p50: number;
  readonly p95: number;
}

const CONTENDERS = ["direct", "ours", "durable"] as const;
type Contender = (typeof CONTENDERS)[number];

/** What gate, queue, validation and log add to the call of an MCP tool. */
export const toolsBenchmark: Benchmark = {
  name: "tools",
  title: "Tools: one call of server-everything's echo, beside the SDK's own call of it",
  async run({ runs, note }) {
    const rounds: Readonly<Record<Contender, Percentiles>>[] = [];
    for (let round = 1; round <= runs; round += 1) {
      note(`round ${round} of ${runs}`);
      rounds.push(await measure());
    }
    const of = (contender: Contender, percentile: keyof Percentiles): number =>
      median(rounds.map((round) => round[contender][percentile]));
    const overhead = (contender: Contender, percentile: keyof Percentiles): number =>
      median(rounds.map((round) => round[contender][percentile] - round.direct[percentile]));
    const row = (contender: "ours" | "durable", percentile: keyof Percentiles): readonly Result[] => {
      const how = contender === "ours" ? "not durable" : "durable";
      const peers = { "direct SDK call": of("direct", percentile) };
      const aim = contender === "ours" ? ({ at: "most", value: 0.2 } as const) : null;
      return [
        {
          metric: `call, ${percentile}, ${how}`,
          unit: "ms",
          ours: of(contender, percentile),
          peers,
          aim: null,
        },
        {
          metric: `on top, ${percentile}, ${how}`,
          unit: "ms",
          ours: overhead(contender, percentile),
          peers: {},
          aim,
        },
      ];
    };
    return [...row("ours", "p50"), ...row("ours", "p95"), ...row("durable", "p50"), ...row("durable", "p95")];
  },
};

async function measure(): Promise<Readonly<Record<Contender, Percentiles>>> {
  const direct = await openDirect();
  const ours = await openThroughKernel("not-durable");
  const durable = await openThroughKernel("durable");
  const contenders = { direct, ours, durable };
  const times: Readonly<Record<Contender, number[]>> = { direct: [], ours: [], durable: [] };
  try {
    for (let n = 0; n < CALLS; n += 1) {
      for (const name of CONTENDERS) {
        const start = performance.now();
        await contenders[name].call(n);
        if (n >= WARM_UP) times[name].push(performance.now() - start);
      }
    }
  } finally {
    await Promise.all([direct.close(), ours.close(), durable.close()]);
  }
  return {
    direct: percentiles(times.direct),
    ours: percentiles(times.ours),
    durable: percentiles(times.durable),
  };
}

function percentiles(times: readonly number[]): Percentiles {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95) };
}
