import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { ContractHandlers } from "../../shared/contract.ts";
import { KernelError } from "../../shared/errors.ts";
import { WIRE_PING_MS } from "../../shared/wire.ts";
import type { Feed } from "../kernel/events/feed.ts";
import { createSession } from "./session.ts";
import { servePage } from "./static-files.ts";

/** Largest frame that a client may send: a long task and its JSON. */
const FRAME_BYTES = 1_000_000;
/** Replies that a client asked for and does not read. */
const UNSENT_BYTES = 64_000_000;
/** The close code of RFC 6455 for a client that says what it must not. */
const POLICY_VIOLATION = 1008;
/** Dashboards open at once. */
const CLIENTS = 64;
/** A client that says nothing for this long is gone. */
const SILENCE_MS = WIRE_PING_MS * 3;

export interface WebSocketServerOptions {
  readonly handlers: ContractHandlers;
  readonly feed: Feed;
  /** 0 for a free port. */
  readonly port: number;
  /** What a client must know. Characters of a WebSocket subprotocol only. */
  readonly token: string;
  /** Folder of the built dashboard. */
  readonly page: string;
}

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * The dashboard and its socket on 127.0.0.1. The page holds nothing; the socket wants the token as a subprotocol,
 * our own Host and our own Origin, so that no other page of the browser can talk to the kernel. Throws `conflict`
 * when the port is taken.
 */
export async function serveWebSocket(options: WebSocketServerOptions): Promise<RunningServer> {
  const { token, page, handlers, feed } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: FRAME_BYTES,
    handleProtocols: () => "aios",
  });
  const server = createServer((request, response) => {
    if (!isOurHost(request, portOf())) {
      response.writeHead(421).end("This address serves its own host only");
      return;
    }
    void servePage(page, request, response);
  });
  const portOf = (): number => (server.address() as AddressInfo).port;

  server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on("error", () => stream.destroy());
    const refusal = refuse(request, portOf(), token, sockets.clients.size);
    if (refusal !== null) {
      // Destroyed and not only ended: a client that stays on the line must not keep the server from closing.
      stream.once("finish", () => stream.destroy());
      stream.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => accept(socket, handlers, feed));
  });

  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const message = `Port ${options.port} on 127.0.0.1 cannot be used: ${error.code ?? error.message}`;
      reject(new KernelError("conflict", message, { hint: "Choose another with --port" }));
    });
    server.listen(options.port, "127.0.0.1", resolve);
  });
  return {
    port: portOf(),
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function accept(socket: WebSocket, handlers: ContractHandlers, feed: Feed): void {
  const session = createSession({
    handlers,
    feed,
    send: (frame) => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > UNSENT_BYTES) socket.terminate();
      else socket.send(JSON.stringify(frame));
    },
    ended: () => socket.close(POLICY_VIOLATION),
  });
  let silence = setTimeout(() => socket.terminate(), SILENCE_MS);
  socket.on("message", (data) => {
    clearTimeout(silence);
    silence = setTimeout(() => socket.terminate(), SILENCE_MS);
    session.receive(parse(String(data)));
  });
  // An error is always followed by close.
  socket.on("error", () => socket.terminate());
  socket.on("close", () => {
    clearTimeout(silence);
    session.close();
  });
}

/** The status line of a refusal, or null to let the client in. */
function refuse(request: IncomingMessage, port: number, token: string, clients: number): string | null {
  const { url, headers } = request;
  if (url !== "/socket") return "404 Not Found";
  if (!isOurHost(request, port)) return "421 Misdirected Request";
  if (headers.origin !== undefined && !isOurOrigin(headers.origin, port)) return "403 Forbidden";
  const offered = (headers["sec-websocket-protocol"] ?? "").split(",").map((each) => each.trim());
  if (offered[0] !== "aios" || !sameText(offered[1] ?? "", token)) return "401 Unauthorized";
  return clients >= CLIENTS ? "503 Service Unavailable" : null;
}

const isOurHost = (request: IncomingMessage, port: number): boolean =>
  request.headers.host === `127.0.0.1:${port}` || request.headers.host === `localhost:${port}`;

const isOurOrigin = (origin: string, port: number): boolean =>
  origin === `http://127.0.0.1:${port}` || origin === `http://localhost:${port}`;

/** Takes the same time wherever the texts differ. */
function sameText(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
