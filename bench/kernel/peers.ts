import fastq from "fastq";
import PQueue from "p-queue";
import { NO_OP_SLOTS } from "./bench-kernel.ts";

const MEASURED_MS = 1_500;

/** The same load on fastq: a queue of promises without log, policy or cancel. Jobs a second. */
export async function fastqPerSecond(agents: number): Promise<number> {
  const queue = fastq.promise(async () => "done", NO_OP_SLOTS);
  return drive(agents, () => queue.push(null));
}

/** The same load on p-queue. Jobs a second. */
export async function pQueuePerSecond(agents: number): Promise<number> {
  const queue = new PQueue({ concurrency: NO_OP_SLOTS });
  return drive(agents, () => queue.add(async () => "done"));
}

async function drive(agents: number, submit: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  const end = start + MEASURED_MS;
  let finished = 0;
  const agent = async (): Promise<void> => {
    while (performance.now() < end) {
      await submit();
      finished += 1;
      // Promises alone would never let a timer or a socket run; our own log does, once a commit.
      if (finished % 512 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await Promise.all(Array.from({ length: agents }, agent));
  return (finished * 1_000) / (performance.now() - start);
}
