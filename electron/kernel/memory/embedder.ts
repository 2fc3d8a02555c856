import { type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import type { KernelEvent } from "../../../shared/events.ts";
import type { MeaningStatus } from "../../../shared/memory.ts";
import type { Settings } from "../../../shared/settings.ts";
import type { CoreRegistry } from "../cores/core-registry.ts";
import { type EmbeddingModel, embeddingModelOf } from "../cores/embedding-model.ts";
import type { EventLog } from "../events/event-log.ts";
import {
  EMBEDDING_BACKOFF_FIRST_MS,
  EMBEDDING_BACKOFF_LONGEST_MS,
  EMBEDDING_BATCH_TEXTS,
  EMBEDDING_PRIORITY,
  EMBEDDING_PROGRESS_MS,
} from "../limits-recall.ts";
import type { Clock, EmbeddingSource, QueryVector } from "../ports.ts";
import type { SyscallPath } from "../syscall-path.ts";
import { EmbeddingBatches } from "./embedding-batches.ts";
import { embedByCall } from "./embedding-calls.ts";
import { QueryVectors } from "./query-vectors.ts";

export interface EmbedderOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly path: () => Pick<SyscallPath, "submit">;
  readonly cores: Pick<CoreRegistry, "serving">;
  readonly settings: () => Pick<Settings, "embeddingModel">;
}

/** How far all sources are. */
interface Counts {
  readonly done: number;
  readonly total: number;
}

/**
 * Embeds what sources hold, in the background and one batch after the other, by calls in the model queue that go
 * after everybody else's. Another model begins anew; the vectors of the one before go when it is done. What fails is
 * tried again after a pause that grows. Says how far it is by `memory.meaning`.
 */
export class Embedder {
  readonly #options: EmbedderOptions;
  readonly #queries: QueryVectors;
  #sources: readonly EmbeddingSource[] = [];
  #status: MeaningStatus;
  #announcedAt = Number.NEGATIVE_INFINITY;
  /** Something may have come since the last look. */
  #look: "wanted" | "done" = "done";
  #phase: "shut" | "idle" | "working" | "pausing" | "closed" = "shut";
  #endPause: () => void = () => {};
  #failures = 0;
  /** The model at work, or the last one. */
  #model: string | null = null;
  #batches: EmbeddingBatches;
  #dimensions = 0;

  constructor(options: EmbedderOptions) {
    this.#options = options;
    this.#queries = new QueryVectors(options);
    this.#status = options.log.state().meaning;
    this.#batches = this.#newBatches("");
  }

  get status(): MeaningStatus {
    return this.#status;
  }

  /** Begins: the cores and the sources are there. */
  open(sources: readonly EmbeddingSource[]): void {
    if (this.#phase !== "shut") return;
    this.#sources = sources;
    this.#phase = "idle";
    this.poke();
  }

  /** Looks again when cores or settings change: another model ends a pause, and is looked at, at once. */
  apply({ type }: KernelEvent): void {
    const bears =
      type === "core.added" ||
      type === "core.changed" ||
      type === "core.removed" ||
      type === "settings.changed";
    if (bears && this.#phase !== "shut" && this.#phase !== "closed") this.#modelsChanged();
  }

  /** Sources have new texts, or may have. During a pause after a failure it waits for its end. */
  poke(): void {
    this.#look = "wanted";
    if (this.#phase !== "idle") return;
    this.#phase = "working";
    void this.#work();
  }

  /** The vector of a search; null where there is no model, it fails at present, or it takes too long. */
  async vectorOf(query: string): Promise<QueryVector | null> {
    const chosen = this.#chosen();
    if (chosen.type === "none" || (this.#phase !== "idle" && this.#phase !== "working")) return null;
    return this.#queries.of(chosen.model, query);
  }

  /** Begins nothing more. A call under way is ended with the kernel's others. */
  close(): void {
    this.#endPause();
    this.#phase = "closed";
  }

  #modelsChanged(): void {
    const chosen = this.#chosen();
    const isSame = chosen.type === "model" ? chosen.model === this.#model : this.#model === null;
    const isTold = chosen.type === "model" || isEqual(this.#status, wordsOnly(chosen.reason));
    if (isSame && isTold) return;
    if (this.#phase === "pausing") {
      this.#endPause();
      this.#phase = "idle";
    }
    this.#failures = 0;
    this.poke();
  }

  #chosen(): EmbeddingModel {
    const cores = this.#options.cores.serving(null).map(({ info }) => info);
    return embeddingModelOf(cores, this.#options.settings().embeddingModel);
  }

  async #work(): Promise<void> {
    while (this.#look === "wanted" && this.#phase === "working") {
      this.#look = "done";
      const chosen = this.#chosen();
      if (chosen.type === "none") {
        this.#model = null;
        this.#announce(wordsOnly(chosen.reason), "now");
        continue;
      }
      if (chosen.model !== this.#model) {
        this.#model = chosen.model;
        this.#batches = this.#newBatches(chosen.model);
        this.#dimensions = this.#knownDimensions(chosen.model);
      }
      try {
        const problem = await this.#embedAll(chosen.model);
        if (problem) this.#pause(problem);
      } catch (thrown) {
        this.#pause(toErrorData(thrown));
      }
    }
    if (this.#phase === "working") this.#phase = "idle";
  }

  /** Until all is done or the model is another; what went wrong, or null. Rejects as sources do. */
  async #embedAll(model: string): Promise<KernelErrorData | null> {
    let counts = await this.#counts(model);
    while (this.#phase === "working") {
      const missing = counts.total - counts.done - this.#batches.skipped;
      // A text or two that came just now are no news.
      const isNews = missing > EMBEDDING_BATCH_TEXTS || !isOf(this.#status, model);
      if (missing > 0 && isNews) this.#announce({ type: "indexing", model, ...counts }, "in-time");
      const step = await this.#batches.next(this.#sources);
      const chosen = this.#chosen();
      if (chosen.type === "none" || chosen.model !== model) {
        this.#look = "wanted";
        return null;
      }
      if (step.type === "failed") return step.error;
      if (step.type === "nothing") break;
      this.#failures = 0;
      this.#dimensions = step.dimensions ?? this.#dimensions;
      counts = { total: Math.max(counts.total, counts.done + step.texts), done: counts.done + step.texts };
    }
    if (this.#phase === "working") await this.#ready(model);
    return null;
  }

  async #ready(model: string): Promise<void> {
    this.#failures = 0;
    for (const source of this.#sources) await source.keepEmbeddings(model);
    this.#announce({ type: "ready", model, dimensions: this.#dimensions }, "now");
  }

  /** Words alone until the pause is over: then everything is looked at again. */
  #pause({ message }: KernelErrorData): void {
    if (this.#phase !== "working") return;
    this.#announce(wordsOnly(`${this.#model ?? "The model"} makes no embeddings now: ${message}`), "now");
    const delay = Math.min(
      EMBEDDING_BACKOFF_LONGEST_MS,
      EMBEDDING_BACKOFF_FIRST_MS * 2 ** Math.min(this.#failures, 20),
    );
    this.#failures += 1;
    this.#phase = "pausing";
    this.#endPause = this.#options.clock.after(delay, () => {
      if (this.#phase !== "pausing") return;
      this.#phase = "idle";
      this.poke();
    });
  }

  async #counts(model: string): Promise<Counts> {
    const all = await Promise.all(this.#sources.map((source) => source.embeddingCounts(model)));
    return {
      done: all.reduce((sum, { done }) => sum + done, 0),
      total: all.reduce((sum, { total }) => sum + total, 0),
    };
  }

  #announce(status: MeaningStatus, when: "now" | "in-time"): void {
    const now = this.#options.clock.mono();
    if (isEqual(this.#status, status)) return;
    const isProgress = this.#status.type === "indexing" && this.#status.type === status.type;
    if (when === "in-time" && isProgress && now - this.#announcedAt < EMBEDDING_PROGRESS_MS) return;
    this.#status = status;
    this.#announcedAt = now;
    this.#options.log.append({ type: "memory.meaning", status });
  }

  #knownDimensions(model: string): number {
    const before = this.#options.log.state().meaning;
    return before.type === "ready" && before.model === model ? before.dimensions : 0;
  }

  #newBatches(model: string): EmbeddingBatches {
    return new EmbeddingBatches(model, (texts) =>
      embedByCall(this.#options.path(), model, texts, EMBEDDING_PRIORITY),
    );
  }
}

const wordsOnly = (reason: string): MeaningStatus => ({ type: "words-only", reason });

const isOf = (status: MeaningStatus, model: string): boolean =>
  status.type === "ready" && status.model === model;

const isEqual = (a: MeaningStatus, b: MeaningStatus): boolean => JSON.stringify(a) === JSON.stringify(b);
