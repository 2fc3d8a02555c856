import { parentPort } from "node:worker_threads";
import { invariant } from "../../../../shared/errors.ts";
import { loadCounter } from "./count.ts";
import type { Encoding } from "./encodings.ts";

export interface CountRequest {
  readonly id: number;
  readonly encoding: Encoding;
  readonly texts: readonly string[];
}

/** `counts` is null when they cannot be counted. */
export type CountReply = { readonly id: number; readonly counts: readonly number[] | null };

invariant(parentPort, "this file runs as a worker thread");
const port = parentPort;
const counters = new Map<Encoding, ReturnType<typeof loadCounter>>();

port.on("message", async ({ id, encoding, texts }: CountRequest) => {
  try {
    const counter = counters.get(encoding) ?? loadCounter(encoding);
    counters.set(encoding, counter);
    const count = await counter;
    port.postMessage({ id, counts: texts.map(count) } satisfies CountReply);
  } catch {
    port.postMessage({ id, counts: null } satisfies CountReply);
  }
});
