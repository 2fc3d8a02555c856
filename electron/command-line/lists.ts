import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type CoreSource, type SavedCore, savedCoreSchema } from "../../shared/cores.ts";
import type { AgentView } from "../../shared/state.ts";
import { openConfigFile } from "../adapters/config-file.ts";
import { createCoreFactory } from "../adapters/core-factory.ts";
import { createManifestFolders } from "../adapters/manifest-folder.ts";
import { openSqliteStore } from "../adapters/sqlite-store.ts";
import { createSystemClock } from "../adapters/system-clock.ts";
import { PROGRAM_FOLDER } from "../boot.ts";
import { EventLog } from "../kernel/events/event-log.ts";
import type { CommandOf, Output } from "./arguments.ts";

/** `aios agents`: the manifests that can be launched, and those that cannot with the reason. */
export async function listAgents({
  dataFolder,
  output,
}: CommandOf<"agents" | "models" | "ps">): Promise<number> {
  const folders = [join(PROGRAM_FOLDER, "resources", "agents"), join(resolve(dataFolder), "agents")];
  const { manifests, problems } = await createManifestFolders(folders).load();
  const rows = manifests.map(({ name, title, description, tools, sampleTasks }) => {
    return { name, title, description, tools, sampleTasks };
  });
  printRows(output, rows, ({ name, description }) => `${name.padEnd(14)} ${description}`);
  for (const { file, message } of problems) process.stderr.write(`${file}: ${message}\n`);
  return 0;
}

/** `aios models`: what is found now, what was added, and the offline core. */
export async function listModels({
  dataFolder,
  output,
}: CommandOf<"agents" | "models" | "ps">): Promise<number> {
  const clock = createSystemClock();
  const factory = createCoreFactory({ clock, environment: process.env, tokensPerSecond: () => 1 });
  const file = join(resolve(dataFolder), "config.json");
  const config = existsSync(file) ? await openConfigFile(file).load() : null;
  const saved = Array.isArray(config?.cores) ? config.cores : [];
  const added = saved.flatMap((each) => addedCore(savedCoreSchema.safeParse(each).data));
  const found = (await factory.discover(AbortSignal.timeout(5_000))).map((each) => each.config);
  const rows = [
    ...[...added, ...found].map(({ id, title, model, source, baseUrl }) => ({
      id,
      title,
      model,
      source,
      baseUrl,
    })),
    ...factory
      .builtIn()
      .map(({ info: { id, title, model, source, baseUrl } }) => ({ id, title, model, source, baseUrl })),
  ];
  printRows(output, rows, ({ model, title, source }) => `${model.padEnd(28)} ${source.padEnd(12)} ${title}`);
  return 0;
}

interface ListedCore {
  readonly id: string;
  readonly title: string;
  readonly model: string;
  readonly source: CoreSource;
  readonly baseUrl: string | null;
}

/** A model file has neither a source nor an address. */
function addedCore(core: SavedCore | undefined): readonly ListedCore[] {
  if (!core) return [];
  return "type" in core ? [{ ...core, source: "added", baseUrl: null }] : [core];
}

/** `aios ps`: agents out of the log; works beside a kernel that runs. */
export async function listProcesses({
  dataFolder,
  output,
}: CommandOf<"agents" | "models" | "ps">): Promise<number> {
  const file = join(resolve(dataFolder), "events.db");
  const rows = existsSync(file) ? readAgents(file) : [];
  printRows(output, rows, ({ id, name, status, task }) => {
    return `${id.padEnd(6)} ${name.padEnd(14)} ${status.padEnd(10)} ${task.replace(/\s+/g, " ").slice(0, 80)}`;
  });
  return 0;
}

function readAgents(file: string) {
  const store = openSqliteStore(file);
  try {
    const { agents } = new EventLog(store, createSystemClock()).state();
    return [...agents.values()].map((agent) => {
      const { id, parent, name, task, createdAt, endedAt, answer, error, calls } = agent;
      return { id, parent, name, status: statusOf(agent), task, createdAt, endedAt, answer, error, calls };
    });
  } finally {
    store.close();
  }
}

const statusOf = ({ ending, control, live }: AgentView): string =>
  ending ?? (control === "paused" ? "paused" : live.length > 0 ? "running" : "ready");

function printRows<Row>(output: Output, rows: readonly Row[], line: (row: Row) => string): void {
  if (output === "json") process.stdout.write(`${JSON.stringify(rows)}\n`);
  else for (const row of rows) process.stdout.write(`${line(row)}\n`);
}
