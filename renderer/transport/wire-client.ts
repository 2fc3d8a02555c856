import { CONTRACT, type MethodInput, type MethodName, type MethodOutput } from "../../shared/contract.ts";
import { assertNever, KernelError } from "../../shared/errors.ts";
import type { AgentId, Seq } from "../../shared/ids.ts";
import { decodeState } from "../../shared/state-wire.ts";
import type { Subscriber, Subscription, Transport, TransportStatus } from "../../shared/transport.ts";
import type { ClientFrame, ServerFrame } from "../../shared/wire.ts";
import { parseServerFrame } from "./server-frame.ts";

/** Requests that may wait for the first connection or for an answer. */
const PENDING_REQUESTS = 1_000;

export interface WireClientOptions {
  /** Sends to the server. Called only between `opened` and `lost`. */
  readonly send: (frame: ClientFrame) => void;
  /** Wall time in ms. */
  readonly now: () => number;
  /** Lets go of the channel. */
  readonly close: () => void;
}

/** A Transport over any channel of frames, and the channel's side of it. */
export interface WireClient {
  readonly transport: Transport;
  /** A frame came in. Anything that is not one is dropped. */
  receive(frame: unknown): void;
  /** The channel is open: what waited is sent, and subscriptions go on where they stood. */
  opened(): void;
  /** The channel is gone: pending requests are rejected with `disconnected`. */
  lost(message: string): void;
}

interface Pending {
  readonly frame: ClientFrame;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: KernelError) => void;
}

interface Feed {
  readonly subscriber: Subscriber;
  from: Seq;
  watched: AgentId | null;
}

/** Requests with ids, subscriptions with acknowledgements; knows nothing of sockets. */
export function createWireClient(options: WireClientOptions): WireClient {
  const pending = new Map<number, Pending>();
  const feeds = new Map<number, Feed>();
  const listeners = new Set<(status: TransportStatus) => void>();
  let status: TransportStatus = { type: "connecting" };
  let nextId = 1;

  const setStatus = (next: TransportStatus): void => {
    status = next;
    for (const listener of listeners) listener(next);
  };
  const sendIfOpen = (frame: ClientFrame): void => {
    if (status.type === "connected") options.send(frame);
  };
  const rejectAll = (message: string): void => {
    const requests = [...pending.values()];
    pending.clear();
    for (const request of requests) request.reject(disconnected(message));
  };

  const transport: Transport = {
    request<M extends MethodName>(method: M, input: MethodInput<M>): Promise<MethodOutput<M>> {
      if (status.type === "lost") return Promise.reject(disconnected(status.message));
      if (pending.size >= PENDING_REQUESTS) {
        return Promise.reject(
          new KernelError("limit-reached", `More than ${PENDING_REQUESTS} requests wait for an answer`),
        );
      }
      const id = nextId++;
      const frame: ClientFrame = { type: "request", id, method, input };
      return new Promise((resolve, reject) => {
        pending.set(id, {
          frame,
          reject,
          resolve: (output) => {
            const parsed = CONTRACT[method].output.safeParse(output);
            if (parsed.success) resolve(parsed.data as MethodOutput<M>);
            else reject(new KernelError("internal", `The answer to ${method} is not an object`));
          },
        });
        sendIfOpen(frame);
      });
    },
    subscribe(from: Seq, subscriber: Subscriber): Subscription {
      const id = nextId++;
      const feed: Feed = { subscriber, from, watched: null };
      feeds.set(id, feed);
      sendIfOpen({ type: "subscribe", subscription: id, from });
      return {
        watch: (agentId) => {
          if (!feeds.has(id)) return;
          feed.watched = agentId;
          sendIfOpen({ type: "watch", subscription: id, agentId });
        },
        close: () => {
          if (feeds.delete(id)) sendIfOpen({ type: "unsubscribe", subscription: id });
        },
      };
    },
    onStatus(listener) {
      listeners.add(listener);
      listener(status);
      return () => listeners.delete(listener);
    },
    close() {
      feeds.clear();
      listeners.clear();
      status = { type: "lost", since: options.now(), message: "The connection was closed" };
      rejectAll(status.message);
      options.close();
    },
  };

  const take = (frame: ServerFrame): void => {
    switch (frame.type) {
      case "reply": {
        const request = pending.get(frame.id);
        pending.delete(frame.id);
        if (frame.ok) request?.resolve(frame.output);
        else request?.reject(KernelError.from(frame.error));
        return;
      }
      case "batch": {
        const feed = feeds.get(frame.subscription);
        if (!feed) return;
        sendIfOpen({ type: "acknowledge", subscription: frame.subscription });
        if (frame.batch.to <= feed.from) return;
        feed.from = frame.batch.to;
        feed.subscriber.onBatch(frame.batch);
        return;
      }
      case "reset": {
        const feed = feeds.get(frame.subscription);
        if (!feed) return;
        sendIfOpen({ type: "acknowledge", subscription: frame.subscription });
        feed.from = frame.state.seq;
        feed.subscriber.onReset(decodeState(frame.state));
        return;
      }
      case "pong":
        return;
      default:
        assertNever(frame);
    }
  };

  return {
    transport,
    receive(value) {
      const frame = parseServerFrame(value);
      if (frame) take(frame);
    },
    opened() {
      for (const [id, feed] of feeds) {
        options.send({ type: "subscribe", subscription: id, from: feed.from });
        if (feed.watched) options.send({ type: "watch", subscription: id, agentId: feed.watched });
      }
      for (const request of pending.values()) options.send(request.frame);
      setStatus({ type: "connected" });
    },
    lost(message) {
      const since = status.type === "lost" ? status.since : options.now();
      // The status first, so that a caller who tries again at once is refused rather than left waiting.
      setStatus({ type: "lost", since, message });
      rejectAll(message);
    },
  };
}

const disconnected = (message: string): KernelError =>
  new KernelError("disconnected", message, { hint: "It is tried again by itself; do this once it is back." });
