import type { EmbeddingSource } from "../ports.ts";

/** Fake: texts in memory that want vectors, by key; the vectors by model and key. */
export class EmbeddingTexts implements EmbeddingSource {
  readonly texts = new Map<string, string>();
  readonly vectors = new Map<string, Map<string, Float32Array>>();
  /** Set for a disk that fails. */
  problem: Error | null = null;

  of(model: string): Map<string, Float32Array> {
    const vectors = this.vectors.get(model) ?? new Map<string, Float32Array>();
    this.vectors.set(model, vectors);
    return vectors;
  }

  async pendingEmbeddings(model: string, limit: number) {
    if (this.problem) throw this.problem;
    const made = this.of(model);
    return [...this.texts]
      .filter(([key]) => !made.has(key))
      .slice(0, limit)
      .map(([key, text]) => ({ key, text }));
  }

  async saveEmbeddings(
    model: string,
    saved: readonly { readonly key: string; readonly vector: Float32Array }[],
  ): Promise<void> {
    for (const { key, vector } of saved) if (this.texts.has(key)) this.of(model).set(key, vector);
  }

  async embeddingCounts(model: string) {
    return { done: this.of(model).size, total: this.texts.size };
  }

  async keepEmbeddings(model: string): Promise<void> {
    for (const other of this.vectors.keys()) if (other !== model) this.vectors.delete(other);
  }
}
