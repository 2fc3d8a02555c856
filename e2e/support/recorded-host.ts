import { join } from "node:path";
import { serveWebSocket } from "../../electron/transport/websocket-server.ts";
import { recordedFeed, recordedHandlers } from "../../renderer/transport/recorded-backend.ts";
import type { ContractHandlers } from "../../shared/contract.ts";
import type { KernelEvent } from "../../shared/events.ts";
import { ROOT } from "./program.ts";

const TOKEN = "0".repeat(64);

export interface RecordedHost {
  /** With the token. */
  readonly address: string;
  close(): Promise<void>;
}

/** Serves the built dashboard over a recording. `handlers` answer what a recording cannot; all else is refused. */
export async function serveRecording(
  events: readonly KernelEvent[],
  handlers: Partial<ContractHandlers>,
): Promise<RecordedHost> {
  const server = await serveWebSocket({
    handlers: { ...recordedHandlers(events), ...handlers },
    feed: recordedFeed(events),
    port: 0,
    token: TOKEN,
    page: join(ROOT, "dist", "renderer"),
  });
  return { address: `http://127.0.0.1:${server.port}/#token=${TOKEN}`, close: () => server.close() };
}
