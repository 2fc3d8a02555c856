import { parentPort, workerData } from "node:worker_threads";
import type { AuditReport } from "../../shared/contract-access.ts";
import { invariant, type KernelErrorData, toErrorData } from "../../shared/errors.ts";
import type { Seq } from "../../shared/ids.ts";
import type { AuditQuery, AuditRows } from "../kernel/ports.ts";
import type { EventColumns } from "./event-rows.ts";
import { openSqliteStore } from "./sqlite-store.ts";

export interface StoreWorkerData {
  readonly file: string;
  readonly auditKey: string | null;
}

/** Writes go one at a time; questions about the audit are answered beside them, a page at a time. */
export type StoreRequest =
  | { readonly type: "append"; readonly columns: EventColumns }
  | { readonly type: "checkpoint"; readonly seq: Seq; readonly text: string }
  | { readonly type: "read-audit"; readonly id: number; readonly query: AuditQuery }
  | { readonly type: "verify-audit"; readonly id: number }
  | { readonly type: "close" };

export type StoreReply =
  | { readonly type: "written" }
  | { readonly type: "refused"; readonly error: KernelErrorData }
  | { readonly type: "answered"; readonly id: number; readonly answer: AuditRows | AuditReport }
  | { readonly type: "unanswered"; readonly id: number; readonly error: KernelErrorData };

invariant(parentPort, "this file runs as a worker thread");
const port = parentPort;
const { file, auditKey } = workerData as StoreWorkerData;
const store = openSqliteStore(file, { auditKey });
const send = (reply: StoreReply): void => port.postMessage(reply);

async function answer(id: number, question: () => Promise<AuditRows | AuditReport>): Promise<void> {
  try {
    send({ type: "answered", id, answer: await question() });
  } catch (thrown) {
    send({ type: "unanswered", id, error: toErrorData(thrown) });
  }
}

port.on("message", (request: StoreRequest) => {
  switch (request.type) {
    case "close":
      store.close();
      port.close();
      return;
    case "read-audit":
      void answer(request.id, () => store.readAudit(request.query));
      return;
    case "verify-audit":
      void answer(request.id, () => store.verifyAudit());
      return;
    default:
      write(request);
  }
});

function write(request: Extract<StoreRequest, { type: "append" | "checkpoint" }>): void {
  try {
    if (request.type === "append") store.appendColumns(request.columns);
    else store.saveCheckpoint(request.seq, request.text);
    send({ type: "written" });
  } catch (thrown) {
    send({ type: "refused", error: toErrorData(thrown) });
  }
}
