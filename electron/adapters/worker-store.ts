import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { AuditReport } from "../../shared/contract-access.ts";
import { KernelError } from "../../shared/errors.ts";
import type { KernelEvent } from "../../shared/events.ts";
import type { AuditQuery, AuditRows, Store } from "../kernel/ports.ts";
import { eventColumns } from "./event-rows.ts";
import { openSqliteStore, type StoreOptions } from "./sqlite-store.ts";
import type { StoreReply, StoreRequest, StoreWorkerData } from "./store-worker.ts";

/** A store whose audit is read and verified on its thread. */
export interface WorkerStore extends Store {
  readAudit(query: AuditQuery): Promise<AuditRows>;
  verifyAudit(): Promise<AuditReport>;
}

/**
 * The event log with its writing on a thread of its own: a commit waits for the disk, and the kernel must not.
 * Reads stay here, on a second connection, and see what was committed; the audit, which may be long, is read and
 * verified on the thread. Throws like `openSqliteStore`.
 */
export async function openWorkerStore(
  file: string,
  { auditKey = null }: StoreOptions = {},
): Promise<WorkerStore> {
  // Opened first: it makes or migrates the file and reports a damaged one.
  const reader = openSqliteStore(file);
  // A bundle keeps the worker beside itself, as JavaScript.
  const name = import.meta.url.endsWith(".ts") ? "store-worker.ts" : "store-worker.js";
  const workerData: StoreWorkerData = { file, auditKey };
  const worker = new Worker(new URL(`./${name}`, import.meta.url), { workerData });
  let waiting: PromiseWithResolvers<void> | null = null;
  const questions = new Map<number, PromiseWithResolvers<AuditRows | AuditReport>>();
  let asked = 0;
  let failure: KernelError | null = null;

  worker.on("message", (reply: StoreReply) => {
    if (reply.type === "answered" || reply.type === "unanswered") {
      const question = questions.get(reply.id);
      questions.delete(reply.id);
      if (reply.type === "answered") question?.resolve(reply.answer);
      else question?.reject(KernelError.from(reply.error));
      return;
    }
    const request = waiting;
    waiting = null;
    if (reply.type === "written") request?.resolve();
    else request?.reject(KernelError.from(reply.error));
  });
  const fail = (reason: string): void => {
    failure = new KernelError("storage-failed", `The thread that writes ${file} has ended: ${reason}`, {
      hint: "Start the program again: what was acknowledged is on disk",
    });
    waiting?.reject(failure);
    waiting = null;
    for (const question of questions.values()) question.reject(failure);
    questions.clear();
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

  async function question<Answer extends AuditRows | AuditReport>(
    make: (id: number) => StoreRequest,
  ): Promise<Answer> {
    if (failure !== null) throw failure;
    asked += 1;
    const answer = Promise.withResolvers<AuditRows | AuditReport>();
    questions.set(asked, answer);
    worker.postMessage(make(asked));
    return (await answer.promise) as Answer;
  }

  return {
    append: (events: readonly KernelEvent[]) => ask({ type: "append", columns: eventColumns(events) }),
    saveCheckpoint: (seq, text) => ask({ type: "checkpoint", seq, text }),
    read: (query) => reader.read(query),
    readSyscall: (id) => reader.readSyscall(id),
    lastSeq: () => reader.lastSeq(),
    loadCheckpoint: () => reader.loadCheckpoint(),
    readAudit: (query) => question<AuditRows>((id) => ({ type: "read-audit", id, query })),
    verifyAudit: () => question<AuditReport>((id) => ({ type: "verify-audit", id })),
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
