import { randomBytes } from "node:crypto";
import { Worker } from "node:worker_threads";
import { KernelError } from "../../../shared/errors.ts";
import type { FilesystemRules } from "./filesystem.ts";
import { LET_GO_MS, THREAD_ANSWER_MS } from "./limits.ts";
import type { SandboxThreadData, ThreadReply, ThreadRequest } from "./sandbox-worker.ts";
import { systemEnvironment } from "./start-script.ts";

export interface WrapRequest {
  /** A line for the shell inside. */
  readonly command: string;
  readonly filesystem: FilesystemRules;
  readonly hosts: readonly string[];
}

/** A command in its sandbox: words for a shell. `ended` must be called when it has run. */
export interface Wrapped {
  readonly command: string;
  ended(): void;
}

/**
 * The package on a thread of its own: it keeps one configuration for a whole program, asks the system in ways that
 * hold up their thread, and takes where the program stands for where the command does. The thread of calls with hosts,
 * on which the proxies live, ends with the last of them.
 */
export class SandboxThread {
  readonly #worker: Worker;
  readonly #hosts: SandboxThreadData["hosts"];
  readonly #waiting = new Map<number, PromiseWithResolvers<string>>();
  #running = 0;
  #ids = 0;
  #state: "usable" | "ended" = "usable";

  constructor(data: SandboxThreadData) {
    this.#hosts = data.hosts;
    // A bundle keeps the thread's file beside itself, as JavaScript.
    const name = import.meta.url.endsWith(".ts") ? "sandbox-worker.ts" : "sandbox-worker.js";
    this.#worker = new Worker(new URL(`./${name}`, import.meta.url), {
      workerData: data,
      env: { ...systemEnvironment(data.folder) },
    });
    this.#worker.on("message", (reply: ThreadReply) => this.#answer(reply));
    this.#worker.on("error", (error) => this.#fail(error.message));
    this.#worker.on("exit", () => this.#fail("its thread has ended"));
    this.#worker.unref();
  }

  isUsable(): boolean {
    return this.#state === "usable";
  }

  /** Throws `cancelled`, and `tool-failed` when no sandbox can be made of this. */
  async wrap(request: WrapRequest, signal: AbortSignal): Promise<Wrapped> {
    this.#ids += 1;
    const id = this.#ids;
    this.#running += 1;
    const answer = Promise.withResolvers<string>();
    this.#waiting.set(id, answer);
    const cancel = (): void => answer.reject(new KernelError("cancelled", "The command was broken off"));
    signal.addEventListener("abort", cancel, { once: true });
    const timer = setTimeout(
      () => answer.reject(new KernelError("tool-failed", "The sandbox was not made in time")),
      THREAD_ANSWER_MS,
    );
    // What a connection shows to the proxy, so it must not be guessed.
    const key = randomBytes(24).toString("base64url");
    const ended = (): void => {
      this.#running -= 1;
      this.#send({ type: "ended", id, key });
      if (this.#running === 0 && this.#hosts === "some") void this.close();
    };
    if (signal.aborted) cancel();
    else this.#send({ type: "wrap", id, key, ...request });
    try {
      return { command: await answer.promise, ended };
    } catch (error) {
      ended();
      throw error;
    } finally {
      this.#waiting.delete(id);
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
    }
  }

  /** Ends the proxies and the thread. Never throws. */
  async close(): Promise<void> {
    if (this.#state === "ended") return;
    this.#state = "ended";
    const gone = new Promise<void>((resolve) => this.#worker.once("exit", () => resolve()));
    this.#send({ type: "close" });
    const timer = setTimeout(() => void this.#worker.terminate(), LET_GO_MS);
    this.#worker.ref();
    await gone;
    clearTimeout(timer);
  }

  #send(request: ThreadRequest): void {
    this.#worker.postMessage(request);
  }

  #answer(reply: ThreadReply): void {
    const waiting = this.#waiting.get(reply.id);
    if (reply.ok) waiting?.resolve(reply.command);
    else waiting?.reject(new KernelError("tool-failed", `The sandbox could not be made: ${reply.reason}`));
  }

  #fail(reason: string): void {
    this.#state = "ended";
    for (const waiting of this.#waiting.values()) {
      waiting.reject(new KernelError("tool-failed", `The sandbox broke: ${reason}`));
    }
    this.#waiting.clear();
  }
}
