import { KernelError } from "../../../shared/errors.ts";
import type { Clock } from "../../kernel/ports.ts";

/** The part of the engine's model that makes embeddings. */
export interface EmbeddingModel {
  createEmbeddingContext(options: EmbeddingContextOptions): Promise<EmbeddingContext>;
}

export interface EmbeddingContextOptions {
  readonly contextSize: number;
  readonly batchSize: number;
  readonly threads: number;
}

export interface EmbeddingContext {
  calculateInputLength(text: string): number;
  getEmbeddingFor(text: string): Promise<{ readonly vector: readonly number[] }>;
  dispose(): Promise<void>;
}

export interface EmbeddingsOptions {
  readonly clock: Pick<Clock, "after">;
  /** Longest text in tokens; what is longer is cut. It costs memory while the context is there. */
  readonly contextTokens: number;
  readonly threads: number;
  /** How long the context is kept after its last use, in ms. 60,000 when absent. */
  readonly idleMs?: number;
}

/** Makes vectors of texts with a loaded model. */
export interface Embeddings {
  /**
   * One vector of length 1 for each text, all with as many numbers; the same text gives the same vector. An empty text
   * gives zeros. One text is embedded at a time, whoever asks; the signal is looked at in between. Throws `cancelled`,
   * `model-server-error`.
   */
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]>;
  /** Frees the context when the text at hand is done; what waits is rejected with `cancelled`. Never rejects. */
  close(): Promise<void>;
}

const IDLE_MS = 60_000;
/** Text beyond this is not even counted. */
const MOST_CHARACTERS_PER_TOKEN = 32;

/** The context is made by the first text and freed when idle. The model stays its owner's. */
export function createEmbeddings(model: EmbeddingModel, options: EmbeddingsOptions): Embeddings {
  return new ModelEmbeddings(model, options);
}

class ModelEmbeddings implements Embeddings {
  readonly #model: EmbeddingModel;
  readonly #options: EmbeddingsOptions;
  readonly #closed = new AbortController();
  #context: EmbeddingContext | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #stopIdling: () => void = () => {};

  constructor(model: EmbeddingModel, options: EmbeddingsOptions) {
    this.#model = model;
    this.#options = options;
  }

  async embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]> {
    const either = AbortSignal.any([signal, this.#closed.signal]);
    const vectors: Float32Array[] = [];
    for (const text of texts) {
      vectors.push(await this.#inTurn(() => this.#embedOne(text, either), either));
    }
    const length = vectors.reduce((longest, vector) => Math.max(longest, vector.length), 0);
    return vectors.map((vector) => (vector.length === length ? vector : new Float32Array(length)));
  }

  async close(): Promise<void> {
    this.#closed.abort();
    this.#stopIdling();
    await this.#last;
    await this.#free();
  }

  /** One after the other, over all callers. */
  async #inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (signal.aborted) throw cancelled();
    this.#stopIdling();
    this.#waiting += 1;
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0 && !this.#closed.signal.aborted) this.#idle();
    }
  }

  #idle(): void {
    this.#stopIdling = this.#options.clock.after(this.#options.idleMs ?? IDLE_MS, () => {
      this.#last = this.#last.then(() => this.#free());
    });
  }

  async #embedOne(text: string, signal: AbortSignal): Promise<Float32Array> {
    if (signal.aborted) throw cancelled();
    if (text === "") return new Float32Array();
    try {
      const { contextTokens, threads } = this.#options;
      const sizes = { contextSize: contextTokens, batchSize: contextTokens, threads };
      this.#context ??= await this.#model.createEmbeddingContext(sizes);
      const { vector } = await this.#context.getEmbeddingFor(fitting(this.#context, text, contextTokens));
      return normalised(vector);
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      throw new KernelError("model-server-error", `The model file gave no embedding: ${message}`, {
        hint: "Choose a model made for embeddings, or free memory by unloading another model.",
      });
    }
  }

  async #free(): Promise<void> {
    const context = this.#context;
    this.#context = null;
    await context?.dispose().catch(() => {});
  }
}

/** The longest beginning of the text that the context takes, found by halving. */
function fitting(context: EmbeddingContext, text: string, contextTokens: number): string {
  const beginning = text.slice(0, contextTokens * MOST_CHARACTERS_PER_TOKEN);
  if (context.calculateInputLength(beginning) < contextTokens) return beginning;
  let [fits, tooLong] = [0, beginning.length];
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (context.calculateInputLength(text.slice(0, middle)) < contextTokens) fits = middle;
    else tooLong = middle;
  }
  return text.slice(0, fits).replace(/[\ud800-\udbff]$/, "");
}

function normalised(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector);
  return Float32Array.from(vector, (number) => (length > 0 ? number / length : 0));
}

const cancelled = (): KernelError => new KernelError("cancelled", "The embedding was cancelled.");
