import { Worker } from "node:worker_threads";
import type { Clock } from "../../../kernel/ports.ts";
import type { Encoding } from "./encodings.ts";
import type { CountReply, CountRequest } from "./tokenizer-worker.ts";

/** Most time of one count, with that of loading the table. A context of a million characters takes some 300 ms. */
const LIMIT_MS = 5_000;

/**
 * Counts tokens on a thread of its own: loading the table of an encoding takes longer than the kernel may stand
 * still, and a text that takes for ever can be given up. Starts with the first count.
 */
export class TokenizerThread {
  #worker: Worker | null = null;
  #ids = 0;
  readonly #waiting = new Map<number, (counts: readonly number[] | null) => void>();

  /** Tokens of each text; null when they could not be counted in time. Never rejects. */
  async count(
    encoding: Encoding,
    texts: readonly string[],
    clock: Clock,
    limitMs = LIMIT_MS,
  ): Promise<readonly number[] | null> {
    const worker = this.#start();
    this.#ids += 1;
    const id = this.#ids;
    const answer = new Promise<readonly number[] | null>((resolve) => this.#waiting.set(id, resolve));
    const disarm = clock.after(limitMs, () => this.#end());
    worker.ref();
    worker.postMessage({ id, encoding, texts } satisfies CountRequest);
    const counts = await answer;
    disarm();
    this.#waiting.delete(id);
    // A thread with nothing to do must not keep the process from ending.
    if (this.#waiting.size === 0) this.#worker?.unref();
    return counts;
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    // A bundle keeps the thread's file beside itself, as JavaScript.
    const name = import.meta.url.endsWith(".ts") ? "tokenizer-worker.ts" : "tokenizer-worker.js";
    const worker = new Worker(new URL(`./${name}`, import.meta.url));
    worker.on("message", ({ id, counts }: CountReply) => this.#waiting.get(id)?.(counts));
    worker.on("error", () => this.#end());
    this.#worker = worker;
    return worker;
  }

  #end(): void {
    void this.#worker?.terminate();
    this.#worker = null;
    for (const resolve of this.#waiting.values()) resolve(null);
  }
}
