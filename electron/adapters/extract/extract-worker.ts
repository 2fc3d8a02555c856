import { parentPort } from "node:worker_threads";
import { invariant } from "../../../shared/errors.ts";
import type { FileChunk } from "../../kernel/ports.ts";
import { extractChunks } from "./extract.ts";
import { Unreadable } from "./unreadable.ts";

export interface ExtractRequest {
  readonly path: string;
  readonly content: Uint8Array;
}

export type ExtractReply =
  | { readonly type: "chunks"; readonly chunks: readonly FileChunk[] }
  | { readonly type: "skipped"; readonly reason: string };

invariant(parentPort, "this file runs as a worker thread");
const port = parentPort;

port.on("message", async ({ path, content }: ExtractRequest) => {
  port.postMessage(await reply(path, content));
});

async function reply(path: string, content: Uint8Array): Promise<ExtractReply> {
  try {
    return { type: "chunks", chunks: await extractChunks(path, content) };
  } catch (thrown) {
    const reason = thrown instanceof Unreadable ? thrown.message : "its text cannot be read";
    return { type: "skipped", reason };
  }
}
