import { createHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Kernel } from "../../electron/kernel/kernel.ts";
import type { SyscallOptions } from "../../electron/kernel/syscall.ts";
import type { AgentId } from "../../shared/ids.ts";
import { type Durability, launchAgents, openBenchKernel } from "./bench-kernel.ts";

/** Long enough to get past warming up; the first quarter is not counted. */
const MEASURED_MS = 1_500;

const options = (agentId: AgentId): SyscallOptions => ({
  agentId,
  call: { kind: "llm", model: null, tools: [], maxOutputTokens: null, messages: null },
  parent: null,
  priority: 5,
  deadline: null,
  tokenBudget: null,
  prompt: [],
  memoryOwner: "bench",
});

/** Agents that call the model one call after the other, all at once. Returns finished calls a second. */
export async function callsPerSecond(agents: number, durability: Durability): Promise<number> {
  return withKernel(durability, async (kernel) => {
    const ids = await launchAgents(kernel, agents);
    await drive(kernel, ids, MEASURED_MS / 4);
    return drive(kernel, ids, MEASURED_MS);
  });
}

/** One agent alone: p50 and p95 of the time from the call to its answer, in microseconds. */
export async function overheadMicroseconds(
  durability: Durability,
): Promise<{ readonly p50: number; readonly p95: number }> {
  return withKernel(durability, async (kernel) => {
    const histogram = createHistogram();
    const [agentId] = await launchAgents(kernel, 1);
    if (agentId === undefined) throw new Error("an agent was launched");
    const call = options(agentId);
    for (let n = 0; n < 6_000; n += 1) {
      const start = process.hrtime.bigint();
      await kernel.path.submit(call);
      // The first calls run cold code.
      if (n >= 2_000) histogram.record(process.hrtime.bigint() - start || 1n);
    }
    return { p50: histogram.percentile(50) / 1_000, p95: histogram.percentile(95) / 1_000 };
  });
}

/** p99 of how long the event loop was held, in ms, while agents call as fast as they can. */
export async function loopDelayMilliseconds(agents: number, durability: Durability): Promise<number> {
  return withKernel(durability, async (kernel) => {
    const ids = await launchAgents(kernel, agents);
    await drive(kernel, ids, MEASURED_MS / 4);
    const resolution = 1;
    const monitor = monitorEventLoopDelay({ resolution });
    monitor.enable();
    await drive(kernel, ids, MEASURED_MS);
    monitor.disable();
    return Math.max(0, monitor.percentile(99) / 1e6 - resolution);
  });
}

/** Heap of one live agent that waits, in KB: its process, its context, and its row in the state. */
export async function kilobytesPerAgent(agents: number): Promise<number> {
  return withKernel("not-durable", async (kernel) => {
    const before = heapAfterCollection();
    for (let n = 0; n < agents; n += 1) {
      const { agentId } = await kernel.handlers["agents.launch"]({ agent: "bench", task: "wait" });
      await kernel.handlers["agents.pause"]({ agentId });
    }
    return (heapAfterCollection() - before) / agents / 1_024;
  });
}

function heapAfterCollection(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
}

async function withKernel<T>(durability: Durability, measure: (kernel: Kernel) => Promise<T>): Promise<T> {
  const { kernel, close } = await openBenchKernel(durability);
  try {
    return await measure(kernel);
  } finally {
    await close();
  }
}

async function drive(kernel: Kernel, agents: readonly AgentId[], milliseconds: number): Promise<number> {
  const start = performance.now();
  const end = start + milliseconds;
  let finished = 0;
  const agent = async (agentId: AgentId): Promise<void> => {
    const call = options(agentId);
    while (performance.now() < end) {
      await kernel.path.submit(call);
      finished += 1;
    }
  };
  await Promise.all(agents.map(agent));
  return (finished * 1_000) / (performance.now() - start);
}
