import type { ContractHandlers } from "../../shared/contract.ts";
import type { Feed } from "../kernel/events/feed.ts";
import { FRAME_CHANNEL } from "./frame-channel.ts";
import { createSession, type Session } from "./session.ts";

/** The part of Electron's ipcMain that is used here. */
export interface FrameChannel {
  on(channel: string, listener: (event: FrameEvent, frame: unknown) => void): unknown;
  removeListener(channel: string, listener: (event: FrameEvent, frame: unknown) => void): unknown;
}

export interface FrameEvent {
  readonly sender: FrameSender;
  /** null when the frame is gone already. */
  readonly senderFrame: { readonly url: string } | null;
}

/** The part of Electron's WebContents that is used here. */
export interface FrameSender {
  readonly id: number;
  readonly mainFrame: { readonly url: string };
  isDestroyed(): boolean;
  send(channel: string, frame: unknown): void;
  on(event: "did-navigate" | "render-process-gone" | "destroyed", listener: () => void): unknown;
}

export interface IpcServerOptions {
  readonly ipcMain: FrameChannel;
  readonly handlers: ContractHandlers;
  readonly feed: Feed;
  /** The only origin that is served, such as `app://aios`. */
  readonly origin: string;
  /** Told the address of whoever was refused. */
  readonly onRefused: (address: string) => void;
}

/**
 * Serves the contract to the app's own pages, one session for each document: a reload or a crash of the page ends
 * its session, and the next frame starts another. Frames of any other origin, or of a frame inside the page, are
 * refused unread. Returns the way to stop. Never throws.
 */
export function serveIpc({ ipcMain, handlers, feed, origin, onRefused }: IpcServerOptions): () => void {
  const sessions = new Map<number, Session>();
  const known = new WeakSet<FrameSender>();

  function end(id: number): void {
    sessions.get(id)?.close();
    sessions.delete(id);
  }

  function sessionOf(sender: FrameSender): Session {
    const existing = sessions.get(sender.id);
    if (existing) return existing;
    const { id } = sender;
    const session = createSession({
      handlers,
      feed,
      send: (frame) => {
        if (!sender.isDestroyed()) sender.send(FRAME_CHANNEL, frame);
      },
    });
    sessions.set(id, session);
    if (!known.has(sender)) {
      known.add(sender);
      sender.on("did-navigate", () => end(id));
      sender.on("render-process-gone", () => end(id));
      sender.on("destroyed", () => end(id));
    }
    return session;
  }

  const listener = ({ sender, senderFrame }: FrameEvent, frame: unknown): void => {
    if (senderFrame === null) return;
    if (senderFrame !== sender.mainFrame || originOf(senderFrame.url) !== origin) {
      onRefused(senderFrame.url);
      return;
    }
    sessionOf(sender).receive(frame);
  };
  ipcMain.on(FRAME_CHANNEL, listener);

  return () => {
    ipcMain.removeListener(FRAME_CHANNEL, listener);
    for (const id of [...sessions.keys()]) end(id);
  };
}

/** `URL.origin` is "null" for schemes that are not the web's, so it is put together here. */
export function originOf(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const { protocol, host } = new URL(address);
  return `${protocol}//${host}`;
}
