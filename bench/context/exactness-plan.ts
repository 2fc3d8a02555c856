import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RandomModel, writeRandomModel } from "../../electron/adapters/llama/testing/random-model.ts";
import { coreId } from "../../shared/ids.ts";
import type { LocalModelConfig } from "../../shared/local-models.ts";

/** Output tokens of each answer. */
export const ANSWER_TOKENS = 96;
/** Sequences of the core under test: far fewer than prompts, so that states are saved and dropped all the time. */
export const SLOTS = 2;

/** One answer as it stands between two processes. */
export interface Answer {
  readonly prompt: string;
  text: string;
  outputTokens: number;
  interruptions: number;
  status: "open" | "done";
}

/** What a worker process is given on its command line. */
export interface WorkerTask {
  readonly config: LocalModelConfig;
  readonly statesFolder: string;
  /** JSON of Answer[]: read at the start, written at the end. */
  readonly answersFile: string;
  /** `whole`: each answer in one go. `interrupted`: turns of random length, until so many have ended. */
  readonly mode: "whole" | "interrupted";
  readonly turns: number;
  readonly seed: number;
  /** `kill`: goes on after it has written the answers, until it is killed in the middle of a turn. */
  readonly end: "close" | "kill";
}

export const WORDS = [
  "river",
  "seven",
  "paint",
  "wonder",
  "Grüße",
  "table",
  "42",
  "north",
  "quick",
  "shadow",
  "数据",
  "lamp",
  "under",
  "signal",
  "green",
  "count",
  "plate",
  "rain",
  "😀",
  "window",
  "engine",
  "salt",
  "paper",
  "stone",
] as const;

/** Prompts of some 20 to 120 words, many with a common beginning. */
export function promptsFor(count: number, random: () => number): readonly Answer[] {
  return Array.from({ length: count }, (_, index) => {
    const words = Array.from(
      { length: 20 + Math.floor(random() * 100) },
      () => WORDS[Math.floor(random() * WORDS.length)] ?? "",
    );
    const prompt = `Task ${index}: ${words.join(" ")}`;
    return { prompt, text: "", outputTokens: 0, interruptions: 0, status: "open" };
  });
}

export function modelIn(folder: string, name: string, model: RandomModel): LocalModelConfig {
  const file = join(folder, `${name}.gguf`);
  writeRandomModel(file, model);
  return {
    type: "local",
    id: coreId(`local/${name}`),
    title: name,
    file,
    model: name,
    slots: SLOTS,
    contextTokens: 1_024,
    kvRamBytes: 0,
    kvDiskBytes: 1_000_000_000,
    threads: 1,
  };
}

export const writeAnswers = (file: string, answers: readonly Answer[]): void =>
  writeFileSync(file, JSON.stringify(answers));

/** A small generator of numbers in [0, 1), the same for a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
