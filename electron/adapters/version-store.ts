import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { KernelError } from "../../shared/errors.ts";
import type { VersionStore } from "../kernel/ports.ts";
import { openDatabase } from "./sqlite-database.ts";
import { MIGRATIONS } from "./versions/version-rows.ts";
import type {
  VersionMethod,
  VersionReply,
  VersionRequest,
  VersionWorkerData,
} from "./versions/version-worker.ts";

/** Bytes that are copied to the thread in one turn of the event loop: about 1 ms. */
const COPIED_AT_ONCE = 4_000_000;

/**
 * The versions of files, on a thread of their own: hashing, compressing and waiting for the disk happen there.
 * `file` holds the records, `folder` the contents by hash. Throws `database-damaged`, `storage-failed`.
 */
export async function openVersionStore(file: string, folder: string): Promise<VersionStore> {
  // Opened here first: it makes or migrates the file and reports a damaged one.
  openDatabase(file, MIGRATIONS).close();
  // A bundle keeps the worker beside itself, as JavaScript.
  const name = import.meta.url.endsWith(".ts") ? "versions/version-worker.ts" : "version-worker.js";
  const workerData: VersionWorkerData = { file, folder };
  const worker = new Worker(new URL(`./${name}`, import.meta.url), { workerData });
  const questions = new Map<number, PromiseWithResolvers<unknown>>();
  let asked = 0;
  let failure: KernelError | null = null;

  worker.on("message", (reply: VersionReply) => {
    const question = questions.get(reply.id);
    questions.delete(reply.id);
    if (reply.type === "answered") question?.resolve(reply.answer);
    else question?.reject(KernelError.from(reply.error));
  });
  const fail = (reason: string): void => {
    failure ??= new KernelError("storage-failed", `The thread that keeps ${file} has ended: ${reason}`, {
      hint: "Start the program again: what was acknowledged is on disk.",
    });
    for (const question of questions.values()) question.reject(failure);
    questions.clear();
  };
  worker.on("error", (error) => fail(error.message));
  worker.on("exit", (code) => fail(`exit code ${code}`));

  function ask(method: VersionMethod, args: readonly unknown[], transfer: readonly ArrayBuffer[] = []) {
    if (failure !== null) return Promise.reject(failure);
    asked += 1;
    const answer = Promise.withResolvers<unknown>();
    questions.set(asked, answer);
    worker.postMessage({ type: "call", id: asked, method, args } satisfies VersionRequest, [...transfer]);
    return answer.promise;
  }
  const call =
    <M extends VersionMethod>(method: M) =>
    (...args: Parameters<VersionStore[M]>) =>
      ask(method, args) as ReturnType<VersionStore[M]>;
  const withContent = (method: "hash" | "keep") => async (content: Uint8Array) => {
    const copy = await copied(content);
    return (await ask(method, [copy], [copy.buffer])) as string;
  };

  return {
    hash: withContent("hash"),
    keep: withContent("keep"),
    release: call("release"),
    content: call("content"),
    begin: call("begin"),
    finish: call("finish"),
    abandon: call("abandon"),
    unfinished: call("unfinished"),
    version: call("version"),
    newest: call("newest"),
    versions: call("versions"),
    count: call("count"),
    present: call("present"),
    stamps: call("stamps"),
    stamp: call("stamp"),
    trash: call("trash"),
    pin: call("pin"),
    prune: call("prune"),
    totals: call("totals"),
    async close() {
      if (failure !== null) return;
      const exit = once(worker, "exit").catch(() => {});
      worker.postMessage({ type: "close" } satisfies VersionRequest);
      await exit;
    },
  };
}

/** A copy that can be handed over whole; a large one is made in pieces, between which others have their turn. */
async function copied(content: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const copy = new Uint8Array(content.length);
  for (let from = 0; from < content.length; from += COPIED_AT_ONCE) {
    if (from > 0) await new Promise((resolve) => setImmediate(resolve));
    copy.set(content.subarray(from, from + COPIED_AT_ONCE), from);
  }
  return copy;
}
