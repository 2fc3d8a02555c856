import type { ContractHandlers } from "../../shared/contract.ts";
import { assertNever } from "../../shared/errors.ts";
import { type KernelEvent, slim } from "../../shared/events.ts";
import type { AgentId, Seq } from "../../shared/ids.ts";
import { encodeState } from "../../shared/state-wire.ts";
import { type ClientFrame, clientFrameSchema, type ServerFrame } from "../../shared/wire.ts";
import type { Feed } from "../kernel/events/feed.ts";
import { serveContract } from "./serve-contract.ts";

/** Frames sent and not yet acknowledged. More would only wait in a pipe, out of our sight. */
const UNACKNOWLEDGED_FRAMES = 4;
/** Events in one frame: about 250 KB at the most usual sizes. */
const EVENTS_PER_FRAME = 512;
/** Subscriptions of one client; a window needs one. */
const SUBSCRIPTIONS = 8;
/** Requests of one client that may be under way at once. */
const REQUESTS = 256;

export interface SessionOptions {
  readonly handlers: ContractHandlers;
  readonly feed: Feed;
  /** Must not throw; a frame for a client that is gone is dropped. */
  readonly send: (frame: ServerFrame) => void;
  /** Called when the session ends by the client's fault: its connection is of no use any more. */
  readonly ended?: () => void;
}

export interface Session {
  /** Takes one frame of the client. Never throws; a frame that is no frame ends the session. */
  receive(frame: unknown): void;
  close(): void;
}

interface Subscription {
  at: Seq;
  unacknowledged: number;
  watched: AgentId | null;
}

/**
 * One client of the contract, over any transport. Events are pulled from the feed as the client acknowledges, so
 * a slow client costs no memory: it falls behind, and when the feed no longer reaches back to it, it is reset.
 */
export function createSession({ handlers, feed, send, ended = () => {} }: SessionOptions): Session {
  const subscriptions = new Map<number, Subscription>();
  let requests = 0;
  let state: "open" | "closed" = "open";

  function pump(id: number, subscription: Subscription): void {
    while (subscription.unacknowledged < UNACKNOWLEDGED_FRAMES) {
      const events = feed.since(subscription.at, EVENTS_PER_FRAME);
      if (events === null) {
        const wire = encodeState(feed.state());
        subscription.at = wire.seq;
        subscription.unacknowledged += 1;
        send({ type: "reset", subscription: id, state: wire });
        continue;
      }
      const last = events.at(-1);
      if (!last) return;
      const from = subscription.at;
      subscription.at = last.seq;
      subscription.unacknowledged += 1;
      const seen = events.map((event) => visible(event, subscription.watched));
      send({ type: "batch", subscription: id, batch: { from, to: last.seq, events: seen } });
    }
  }

  const stopListening = feed.onCommit(() => {
    for (const [id, subscription] of subscriptions) pump(id, subscription);
  });

  function close(): void {
    state = "closed";
    stopListening();
    subscriptions.clear();
  }

  async function request(frame: Extract<ClientFrame, { type: "request" }>): Promise<void> {
    if (requests >= REQUESTS) {
      const message = `More than ${REQUESTS} requests are under way on this connection`;
      send({ type: "reply", id: frame.id, ok: false, error: { code: "queue-full", message } });
      return;
    }
    requests += 1;
    const reply = await serveContract(handlers, frame.method, frame.input);
    requests -= 1;
    if (state === "open") send({ type: "reply", id: frame.id, ...reply });
  }

  function receive(raw: unknown): void {
    if (state === "closed") return;
    const parsed = clientFrameSchema.safeParse(raw);
    if (!parsed.success) {
      close();
      ended();
      return;
    }
    const frame = parsed.data;
    switch (frame.type) {
      case "request":
        void request(frame);
        return;
      case "subscribe": {
        if (subscriptions.size >= SUBSCRIPTIONS && !subscriptions.has(frame.subscription)) {
          close();
          ended();
          return;
        }
        const subscription: Subscription = { at: frame.from, unacknowledged: 0, watched: null };
        subscriptions.set(frame.subscription, subscription);
        pump(frame.subscription, subscription);
        return;
      }
      case "watch": {
        const subscription = subscriptions.get(frame.subscription);
        if (subscription) subscription.watched = frame.agentId;
        return;
      }
      case "acknowledge": {
        const subscription = subscriptions.get(frame.subscription);
        if (!subscription) return;
        subscription.unacknowledged = Math.max(0, subscription.unacknowledged - 1);
        pump(frame.subscription, subscription);
        return;
      }
      case "unsubscribe":
        subscriptions.delete(frame.subscription);
        return;
      case "ping":
        send({ type: "pong" });
        return;
      default:
        assertNever(frame);
    }
  }

  return { receive, close };
}

const visible = (event: KernelEvent, watched: AgentId | null): KernelEvent =>
  watched !== null && "agentId" in event && event.agentId === watched ? event : slim(event);
