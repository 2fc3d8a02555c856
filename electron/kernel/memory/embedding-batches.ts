import type { KernelErrorData } from "../../../shared/errors.ts";
import {
  EMBEDDING_BATCH_CHARACTERS,
  EMBEDDING_BATCH_TEXTS,
  EMBEDDING_CHARACTERS,
  EMBEDDING_LEAST_CHARACTERS,
  EMBEDDING_SKIPPED,
} from "../limits-recall.ts";
import type { EmbeddingSource } from "../ports.ts";
import type { Embedded } from "./embedding-calls.ts";

export type BatchStep =
  | { readonly type: "nothing" }
  /** `texts` are those that now have vectors, or are passed over. */
  | { readonly type: "done"; readonly texts: number; readonly dimensions: number | null }
  | { readonly type: "failed"; readonly error: KernelErrorData };

type Text = { readonly key: string; readonly text: string };

/**
 * Embeds pending texts with one model, batch by batch. Texts that the model finds too long are cut shorter, all of
 * them from then on; one that it refuses whatever its length is passed over for as long as the program runs.
 */
export class EmbeddingBatches {
  readonly #model: string;
  readonly #embed: (texts: readonly string[]) => Promise<Embedded>;
  readonly #skipped = new Map<EmbeddingSource, Set<string>>();
  /** Characters of one text that the model was seen to take. */
  #characters = EMBEDDING_CHARACTERS;
  /** Texts of one call: one by one after a refusal that no cut mended, until the bad one is found. */
  #texts = EMBEDDING_BATCH_TEXTS;

  constructor(model: string, embed: (texts: readonly string[]) => Promise<Embedded>) {
    this.#model = model;
    this.#embed = embed;
  }

  /** Texts that are passed over. */
  get skipped(): number {
    return [...this.#skipped.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** The next batch of the first source that has one. Rejects as sources do. */
  async next(sources: readonly EmbeddingSource[]): Promise<BatchStep> {
    for (const source of sources) {
      const skipped = this.#skipped.get(source);
      const limit = EMBEDDING_BATCH_TEXTS + (skipped?.size ?? 0);
      const pending = await source.pendingEmbeddings(this.#model, limit);
      const batch = this.#batchOf(pending.filter(({ key }) => !skipped?.has(key)));
      if (batch.length > 0) return this.#embedBatch(source, batch);
    }
    return { type: "nothing" };
  }

  async #embedBatch(source: EmbeddingSource, batch: readonly Text[]): Promise<BatchStep> {
    const made = await this.#embed(batch.map(({ text }) => text));
    if (made.type === "failed") return this.#afterRefusal(source, batch, made.error);
    const vectors = batch.flatMap(({ key }, index) => {
      const vector = made.vectors[index];
      return vector ? [{ key, vector }] : [];
    });
    await source.saveEmbeddings(this.#model, vectors);
    this.#texts = EMBEDDING_BATCH_TEXTS;
    return { type: "done", texts: batch.length, dimensions: made.vectors[0]?.length ?? null };
  }

  #afterRefusal(source: EmbeddingSource, batch: readonly Text[], error: KernelErrorData): BatchStep {
    if (error.code !== "context-too-long" && error.code !== "model-bad-request") {
      return { type: "failed", error };
    }
    const again = { type: "done", texts: 0, dimensions: null } as const;
    const longest = Math.max(...batch.map(({ text }) => text.length));
    if (longest > EMBEDDING_LEAST_CHARACTERS) {
      this.#characters = Math.max(EMBEDDING_LEAST_CHARACTERS, Math.floor(longest / 2));
      return again;
    }
    if (batch.length > 1) {
      this.#texts = 1;
      return again;
    }
    // A model that refuses so many texts refuses all.
    if (this.skipped >= EMBEDDING_SKIPPED) return { type: "failed", error };
    const skipped = this.#skipped.get(source) ?? new Set();
    for (const { key } of batch) skipped.add(key);
    this.#skipped.set(source, skipped);
    return again;
  }

  /** As many of the first as one call takes, each cut to what the model reads. */
  #batchOf(pending: readonly Text[]): readonly Text[] {
    const batch: Text[] = [];
    let characters = 0;
    for (const { key, text } of pending.slice(0, this.#texts)) {
      const cut = text.slice(0, this.#characters).toWellFormed();
      if (batch.length > 0 && characters + cut.length > EMBEDDING_BATCH_CHARACTERS) break;
      characters += cut.length;
      batch.push({ key, text: cut });
    }
    return batch;
  }
}
