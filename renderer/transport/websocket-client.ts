import type { Transport } from "../../shared/transport.ts";
import { WIRE_PING_MS } from "../../shared/wire.ts";
import { createWireClient } from "./wire-client.ts";

/** The first wait before connecting again, doubled up to the longest, in ms. */
const RETRY_FIRST_MS = 250;
const RETRY_LONGEST_MS = 8_000;
/** A socket that is silent for this long is given up, in ms. */
const SILENCE_MS = 2 * WIRE_PING_MS + 5_000;

export interface WebSocketClientOptions {
  /** Such as `ws://127.0.0.1:4100/socket`. */
  readonly url: string;
  readonly token: string;
  /** Called when the server is there and still refuses: the token is not its token. It is then not tried again. */
  readonly onRefused: () => void;
  /** Whether the server answers at all, asked when a socket closes before it opened. */
  readonly isThere: () => Promise<"there" | "gone">;
  readonly now?: () => number;
  readonly random?: () => number;
}

/** The Transport of a browser: one socket, opened again with jittered back-off whenever it is lost. */
export function createWebSocketClient(options: WebSocketClientOptions): Transport {
  const now = options.now ?? Date.now;
  const random = options.random ?? Math.random;
  let socket: WebSocket | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let pulse: ReturnType<typeof setInterval> | undefined;
  let failures = 0;
  let heardAt = 0;
  let phase: "trying" | "ended" = "trying";

  const client = createWireClient({
    send: (frame) => socket?.send(JSON.stringify(frame)),
    now,
    close: () => end(),
  });

  const end = (): void => {
    phase = "ended";
    clearTimeout(retry);
    clearInterval(pulse);
    socket?.close();
    socket = null;
  };

  const connect = (): void => {
    const mine = new WebSocket(options.url, ["aios", options.token]);
    let opened: "opened" | "never" = "never";
    socket = mine;
    mine.addEventListener("open", () => {
      opened = "opened";
      failures = 0;
      heardAt = now();
      pulse = setInterval(() => beat(mine), WIRE_PING_MS);
      client.opened();
    });
    mine.addEventListener("message", (message) => {
      heardAt = now();
      client.receive(parseJson(message.data));
    });
    mine.addEventListener("close", () => {
      if (socket !== mine) return;
      socket = null;
      clearInterval(pulse);
      client.lost(
        opened === "opened" ? "The connection to the kernel was lost" : "The kernel cannot be reached",
      );
      if (opened === "opened") tryAgain();
      else void askWhetherThere();
    });
  };

  const beat = (mine: WebSocket): void => {
    if (now() - heardAt > SILENCE_MS) mine.close();
    else mine.send(JSON.stringify({ type: "ping" }));
  };

  const askWhetherThere = async (): Promise<void> => {
    const answer = await options.isThere();
    if (phase === "ended") return;
    // One refusal may be a server that is still starting; the second one in a row is meant.
    if (answer === "there" && failures >= 1) {
      client.lost("The token is not the one of the running program");
      options.onRefused();
      return;
    }
    tryAgain();
  };

  const tryAgain = (): void => {
    if (phase === "ended") return;
    const longest = Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** failures);
    failures += 1;
    retry = setTimeout(connect, longest * (0.5 + 0.5 * random()));
  };

  connect();
  return client.transport;
}

function parseJson(text: unknown): unknown {
  if (typeof text !== "string") return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
