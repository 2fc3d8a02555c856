import { pathToFileURL } from "node:url";
import { addOnEntry } from "../add-on-folder.ts";

/** As much of the engine as the tests beside this file use. The add-on's own types are there only if it is. */
export interface TestEngine {
  readonly llama: TestLlama;
}

export interface TestLlama {
  loadModel(options: { readonly modelPath: string }): Promise<TestModel>;
  createGrammarForJsonSchema(schema: object): Promise<unknown>;
}

export interface TestModel {
  readonly tokens: { readonly eot: number | null };
  readonly fileInfo: { readonly metadata: { readonly tokenizer?: { readonly chat_template?: string } } };
  tokenize(text: string, specialTokens?: boolean): number[];
  detokenize(tokens: readonly number[], specialTokens?: boolean): string;
  isEogToken(token: number): boolean;
  createContext(options: {
    readonly sequences: number;
    readonly contextSize: number;
    readonly threads: number;
  }): Promise<TestContext>;
  createEmbeddingContext(options?: object): Promise<{
    getEmbeddingFor(text: string): Promise<{ readonly vector: readonly number[] }>;
    dispose(): Promise<void>;
  }>;
  dispose(): Promise<void>;
}

export interface TestContext {
  getSequence(): {
    evaluate(tokens: readonly number[], options: object): AsyncIterable<number>;
    dispose(): void;
  };
  dispose(): Promise<void>;
}

/** The real engine on one thread of this machine's processor; null where the add-on is not installed. */
export async function openTestEngine(): Promise<TestEngine | null> {
  const entry = addOnEntry(process.cwd());
  if (entry === null) return null;
  const module = (await import(/* @vite-ignore */ pathToFileURL(entry).href)) as {
    getLlama(options: object): Promise<TestLlama>;
  };
  const llama = await module.getLlama({
    build: "never",
    gpu: false,
    skipDownload: true,
    maxThreads: 1,
    logLevel: "error",
  });
  return { llama };
}
