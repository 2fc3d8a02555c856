import { parentPort } from "node:worker_threads";
import { invariant, type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import { calculate } from "./calculate.ts";

export interface CalculationRequest {
  readonly id: number;
  readonly expression: string;
}

export type CalculationReply =
  | { readonly id: number; readonly ok: true; readonly value: string }
  | { readonly id: number; readonly ok: false; readonly error: KernelErrorData };

invariant(parentPort, "this file runs as a worker thread");
const port = parentPort;

port.on("message", ({ id, expression }: CalculationRequest) => {
  try {
    port.postMessage({ id, ok: true, value: calculate(expression) } satisfies CalculationReply);
  } catch (thrown) {
    port.postMessage({ id, ok: false, error: toErrorData(thrown) } satisfies CalculationReply);
  }
});
