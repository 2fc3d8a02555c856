import { createHash } from "node:crypto";
import { open, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { KernelError } from "../../../shared/errors.ts";
import type { LocalModelConfig, ModelFileFacts } from "../../../shared/local-models.ts";
import type { Clock } from "../../kernel/ports.ts";
import { readModelFacts } from "./gguf-header.ts";
import {
  type Engine,
  type NativeContext,
  type NativeModel,
  type NativeModule,
  openEngine,
} from "./native.ts";
import { measureThreads } from "./thread-tuning.ts";

/** A model in memory with the one context that all its calls share. */
export interface LoadedModel {
  readonly module: NativeModule;
  readonly engine: Engine;
  readonly model: NativeModel;
  readonly context: NativeContext;
  readonly threads: number;
  readonly sequences: number;
  readonly facts: ModelFileFacts;
  /** Names the file's content: the same tokens mean the same to the same model alone. */
  readonly identity: string;
  /** Names the model and everything that a state file has to agree with. */
  readonly configuration: string;
  /** Frees everything. Never rejects. */
  dispose(): Promise<void>;
}

export interface LoadOptions {
  readonly clock: Clock;
  readonly entry: string | null;
  readonly slots: number;
  readonly kvRamBytes: number;
  /** 0 to 100. */
  readonly onPercent: (percent: number) => void;
}

/** Most sequences of one context: each costs memory also when nobody uses it. */
const MOST_SEQUENCES = 64;
/** Of the file, at its beginning, that goes into its identity beside size and time. */
const HEADER_BYTES = 64 * 1_024;
/**
 * What a state file has to agree with beside the number of sequences. Flash attention would read prompts a fifth
 * faster, but make answers a fifth slower.
 */
const KEPT_THE_SAME = { flashAttention: false, swaFullCache: true } as const;
/** Part of the progress that reading the file is; the rest is for the context and the measurement. */
const READING_PERCENT = 90;

/** Loads a model file. Throws `addon-missing`, and `model-file-unusable` for whatever is wrong with the file. */
export async function loadModel(config: LocalModelConfig, options: LoadOptions): Promise<LoadedModel> {
  const { facts, identity } = await lookAt(config.file);
  const engine = await openEngine(options.entry);
  let model: NativeModel | null = null;
  try {
    model = await engine.llama.loadModel({
      modelPath: config.file,
      onLoadProgress: (fraction) => options.onPercent(Math.floor(fraction * READING_PERCENT)),
    });
    const threads = config.threads ?? (await measureThreads(model, availableParallelism(), options.clock));
    const bytesEach = facts.kvBytesPerToken * config.contextTokens;
    const sequences = sequencesFor(options.kvRamBytes, bytesEach, options.slots);
    const context = await model.createContext({
      sequences,
      contextSize: config.contextTokens,
      threads,
      ...KEPT_THE_SAME,
    });
    const loaded = model;
    return {
      module: engine.module,
      engine,
      model,
      context,
      threads,
      sequences,
      facts,
      identity,
      configuration: hash(
        identity,
        engine.llama.llamaCppRelease.release,
        JSON.stringify({ sequences, ...KEPT_THE_SAME }),
      ),
      dispose: async () => {
        // Held here, since the engine waits for ever for a context that was collected before it was disposed of.
        await context.dispose().catch(() => {});
        await loaded.dispose().catch(() => {});
        await engine.close().catch(() => {});
      },
    };
  } catch (thrown) {
    await model?.dispose().catch(() => {});
    await engine.close().catch(() => {});
    throw unusable(config.file, thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** As many as the budget holds, but for every slot one. */
export function sequencesFor(budgetBytes: number, bytesEach: number, slots: number): number {
  const fitting = bytesEach > 0 ? Math.floor(budgetBytes / bytesEach) : MOST_SEQUENCES;
  return Math.max(slots, Math.min(fitting, MOST_SEQUENCES));
}

/** The header is read before the engine sees the file, which may end the process over a broken one. */
async function lookAt(file: string): Promise<{ readonly facts: ModelFileFacts; readonly identity: string }> {
  try {
    const facts = await readModelFacts(file);
    const { size, mtimeMs } = await stat(file);
    return { facts, identity: hash(`${size} ${mtimeMs}`, await beginningOf(file)) };
  } catch (thrown) {
    if (thrown instanceof KernelError && thrown.data.code === "model-file-unusable") throw thrown;
    throw unusable(file, thrown instanceof Error ? thrown.message : String(thrown));
  }
}

async function beginningOf(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function hash(...parts: readonly (string | Uint8Array)[]): string {
  const digest = createHash("sha256");
  for (const part of parts) digest.update(part).update("\0");
  return digest.digest("hex").slice(0, 32);
}

const unusable = (file: string, reason: string): KernelError =>
  new KernelError("model-file-unusable", `The model file ${basename(file)} cannot be used: ${reason}`, {
    hint: "Choose another file, or get this one again. A smaller window or fewer slots need less memory.",
  });
