import { type Benchmark, interleaved, type Result } from "../harness.ts";
import { firstPageMilliseconds } from "./first-page.ts";
import { overviewFrames } from "./overview.ts";
import { fastqPerSecond, pQueuePerSecond } from "./peers.ts";
import {
  callsPerSecond,
  kilobytesPerAgent,
  loopDelayMilliseconds,
  overheadMicroseconds,
} from "./syscalls.ts";

const AGENTS = [1, 64, 250, 1_000, 2_000] as const;
/** The numbers of agents for which the design states an aim. */
const AIMED_AGENTS = 2_000;

/** What the kernel costs: syscalls a second, overhead of one, how long it holds the event loop. */
export const kernelBenchmark: Benchmark = {
  name: "kernel",
  title: "Kernel: syscalls that do nothing, beside queues that keep nothing",
  async run({ runs, note }) {
    const results: Result[] = [];
    for (const agents of AGENTS) {
      note(`${agents} agents`);
      const rates = await interleaved(runs, {
        ours: () => callsPerSecond(agents, "not-durable"),
        durable: () => callsPerSecond(agents, "durable"),
        fastq: () => fastqPerSecond(agents),
        "p-queue": () => pQueuePerSecond(agents),
      });
      const peers = { fastq: rates.fastq, "p-queue": rates["p-queue"] };
      const aim = (value: number): Result["aim"] => (agents === AIMED_AGENTS ? { at: "least", value } : null);
      const name = `model syscalls, ${agents} agents`;
      results.push(
        { metric: `${name}, not durable`, unit: "/s", ours: rates.ours, peers, aim: aim(100_000) },
        { metric: `${name}, durable`, unit: "/s", ours: rates.durable, peers, aim: aim(20_000) },
      );
    }
    note("overhead of one call");
    const single = await interleaved(runs, {
      p50: async () => (await overheadMicroseconds("not-durable")).p50,
      p95: async () => (await overheadMicroseconds("not-durable")).p95,
      durable: async () => (await overheadMicroseconds("durable")).p50,
    });
    note("event-loop delay");
    const delay = await interleaved(runs, {
      durable: () => loopDelayMilliseconds(AIMED_AGENTS, "durable"),
      notDurable: () => loopDelayMilliseconds(AIMED_AGENTS, "not-durable"),
    });
    note("Overview with 2,000 agents");
    const frames = await interleaved(runs, {
      still: async () => (await overviewFrames(AIMED_AGENTS)).still,
      scrolling: async () => (await overviewFrames(AIMED_AGENTS)).scrolling,
    });
    note("start of the headless host");
    const start = await interleaved(runs, { milliseconds: firstPageMilliseconds });
    const agentKilobytes = await kilobytesPerAgent(AIMED_AGENTS);
    const most = (value: number): Result["aim"] => ({ at: "most", value });
    const least = (value: number): Result["aim"] => ({ at: "least", value });
    results.push(
      {
        metric: "overhead of a call, p50, not durable",
        unit: "µs",
        ours: single.p50,
        peers: {},
        aim: most(50),
      },
      { metric: "overhead of a call, p95, not durable", unit: "µs", ours: single.p95, peers: {}, aim: null },
      { metric: "overhead of a call, p50, durable", unit: "µs", ours: single.durable, peers: {}, aim: null },
      { metric: "event-loop delay p99, durable", unit: "ms", ours: delay.durable, peers: {}, aim: most(8) },
      {
        metric: "event-loop delay p99, not durable",
        unit: "ms",
        ours: delay.notDurable,
        peers: {},
        aim: most(8),
      },
      {
        metric: "memory of a paused agent",
        unit: "KB",
        ours: agentKilobytes,
        peers: {},
        aim: null,
      },
      {
        metric: "Overview, 2,000 agents",
        unit: "frames/s",
        ours: frames.still,
        peers: {},
        aim: least(55),
      },
      {
        metric: "Overview, 2,000 agents, scrolling",
        unit: "frames/s",
        ours: frames.scrolling,
        peers: {},
        aim: least(55),
      },
      {
        metric: "headless host, start to first page",
        unit: "ms",
        ours: start.milliseconds,
        peers: {},
        aim: most(2_000),
      },
    );
    return results;
  },
};
