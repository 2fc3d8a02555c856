import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { KernelError } from "../../../shared/errors.ts";
import type { MemoryStore, MemoryWrite } from "../../kernel/memory-ports.ts";
import type { MemoryReply, MemoryRequest, MemoryWorkerData } from "./memory-protocol.ts";
import type { DiskMethod } from "./memory-tables.ts";
import { type CallPart, packParts } from "./packed-writes.ts";

/** Changes handed over in one go: about 2 ms of the event loop. */
const CHANGES_AT_ONCE = 250;

/** The thread on which memory is kept, and who waits for what of it. */
export class MemoryThread {
  readonly #file: string;
  readonly #worker: Worker;
  readonly #opened = Promise.withResolvers<void>();
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #ids = 0;
  readonly #unsent: { readonly id: number; readonly changes: readonly MemoryWrite[] }[] = [];
  #handingOver: Promise<void> | null = null;
  #failure: KernelError | null = null;

  constructor(data: MemoryWorkerData) {
    this.#file = data.file;
    // A bundle keeps the worker beside itself, as JavaScript.
    const name = import.meta.url.endsWith(".ts") ? "memory-worker.ts" : "memory-worker.js";
    this.#worker = new Worker(new URL(`./${name}`, import.meta.url), { workerData: data });
    this.#worker.on("message", (reply: MemoryReply) => this.#take(reply));
    this.#worker.on("error", (error) => this.#fail(error.message));
    this.#worker.on("exit", (code) => this.#fail(`exit code ${code}`));
  }

  /** Rejects with `database-damaged` or `storage-failed` when the file cannot be opened. */
  opened(): Promise<void> {
    return this.#opened.promise;
  }

  write(changes: readonly MemoryWrite[]): Promise<void> {
    const { id, promise } = this.#await();
    this.#unsent.push({ id, changes });
    this.#handingOver ??= this.#handOver();
    return promise as Promise<void>;
  }

  ask<Method extends DiskMethod>(
    method: Method,
    ...args: Parameters<MemoryStore[Method]>
  ): ReturnType<MemoryStore[Method]> {
    const { id, promise } = this.#await();
    this.#post({ type: "ask", id, method, args } as MemoryRequest);
    return promise as ReturnType<MemoryStore[Method]>;
  }

  /** When everything that was written is on disk. */
  async close(): Promise<void> {
    while (this.#handingOver !== null) await this.#handingOver;
    // A thread that has ended says so once only: there is nothing more to wait for.
    if (this.#failure !== null) return;
    const exit = once(this.#worker, "exit").catch(() => {});
    this.#post({ type: "close" });
    await exit;
  }

  /** Ends the thread as a fault would. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  #await(): { readonly id: number; readonly promise: Promise<unknown> } {
    const call = Promise.withResolvers<unknown>();
    this.#ids += 1;
    if (this.#failure === null) this.#waiting.set(this.#ids, call);
    else call.reject(this.#failure);
    return { id: this.#ids, promise: call.promise };
  }

  #post(request: MemoryRequest): void {
    if (this.#failure === null) this.#worker.postMessage(request);
  }

  /** In the order of the calls: what is called in one turn together, and what is much in several. */
  async #handOver(): Promise<void> {
    await Promise.resolve();
    for (;;) {
      const parts = packParts(this.#nextParts());
      const more = this.#unsent.length > 0 ? "yes" : "no";
      this.#post({ type: "write", parts, more });
      if (more === "no") break;
      await setImmediate();
    }
    this.#handingOver = null;
  }

  #nextParts(): readonly CallPart[] {
    const parts: CallPart[] = [];
    for (let room = CHANGES_AT_ONCE; room > 0; ) {
      const call = this.#unsent.shift();
      if (call === undefined) break;
      const { id, changes } = call;
      if (changes.length > room) this.#unsent.unshift({ id, changes: changes.slice(room) });
      parts.push({ id, changes: changes.slice(0, room), more: changes.length > room ? "yes" : "no" });
      room -= changes.length;
    }
    return parts;
  }

  #take(reply: MemoryReply): void {
    switch (reply.type) {
      case "opened":
        this.#opened.resolve();
        return;
      case "not-opened":
        this.#opened.reject(KernelError.from(reply.error));
        return;
      case "answered":
        if (reply.outcome.type === "done") this.#taken(reply.id)?.resolve(reply.outcome.answer);
        else this.#taken(reply.id)?.reject(KernelError.from(reply.outcome.error));
        return;
      case "written":
        for (const id of reply.kept) this.#taken(id)?.resolve(null);
        for (const { id, error } of reply.refused) this.#taken(id)?.reject(KernelError.from(error));
        return;
      default:
        reply satisfies never;
    }
  }

  #taken(id: number): PromiseWithResolvers<unknown> | undefined {
    const call = this.#waiting.get(id);
    this.#waiting.delete(id);
    return call;
  }

  #fail(reason: string): void {
    this.#failure ??= new KernelError(
      "storage-failed",
      `The thread that keeps ${this.#file} has ended: ${reason}`,
      { hint: "Start the program again: what was acknowledged is on disk" },
    );
    this.#opened.reject(this.#failure);
    for (const call of this.#waiting.values()) call.reject(this.#failure);
    this.#waiting.clear();
  }
}
