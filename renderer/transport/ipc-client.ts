import type { Transport } from "../../shared/transport.ts";
import { createWireClient } from "./wire-client.ts";

/** What the desktop's preload gives the page: frames out, frames in, nothing else. */
export interface IpcBridge {
  send(frame: unknown): void;
  onFrame(listener: (frame: unknown) => void): () => void;
}

declare global {
  interface Window {
    readonly aios?: IpcBridge;
  }
}

/** The Transport of the desktop window. The kernel lives as long as the window, so it is never lost. */
export function createIpcClient(bridge: IpcBridge, now: () => number = Date.now): Transport {
  let stopListening = (): void => {};
  const client = createWireClient({
    send: (frame) => bridge.send(frame),
    now,
    close: () => stopListening(),
  });
  stopListening = bridge.onFrame((frame) => client.receive(frame));
  client.opened();
  return client.transport;
}
