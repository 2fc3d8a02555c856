import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type RandomModel, SMALL, TINY } from "../../electron/adapters/llama/testing/random-model.ts";
import type { LocalModelConfig } from "../../shared/local-models.ts";
import { type Answer, modelIn, promptsFor, seeded, type WorkerTask, writeAnswers } from "./exactness-plan.ts";

const WORKER = fileURLToPath(new URL("exactness-worker.ts", import.meta.url));

/** Time in which a worker that is to be killed goes on, in ms. */
const KILL_AFTER_MS = 60;

export interface Exactness {
  readonly model: string;
  readonly prompts: number;
  /** Answers whose text and number of tokens are those of an uninterrupted run. */
  readonly identical: number;
  readonly fewestInterruptions: number;
  readonly interruptions: number;
  /** Processes that took part, half of them ended by SIGKILL. */
  readonly processes: number;
  /** Where states came from, and what was evicted, by how often. */
  readonly switches: Readonly<Record<string, number>>;
}

/** Interrupted answers beside uninterrupted ones, on one model. Throws when a worker fails. */
export async function measureExactness(
  name: string,
  model: RandomModel,
  prompts: number,
  note: (text: string) => void,
): Promise<Exactness> {
  const folder = mkdtempSync(join(tmpdir(), "aios-exactness-"));
  try {
    const config = modelIn(folder, name, model);
    const answers = promptsFor(prompts, seeded(model.seed));
    const whole = join(folder, "whole.json");
    writeAnswers(whole, answers);
    await work({ ...taskOf(config, folder, "whole"), answersFile: whole, mode: "whole", end: "close" });
    note(`${name}: ${prompts} uninterrupted answers are there`);

    const interrupted = join(folder, "interrupted.json");
    writeAnswers(interrupted, answers);
    const switches: Record<string, number> = {};
    let processes = 0;
    let open = prompts;
    while (open > 0) {
      const end = processes % 2 === 0 ? "kill" : "close";
      const task = taskOf(config, folder, "interrupted");
      const turns = prompts;
      const seed = model.seed * 1_000 + processes;
      const made = await work({ ...task, answersFile: interrupted, mode: "interrupted", end, turns, seed });
      for (const [what, count] of Object.entries(made)) switches[what] = (switches[what] ?? 0) + count;
      processes += 1;
      open = read(interrupted).filter(({ status }) => status === "open").length;
      note(`${name}: ${open} answers are open after ${processes} processes`);
    }
    return { model: name, processes, switches, ...compare(read(whole), read(interrupted)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const EXACTNESS_MODELS: readonly (readonly [string, RandomModel])[] = [
  ["tiny", TINY],
  ["small", SMALL],
];

const read = (file: string): Answer[] => JSON.parse(readFileSync(file, "utf8"));

const taskOf = (config: LocalModelConfig, folder: string, states: string) => ({
  config,
  statesFolder: join(folder, states),
  turns: Number.MAX_SAFE_INTEGER,
  seed: 1,
});

function compare(whole: readonly Answer[], interrupted: readonly Answer[]) {
  const same = whole.filter(
    ({ text, outputTokens }, index) =>
      interrupted[index]?.text === text && interrupted[index]?.outputTokens === outputTokens,
  );
  const interruptions = interrupted.map((answer) => answer.interruptions);
  return {
    prompts: whole.length,
    identical: same.length,
    fewestInterruptions: Math.min(...interruptions),
    interruptions: interruptions.reduce((sum, count) => sum + count, 0),
  };
}

/** Runs a worker to its end; one that is to be killed is, once it has said what it did. */
async function work(task: WorkerTask): Promise<Readonly<Record<string, number>>> {
  const child = spawn(process.execPath, [WORKER, JSON.stringify(task)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const line = await Promise.race([once(lines, "line"), exited.then(() => null)]);
  if (line === null) throw new Error(`A worker ended with code ${child.exitCode} before it was done`);
  if (task.end === "kill") {
    await new Promise((resolve) => setTimeout(resolve, KILL_AFTER_MS));
    child.kill("SIGKILL");
  }
  await exited;
  return JSON.parse(String(line[0]));
}
