import { parseArgs } from "node:util";
import { asksBenchmark } from "./asks/asks.ts";
import { contextBenchmark } from "./context/context.ts";
import { type Benchmark, printJson, printTable } from "./harness.ts";
import { kernelBenchmark } from "./kernel/kernel.ts";
import { memoryBenchmark } from "./memory/memory.ts";
import { toolsBenchmark } from "./tools/tools.ts";

const BENCHMARKS: readonly Benchmark[] = [
  kernelBenchmark,
  toolsBenchmark,
  asksBenchmark,
  contextBenchmark,
  memoryBenchmark,
];

const { values, positionals } = parseArgs({
  options: { json: { type: "boolean" }, quick: { type: "boolean" } },
  allowPositionals: true,
});
const chosen = BENCHMARKS.find(({ name }) => name === positionals[0]);
if (!chosen) {
  const names = BENCHMARKS.map(({ name, title }) => `  ${name}  ${title}`).join("\n");
  process.stderr.write(`npm run -s bench -- <name> [--json] [--quick]\n\n${names}\n`);
  process.exit(2);
}
const results = await chosen.run({
  runs: values.quick ? 1 : 3,
  note: (text) => process.stderr.write(`${text}\n`),
});
if (values.json) printJson(chosen.name, results);
else printTable(chosen.title, results);
