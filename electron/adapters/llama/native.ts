import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import { KernelError } from "../../../shared/errors.ts";
import type { EmbeddingModel } from "./embeddings.ts";

/** Where the model stands in a grammar. Sampling a token moves it on. */
export interface NativeGrammarState {
  clone(): NativeGrammarState;
}

/** One of the places of a context: it holds the key-value state of one row of tokens. */
export interface NativeSequence {
  /** The tokens whose state it holds; a copy. */
  readonly contextTokens: number[];
  /** Its model cannot forget the end of a row alone, as recurrent ones. */
  readonly needsCheckpoints: boolean;
  /** Yields one token a step. The last one yielded is not in the state yet. */
  evaluate(
    tokens: readonly number[],
    options: {
      readonly temperature: 0;
      readonly yieldEogToken: true;
      readonly grammarEvaluationState: () => NativeGrammarState | undefined;
    },
  ): AsyncGenerator<number, void, undefined>;
  evaluateWithoutGeneratingNewTokens(tokens: readonly number[]): Promise<void>;
  /** `end` is excluded. */
  eraseContextTokenRanges(ranges: readonly { readonly start: number; readonly end: number }[]): Promise<void>;
  saveStateToFile(file: string): Promise<{ readonly fileSize: number }>;
  loadStateFromFile(file: string, options: { readonly acceptRisk: true }): Promise<void>;
  dispose(): Promise<void>;
}

export interface NativeContext {
  /** Tokens that one sequence takes. */
  readonly contextSize: number;
  getSequence(): NativeSequence;
  dispose(): Promise<void>;
}

export interface NativeContextOptions {
  readonly sequences: number;
  /** Tokens of each sequence. */
  readonly contextSize: number;
  readonly threads: number;
  readonly flashAttention: boolean;
  /** Whole state even for models with a sliding window, so that a row's end can be forgotten. */
  readonly swaFullCache: true;
}

export interface NativeModel extends EmbeddingModel {
  readonly tokens: {
    readonly bos: number | null;
    readonly bosString: string | null;
    readonly eosString: string | null;
    readonly shouldPrependBosToken: boolean;
  };
  readonly fileInfo: { readonly metadata: unknown };
  /** `trimLeadingSpace`: the text goes on from another, so no space is put before it. */
  tokenize(text: string, specialTokens?: boolean, options?: "trimLeadingSpace"): number[];
  /** `lastTokens` came before and decide about a space in between. */
  detokenize(tokens: readonly number[], specialTokens?: boolean, lastTokens?: readonly number[]): string;
  isEogToken(token: number): boolean;
  createContext(options: NativeContextOptions): Promise<NativeContext>;
  dispose(): Promise<void>;
}

export interface NativeLlama {
  readonly llamaCppRelease: { readonly release: string };
  loadModel(options: {
    readonly modelPath: string;
    readonly onLoadProgress?: (fraction: number) => void;
    readonly vocabOnly?: boolean;
  }): Promise<NativeModel>;
  createGrammar(options: { readonly grammar: string }): Promise<unknown>;
  dispose(): Promise<void>;
}

/** The engine's module, as far as it is used here. */
export interface NativeModule {
  getLlama(options: {
    readonly build: "never";
    readonly gpu: false;
    readonly skipDownload: true;
    readonly progressLogs: false;
    readonly maxThreads: number;
    readonly logger: () => void;
  }): Promise<NativeLlama>;
  readonly LlamaGrammarEvaluationState: new (options: {
    readonly model: NativeModel;
    readonly grammar: unknown;
  }) => NativeGrammarState;
}

/** An opened engine. Every one that was opened is closed once. */
export interface Engine {
  readonly module: NativeModule;
  readonly llama: NativeLlama;
  close(): Promise<void>;
}

interface Shared {
  readonly opened: Promise<{ readonly module: NativeModule; readonly llama: NativeLlama }>;
  users: number;
}

/** Opening takes half a second and gives the same to all, so models of one process share it. */
const shared = new Map<string, Shared>();

/** Opens the engine. `entry` is the path of its module, null where the add-on is missing. Throws `addon-missing`. */
export async function openEngine(entry: string | null): Promise<Engine> {
  if (entry === null) throw missing("The engine for model files is not installed.");
  const use = shared.get(entry) ?? { opened: open(entry), users: 0 };
  shared.set(entry, use);
  use.users += 1;
  const leave = (): boolean => {
    use.users -= 1;
    if (use.users > 0) return false;
    if (shared.get(entry) === use) shared.delete(entry);
    return true;
  };
  try {
    const { module, llama } = await use.opened;
    return {
      module,
      llama,
      close: async () => {
        if (leave()) await llama.dispose();
      },
    };
  } catch (thrown) {
    leave();
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    throw missing(`The engine for model files does not start on this machine: ${message}`);
  }
}

async function open(entry: string): Promise<{ module: NativeModule; llama: NativeLlama }> {
  const module = (await import(/* @vite-ignore */ pathToFileURL(entry).href)) as NativeModule;
  const llama = await module.getLlama({
    build: "never",
    gpu: false,
    skipDownload: true,
    progressLogs: false,
    maxThreads: availableParallelism(),
    logger: () => {},
  });
  return { module, llama };
}

const missing = (message: string): KernelError =>
  new KernelError("addon-missing", message, { hint: "Add it in Models, or run npm run addon:llama" });
