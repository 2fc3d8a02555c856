import { parentPort, workerData } from "node:worker_threads";
import { invariant, type KernelErrorData, toErrorData } from "../../shared/errors.ts";
import type { Seq } from "../../shared/ids.ts";
import { type EventColumns, openSqliteStore } from "./sqlite-store.ts";

/** What the thread is asked for. */
export type StoreRequest =
  | { readonly type: "append"; readonly columns: EventColumns }
  | { readonly type: "checkpoint"; readonly seq: Seq; readonly text: string }
  | { readonly type: "close" };

export type StoreReply = { readonly ok: true } | { readonly ok: false; readonly error: KernelErrorData };

invariant(parentPort, "this file runs as a worker thread");
const port = parentPort;
const store = openSqliteStore(String(workerData));

port.on("message", (request: StoreRequest) => {
  if (request.type === "close") {
    store.close();
    port.close();
    return;
  }
  try {
    if (request.type === "append") store.appendColumns(request.columns);
    else store.saveCheckpoint(request.seq, request.text);
    port.postMessage({ ok: true } satisfies StoreReply);
  } catch (thrown) {
    port.postMessage({ ok: false, error: toErrorData(thrown) } satisfies StoreReply);
  }
});
