import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LARGE, writeRandomModel } from "../../electron/adapters/llama/testing/random-model.ts";
import { coreId } from "../../shared/ids.ts";
import type { LocalModelConfig } from "../../shared/local-models.ts";
import { type Benchmark, median, type Result } from "../harness.ts";
import { EXACTNESS_MODELS, measureExactness } from "./exactness.ts";
import { AGENTS, measurePolicy } from "./policies.ts";
import { measureRestore, type RestoreCost } from "./restore.ts";

const SIZES = [512, 2_048, 8_192] as const;
const PROMPTS = 200;
const QUICK_PROMPTS = 20;

/** Context switches of the local core: that they are exact, what they cost, and what they buy. */
export const contextBenchmark: Benchmark = {
  name: "context",
  title: "Context: switches of a local model, against reading again and against no switches at all",
  async run({ runs, note }) {
    const folder = mkdtempSync(join(tmpdir(), "aios-context-"));
    try {
      const file = join(folder, "large.gguf");
      writeRandomModel(file, LARGE);
      return [
        ...(await exactness(runs > 1 ? PROMPTS : QUICK_PROMPTS, note)),
        ...(await restores(folder, file, runs, note)),
        ...(await policies(file, note)),
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function exactness(prompts: number, note: (text: string) => void): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const [name, model] of EXACTNESS_MODELS) {
    const { identical, fewestInterruptions, interruptions, processes, switches } = await measureExactness(
      name,
      model,
      prompts,
      note,
    );
    note(`${name}: ${JSON.stringify(switches)}`);
    const of = `${name} model, ${prompts} prompts`;
    results.push(
      {
        metric: `exact answers, ${of}`,
        unit: "",
        ours: identical,
        peers: {},
        aim: { at: "least", value: prompts },
      },
      {
        metric: `fewest interruptions of one, ${of}`,
        unit: "",
        ours: fewestInterruptions,
        peers: { "in all": interruptions, processes },
        aim: { at: "least", value: 5 },
      },
    );
  }
  return results;
}

async function restores(
  folder: string,
  file: string,
  runs: number,
  note: (text: string) => void,
): Promise<readonly Result[]> {
  const config: LocalModelConfig = {
    type: "local",
    id: coreId("local/large"),
    title: "large",
    file,
    model: "large",
    slots: 1,
    contextTokens: 1_024,
    kvRamBytes: 0,
    kvDiskBytes: 4_000_000_000,
    threads: 1,
  };
  const results: Result[] = [];
  for (const tokens of SIZES) {
    const rounds: RestoreCost[] = [];
    for (let round = 1; round <= runs; round += 1) {
      note(`restore of ${tokens} tokens, round ${round} of ${runs}`);
      rounds.push(await measureRestore(config, folder, tokens));
    }
    const of = (figure: keyof RestoreCost): number => median(rounds.map((round) => round[figure]));
    results.push(
      {
        metric: `restore from disk, ${of("tokens")} tokens`,
        unit: "ms",
        ours: of("restoreMs"),
        peers: { "prefill ms": of("prefillMs"), "save ms": of("saveMs"), MiB: of("bytes") / 2 ** 20 },
        aim: null,
      },
      {
        metric: `times cheaper than prefill, ${of("tokens")} tokens`,
        unit: "times",
        ours: median(rounds.map(({ prefillMs, restoreMs }) => prefillMs / restoreMs)),
        peers: {},
        aim: tokens === 8_192 ? { at: "least", value: 50 } : null,
      },
    );
  }
  return results;
}

async function policies(file: string, note: (text: string) => void): Promise<readonly Result[]> {
  note("round-robin");
  const turns = await measurePolicy("round-robin", file);
  note("fifo");
  const fifo = await measurePolicy("fifo", file);
  return [
    {
      metric: `agents that ended, ${AGENTS} over 2 slots`,
      unit: "",
      ours: turns.ended,
      peers: { fifo: fifo.ended },
      aim: { at: "least", value: AGENTS },
    },
    {
      metric: "switching, share of busy time",
      unit: "%",
      ours: turns.switchShare * 100,
      peers: { switches: turns.switches },
      aim: { at: "most", value: 2 },
    },
    {
      metric: "p99 slowdown, fifo over round-robin",
      unit: "times",
      ours: fifo.p99Slowdown / turns.p99Slowdown,
      peers: { "round-robin": turns.p99Slowdown, fifo: fifo.p99Slowdown },
      aim: { at: "least", value: 2 },
    },
    {
      metric: "mean slowdown, round-robin",
      unit: "times",
      ours: turns.meanSlowdown,
      peers: { fifo: fifo.meanSlowdown },
      aim: null,
    },
  ];
}
