import { Worker } from "node:worker_threads";
import { KernelError } from "../../shared/errors.ts";
import type { TextExtractor } from "../kernel/ports.ts";
import type { ExtractReply, ExtractRequest } from "./extract/extract-worker.ts";
import { EXTRACT_LIMITS } from "./extract/limits.ts";

export interface TextExtractorOptions {
  readonly fileMs?: number;
  readonly heapMegabytes?: number;
}

/**
 * Gets text out of files on a thread of its own, one file at a time, within EXTRACT_LIMITS. The thread starts with
 * the first file; one that breaks it, or takes too long, is skipped, and the next file gets a new thread.
 */
export function createTextExtractor({
  fileMs = EXTRACT_LIMITS.fileMs,
  heapMegabytes = EXTRACT_LIMITS.heapMegabytes,
}: TextExtractorOptions = {}): TextExtractor {
  let worker: Worker | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let state: "open" | "closed" = "open";

  function start(): Worker {
    // A bundle keeps the thread's file beside itself, as JavaScript.
    const name = import.meta.url.endsWith(".ts") ? "./extract/extract-worker.ts" : "./extract-worker.js";
    if (worker) return worker;
    const thread = new Worker(new URL(name, import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
      // A library's warnings about a file are nobody's.
      stdout: true,
      stderr: true,
    });
    thread.stdout.resume();
    thread.stderr.resume();
    // It may end between two files: what a library left behind can still throw.
    const gone = (): void => {
      if (worker === thread) worker = null;
    };
    thread.on("error", gone).on("exit", gone);
    worker = thread;
    return thread;
  }

  async function end(): Promise<void> {
    const ending = worker;
    worker = null;
    await ending?.terminate();
  }

  async function one(request: ExtractRequest, signal: AbortSignal): Promise<ExtractReply> {
    if (signal.aborted || state === "closed") throw cancelled(request.path);
    const thread = start();
    const answer = Promise.withResolvers<ExtractReply>();
    const skip = (reason: string): void => {
      void end();
      answer.resolve({ type: "skipped", reason });
    };
    const stop = (): void => {
      void end();
      answer.reject(cancelled(request.path));
    };
    const broke = (error: unknown): void =>
      skip(isOutOfMemory(error) ? "it takes too much memory to read" : "it breaks the program that reads it");
    const exited = (): void => (state === "closed" ? stop() : broke(null));
    const timer = setTimeout(() => skip(`it takes longer than ${fileMs / 1_000} s to read`), fileMs);
    thread.once("message", answer.resolve);
    thread.once("error", broke);
    thread.once("exit", exited);
    signal.addEventListener("abort", stop, { once: true });
    thread.ref();
    try {
      thread.postMessage(request);
      return await answer.promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      thread.off("message", answer.resolve).off("error", broke).off("exit", exited);
      // A thread with nothing to do must not keep the process from ending.
      thread.unref();
    }
  }

  return {
    extract(path, content, signal) {
      if (content.byteLength > EXTRACT_LIMITS.inputBytes) {
        return Promise.resolve({ type: "skipped", reason: "it is too big" });
      }
      const result = last.then(() => one({ path, content }, signal));
      last = result.catch(() => {});
      return result;
    },
    async close() {
      state = "closed";
      await end();
      await last;
    },
  };
}

const cancelled = (path: string): KernelError =>
  new KernelError("cancelled", `Reading the text of ${path} was broken off`);

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
