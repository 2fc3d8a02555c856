import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type RandomModel,
  SMALL,
  TINY,
  writeRandomModel,
} from "../../electron/adapters/llama/testing/random-model.ts";

const made = new Set<string>();

/** Reads and writes some hundred tokens a second: an answer takes seconds, and its state is sooner loaded than made. */
export const UNHURRIED: RandomModel = {
  ...SMALL,
  layers: 6,
  embedding: 384,
  heads: 12,
  kvHeads: 1,
  feedForward: 1_536,
};

export { TINY };

/** A model file with random weights, in a folder of its own. The same bytes for the same model. */
export function makeModelFile(model: RandomModel, name = "random.gguf"): string {
  const folder = mkdtempSync(join(tmpdir(), "aios-model-"));
  made.add(folder);
  const file = join(folder, name);
  writeRandomModel(file, model);
  return file;
}

export function removeModelFiles(): void {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
  made.clear();
}

/** Key-value states that lie in a data folder. */
export const stateFiles = (dataFolder: string): readonly string[] =>
  readdirSync(dataFolder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".state"))
    .map((path) => join(dataFolder, path));
