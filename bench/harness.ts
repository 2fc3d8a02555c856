import { cpus } from "node:os";

/** One measured figure beside those of peers in the same run. */
export interface Result {
  readonly metric: string;
  readonly unit: string;
  readonly ours: number;
  readonly peers: Readonly<Record<string, number>>;
  /** What we aim at; null where a figure is only told. */
  readonly aim: { readonly at: "least" | "most"; readonly value: number } | null;
}

export interface BenchmarkOptions {
  /** Runs whose median is reported: at least three, one in a quick look. */
  readonly runs: number;
  /** Progress, for a person who waits. */
  readonly note: (text: string) => void;
}

export interface Benchmark {
  readonly name: string;
  readonly title: string;
  run(options: BenchmarkOptions): Promise<readonly Result[]>;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Measures each contender once a round, in turn, so that a slow minute of the machine meets all of them. */
export async function interleaved<Name extends string>(
  runs: number,
  contenders: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Readonly<Record<Name, number>>> {
  const names = Object.keys(contenders) as Name[];
  const measured = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < runs; round += 1) {
    for (const name of names) measured.get(name)?.push(await contenders[name]());
  }
  return Object.fromEntries(names.map((name) => [name, median(measured.get(name) ?? [])])) as Record<
    Name,
    number
  >;
}

const met = ({ ours, aim }: Result): boolean | null =>
  aim === null ? null : aim.at === "least" ? ours >= aim.value : ours <= aim.value;

const machine = () => ({ cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.version });

export function printJson(name: string, results: readonly Result[]): void {
  const rows = results.map((result) => ({ ...result, aim: result.aim?.value ?? null, met: met(result) }));
  process.stdout.write(`${JSON.stringify({ name, machine: machine(), results: rows })}\n`);
}

export function printTable(title: string, results: readonly Result[]): void {
  const { cpu, cores, node } = machine();
  const rows = results.map((result) => [
    result.metric,
    `${format(result.ours)} ${result.unit}`,
    Object.entries(result.peers)
      .map(([peer, value]) => `${peer} ${format(value)}`)
      .join(", "),
    result.aim === null ? "" : `${result.aim.at === "least" ? "≥" : "≤"} ${format(result.aim.value)}`,
    { true: "met", false: "NOT MET", null: "" }[String(met(result))] ?? "",
  ]);
  const table = [["metric", "ours", "peers", "aim", ""], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  process.stdout.write(`${title}\n${cpu}, ${cores} cores, Node ${node}; medians\n\n`);
  for (const row of table) {
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd()}\n`,
    );
  }
}

const format = (value: number): string =>
  value >= 1_000 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(3);
