import { DEFAULT_PRIORITY } from "../../../shared/settings.ts";
import {
  QUERY_CHARACTERS,
  QUERY_VECTOR_MS,
  QUERY_VECTORS_KEPT,
  QUERY_VECTORS_MADE,
} from "../limits-recall.ts";
import type { Clock, QueryVector } from "../ports.ts";
import type { SyscallPath } from "../syscall-path.ts";
import { embedByCall } from "./embedding-calls.ts";

export interface QueryVectorsOptions {
  readonly clock: Clock;
  readonly path: () => Pick<SyscallPath, "submit">;
}

/**
 * Vectors of what is searched for. Somebody waits for them, but not long: a search goes on by words, and what comes
 * too late is there for the next one. The last ones used are kept.
 */
export class QueryVectors {
  readonly #options: QueryVectorsOptions;
  /** In order of use, the latest last. */
  readonly #kept = new Map<string, QueryVector>();
  readonly #made = new Map<string, Promise<QueryVector | null>>();

  constructor(options: QueryVectorsOptions) {
    this.#options = options;
  }

  /** null when there is none within QUERY_VECTOR_MS. Never rejects. */
  async of(model: string, query: string): Promise<QueryVector | null> {
    const text = query.slice(0, QUERY_CHARACTERS).trim();
    if (text === "") return null;
    const key = `${model}\n${text}`;
    const kept = this.#kept.get(key);
    if (kept) {
      this.#keep(key, kept);
      return kept;
    }
    const underWay = this.#made.get(key);
    if (!underWay && this.#made.size >= QUERY_VECTORS_MADE) return null;
    return this.#inTime(underWay ?? this.#make(key, model, text));
  }

  #make(key: string, model: string, text: string): Promise<QueryVector | null> {
    const making = embedByCall(this.#options.path(), model, [text], DEFAULT_PRIORITY).then((made) => {
      this.#made.delete(key);
      const vector = made.type === "vectors" ? made.vectors[0] : undefined;
      if (!vector) return null;
      const result = { model, vector };
      this.#keep(key, result);
      return result;
    });
    this.#made.set(key, making);
    return making;
  }

  #keep(key: string, vector: QueryVector): void {
    this.#kept.delete(key);
    this.#kept.set(key, vector);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= QUERY_VECTORS_KEPT) return;
      this.#kept.delete(oldest);
    }
  }

  #inTime(making: Promise<QueryVector | null>): Promise<QueryVector | null> {
    return new Promise((resolve) => {
      const stopTimer = this.#options.clock.after(QUERY_VECTOR_MS, () => resolve(null));
      void making.then((vector) => {
        stopTimer();
        resolve(vector);
      });
    });
  }
}
