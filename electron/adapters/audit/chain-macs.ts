import { createHmac } from "node:crypto";
import type { EventRow } from "../event-rows.ts";

/** The codes of one audit chain, all HMAC-SHA256 (RFC 2104) under one secret key. */
export interface ChainMacs {
  /** Over the row before it, the row's number and the event as it is stored. */
  row(previous: Uint8Array, row: number, event: EventRow): Buffer;
  /** Over the number of rows and the last one's code: without the key nobody shortens the chain unseen. */
  seal(rows: number, last: Uint8Array): Buffer;
  /** Tells keys apart and gives nothing of them away. */
  readonly fingerprint: Buffer;
}

export function createChainMacs(key: string): ChainMacs {
  return {
    row: (previous, row, { seq, agent, syscall, type, body }) =>
      createHmac("sha256", key)
        .update(previous)
        // The length of the only free text before the body keeps one field from passing for another.
        .update(`row|${row}|${seq}|${agent}|${syscall}|${type.length}|${type}|`)
        .update(body)
        .digest(),
    seal: (rows, last) => createHmac("sha256", key).update(`head|${rows}|`).update(last).digest(),
    fingerprint: createHmac("sha256", key).update("fingerprint").digest(),
  };
}
