import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { KernelError } from "../../shared/errors.ts";
import type { KernelEvent } from "../../shared/events.ts";
import type { Store } from "../kernel/ports.ts";
import { eventColumns, openSqliteStore } from "./sqlite-store.ts";
import type { StoreReply, StoreRequest } from "./store-worker.ts";

/**
 * The event log with its writing on a thread of its own: a commit waits for the disk, and the kernel must not.
 * Reads stay here, on a second connection, and see what was committed. Throws like `openSqliteStore`.
 */
export async function openWorkerStore(file: string): Promise<Store> {
  // Opened first: it makes or migrates the file and reports a damaged one.
  const reader = openSqliteStore(file);
  // A bundle keeps the worker beside itself, as JavaScript.
  const name = import.meta.url.endsWith(".ts") ? "store-worker.ts" : "store-worker.js";
  const worker = new Worker(new URL(`./${name}`, import.meta.url), { workerData: file });
  let waiting: PromiseWithResolvers<void> | null = null;
  let failure: KernelError | null = null;

  worker.on("message", (reply: StoreReply) => {
    const request = waiting;
    waiting = null;
    if (reply.ok) request?.resolve();
    else request?.reject(KernelError.from(reply.error));
  });
  const fail = (reason: string): void => {
    failure = new KernelError("storage-failed", `The thread that writes ${file} has ended: ${reason}`, {
      hint: "Start the program again: what was acknowledged is on disk",
    });
    waiting?.reject(failure);
    waiting = null;
  };
  worker.on("error", (error) => fail(error.message));
  worker.on("exit", (code) => fail(`exit code ${code}`));

  async function ask(request: StoreRequest): Promise<void> {
    // Requests go one at a time: a checkpoint waits for the commit before it.
    while (waiting !== null) await waiting.promise.catch(() => {});
    if (failure !== null) throw failure;
    waiting = Promise.withResolvers<void>();
    const { promise } = waiting;
    worker.postMessage(request);
    return promise;
  }

  return {
    append: (events: readonly KernelEvent[]) => ask({ type: "append", columns: eventColumns(events) }),
    saveCheckpoint: (seq, text) => ask({ type: "checkpoint", seq, text }),
    read: (query) => reader.read(query),
    readSyscall: (id) => reader.readSyscall(id),
    lastSeq: () => reader.lastSeq(),
    loadCheckpoint: () => reader.loadCheckpoint(),
    readAudit: (query) => reader.readAudit(query),
    verifyAudit: () => reader.verifyAudit(),
    async close() {
      // A thread that has ended says so once only: there is nothing more to wait for.
      if (failure === null) {
        const exit = once(worker, "exit").catch(() => {});
        worker.postMessage({ type: "close" } satisfies StoreRequest);
        await exit;
      }
      reader.close();
    },
  };
}
