import { Worker } from "node:worker_threads";
import { KernelError } from "../../../shared/errors.ts";
import type { CalculationReply, CalculationRequest } from "./calculator-worker.ts";

/**
 * Formulas on a thread of their own: loading the library takes a tenth of a second, in which the kernel must not
 * stand still, and a thread can be ended in the middle of a formula. Starts with the first formula.
 */
export class CalculatorThread {
  #worker: Worker | null = null;
  #ids = 0;
  readonly #waiting = new Map<number, PromiseWithResolvers<string>>();

  /** The value of a formula as text. Rejects with `tool-failed`, or `cancelled` when `signal` aborts. */
  async calculate(expression: string, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const worker = this.#start();
    this.#ids += 1;
    const id = this.#ids;
    const answer = Promise.withResolvers<string>();
    this.#waiting.set(id, answer);
    // A formula that has begun cannot be broken off alone; the others on the thread are asked again by their agents.
    const stop = (): void => this.#end(new KernelError("cancelled", "The calculation was broken off"));
    signal.addEventListener("abort", stop, { once: true });
    worker.ref();
    worker.postMessage({ id, expression } satisfies CalculationRequest);
    try {
      return await answer.promise;
    } finally {
      signal.removeEventListener("abort", stop);
      // A thread with nothing to do must not keep the process from ending.
      if (this.#waiting.size === 0) this.#worker?.unref();
    }
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    // A bundle keeps the thread's file beside itself, as JavaScript.
    const name = import.meta.url.endsWith(".ts") ? "calculator-worker.ts" : "calculator-worker.js";
    const worker = new Worker(new URL(`./${name}`, import.meta.url));
    worker.on("message", (reply: CalculationReply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (reply.ok) waiting?.resolve(reply.value);
      else waiting?.reject(KernelError.from(reply.error));
    });
    worker.on("error", (error) =>
      this.#end(new KernelError("tool-failed", `The calculator broke: ${error.message}`)),
    );
    this.#worker = worker;
    return worker;
  }

  #end(reason: KernelError): void {
    void this.#worker?.terminate();
    this.#worker = null;
    for (const waiting of this.#waiting.values()) waiting.reject(reason);
    this.#waiting.clear();
  }
}
