import { parentPort, workerData } from "node:worker_threads";
import { invariant, type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import type { VersionStore } from "../../kernel/ports.ts";
import { openVersionKeeper } from "./version-keeper.ts";

export interface VersionWorkerData {
  readonly file: string;
  readonly folder: string;
}

export type VersionMethod = Exclude<keyof VersionStore, "close">;

export type VersionRequest =
  | {
      readonly type: "call";
      readonly id: number;
      readonly method: VersionMethod;
      readonly args: readonly unknown[];
    }
  | { readonly type: "close" };

export type VersionReply =
  | { readonly type: "answered"; readonly id: number; readonly answer: unknown }
  | { readonly type: "refused"; readonly id: number; readonly error: KernelErrorData };

invariant(parentPort, "this file runs as a worker thread");
const port = parentPort;
const { file, folder } = workerData as VersionWorkerData;
const keeper = openVersionKeeper(file, folder);
const send = (reply: VersionReply): void => port.postMessage(reply);

async function answer({ id, method, args }: Extract<VersionRequest, { type: "call" }>): Promise<void> {
  try {
    // The other side checks the arguments against the same interface.
    const run = keeper[method] as (...args: readonly unknown[]) => Promise<unknown>;
    send({ type: "answered", id, answer: await run(...args) });
  } catch (thrown) {
    send({ type: "refused", id, error: toErrorData(thrown) });
  }
}

port.on("message", (request: VersionRequest) => {
  if (request.type === "call") void answer(request);
  else void keeper.close().then(() => port.close());
});
