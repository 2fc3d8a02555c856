import { parentPort, workerData } from "node:worker_threads";
import { invariant, type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import type { FileIndex } from "../../kernel/ports.ts";
import { translating } from "../sqlite-database.ts";
import { IndexDatabase } from "./index-database.ts";
import { openIndexDatabase, setAside } from "./schema.ts";

export interface IndexWorkerData {
  readonly file: string;
}

export type IndexMethod = Exclude<keyof FileIndex, "close">;

export type IndexRequest =
  | {
      readonly type: "call";
      readonly id: number;
      readonly method: IndexMethod;
      readonly args: readonly unknown[];
    }
  | { readonly type: "close" };

export type IndexReply =
  | { readonly type: "answered"; readonly id: number; readonly answer: unknown }
  | { readonly type: "failed"; readonly id: number; readonly error: KernelErrorData }
  /** It was set aside, and an empty one is in its place. */
  | { readonly type: "damaged"; readonly reason: string };

invariant(parentPort, "this file runs as a worker thread");
const port = parentPort;
const { file } = workerData as IndexWorkerData;
const send = (reply: IndexReply): void => port.postMessage(reply);

let index: IndexDatabase | null = null;

function open(): IndexDatabase {
  index ??= new IndexDatabase(openIndexDatabase(file, (reason) => send({ type: "damaged", reason })));
  return index;
}

port.on("message", (request: IndexRequest) => {
  if (request.type === "close") {
    index?.close();
    port.close();
    return;
  }
  const { id } = request;
  try {
    send({ type: "answered", id, answer: translating(file, () => run(open(), request)) });
  } catch (thrown) {
    const error = toErrorData(thrown);
    if (error.code === "database-damaged") startAnew(error.message);
    send({ type: "failed", id, error });
  }
});

function run(opened: IndexDatabase, { method, args }: Extract<IndexRequest, { type: "call" }>): unknown {
  // The other side is typed: it calls what is there with what it takes.
  const call = opened[method] as (...all: readonly unknown[]) => unknown;
  return call.apply(opened, args as unknown[]);
}

/** Found damaged while it was in use. */
function startAnew(reason: string): void {
  index?.close();
  index = null;
  setAside(file);
  send({ type: "damaged", reason });
}
