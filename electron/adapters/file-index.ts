import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { KernelError } from "../../shared/errors.ts";
import type { FileIndex } from "../kernel/ports.ts";
import type {
  IndexMethod,
  IndexReply,
  IndexRequest,
  IndexWorkerData,
} from "./file-index/file-index-worker.ts";

export interface FileIndexOptions {
  /** Told when the file was found damaged: it was set aside, and the index is empty. */
  readonly damaged?: (reason: string) => void;
}

/**
 * The words and vectors of the tree's files in one SQLite file, on a thread that starts with the first call. Methods
 * reject with `storage-failed`; with `database-damaged` when the file was found damaged in use, after which the index
 * is empty and works again.
 */
export function openFileIndex(file: string, { damaged = () => {} }: FileIndexOptions = {}): FileIndex {
  let worker: Worker | null = null;
  let state: "open" | "closed" = "open";
  let calls = 0;
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();

  function start(): Worker {
    if (worker) return worker;
    // A bundle keeps the thread's file beside itself, as JavaScript.
    const name = import.meta.url.endsWith(".ts")
      ? "./file-index/file-index-worker.ts"
      : "./file-index-worker.js";
    const workerData: IndexWorkerData = { file };
    const thread = new Worker(new URL(name, import.meta.url), { workerData });
    const ended = (reason: string): void => {
      if (worker !== thread) return;
      // The next call starts another.
      worker = null;
      const error = failed(`The thread of ${file} has ended: ${reason}`);
      for (const call of waiting.values()) call.reject(error);
      waiting.clear();
    };
    thread.on("message", take);
    thread.on("error", (error) => ended(error.message));
    thread.on("exit", (code) => ended(`exit code ${code}`));
    worker = thread;
    return thread;
  }

  function take(reply: IndexReply): void {
    if (reply.type === "damaged") {
      damaged(reply.reason);
      return;
    }
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.type === "answered") call?.resolve(reply.answer);
    else call?.reject(KernelError.from(reply.error));
    if (waiting.size === 0) worker?.unref();
  }

  async function call(method: IndexMethod, args: readonly unknown[]): Promise<unknown> {
    if (state === "closed") throw failed("The index of files is closed");
    const thread = start();
    calls += 1;
    const id = calls;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(id, answer);
    thread.ref();
    thread.postMessage({ type: "call", id, method, args } satisfies IndexRequest);
    return answer.promise;
  }

  /** The method of the same name, on the thread. */
  const onThread = <Method extends IndexMethod>(method: Method): FileIndex[Method] =>
    ((...args: readonly unknown[]) => call(method, args)) as unknown as FileIndex[Method];

  return {
    put: onThread("put"),
    skip: onThread("skip"),
    remove: onThread("remove"),
    stamps: onThread("stamps"),
    counts: onThread("counts"),
    clear: onThread("clear"),
    search: onThread("search"),
    pendingEmbeddings: onThread("pendingEmbeddings"),
    saveEmbeddings: onThread("saveEmbeddings"),
    embeddingCounts: onThread("embeddingCounts"),
    keepEmbeddings: onThread("keepEmbeddings"),
    async close() {
      state = "closed";
      const thread = worker;
      if (thread === null) return;
      const exit = once(thread, "exit").catch(() => {});
      thread.ref();
      thread.postMessage({ type: "close" } satisfies IndexRequest);
      await exit;
    },
  };
}

const failed = (message: string): KernelError =>
  new KernelError("storage-failed", message, { hint: "Search goes on by looking through the files" });
