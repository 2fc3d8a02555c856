import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { KernelError } from "../../shared/errors.ts";
import type { ShareId } from "../../shared/files.ts";
import type { ShareServer, ShareSource } from "../kernel/ports.ts";
import { type KeptShare, ShareFolder } from "./shares/share-folder.ts";
import { downloadHeaders, shareAsked } from "./shares/share-request.ts";
import { zipOf } from "./shares/zip-stream.ts";

const HOST = "127.0.0.1";

/** Bounds against whoever knows the port: other programs of this machine. */
export const SHARE_SERVER_LIMITS = {
  connections: 32,
  downloads: 8,
  headerBytes: 8 * 1024,
  /** In which a request must have come, and between two pieces of a download that somebody takes. */
  requestMs: 10_000,
  idleMs: 30_000,
  /** Of one download. */
  downloadMs: 30 * 60_000,
} as const;

/** Shares over HTTP, on this machine's loopback alone. Tokens and contents lie in `folder`. */
export function createShareServer(folder: string): ShareServer {
  const kept = new ShareFolder(folder);
  const downloads = new Map<ServerResponse, ShareId>();
  let source: ShareSource | null = null;
  let server: Server | null = null;
  let last: Promise<unknown> = Promise.resolve();

  /** Starts or ends the server as shares come and go; such changes follow one another. */
  function inTurn<T>(change: () => Promise<T>): Promise<T> {
    const result = last.then(change);
    last = result.catch(() => {});
    return result;
  }

  async function start(): Promise<number> {
    if (server) return portOf(server);
    const starting = await listen(kept.port ?? 0).catch(() => listen(0));
    server = starting;
    await kept.usePort(portOf(starting));
    return portOf(starting);
  }

  async function end(): Promise<void> {
    const ending = server;
    server = null;
    if (!ending) return;
    const closed = once(ending, "close");
    ending.close();
    ending.closeAllConnections();
    await closed;
  }

  async function listen(port: number): Promise<Server> {
    const { connections, headerBytes, requestMs, idleMs } = SHARE_SERVER_LIMITS;
    const made = createServer(
      { maxHeaderSize: headerBytes, headersTimeout: requestMs, requestTimeout: requestMs, keepAlive: false },
      (request, response) => void answer(request, response),
    );
    made.maxConnections = connections;
    made.maxRequestsPerSocket = 1;
    made.timeout = idleMs;
    made.on("clientError", (_, socket) => socket.destroy());
    made.listen(port, HOST);
    await once(made, "listening");
    // It must not keep the process from ending.
    made.unref();
    return made;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("Connection", "close");
    // A body is not read.
    request.on("error", () => {});
    response.on("error", () => {});
    const { method } = request;
    if (method !== "GET" && method !== "HEAD") {
      response.writeHead(405, { Allow: "GET, HEAD" }).end();
      return;
    }
    const share = server && shareAsked(request, portOf(server), kept.all());
    try {
      if (share) await send(share, method, response);
      else notFound(response);
    } catch {
      // Nobody shall take a part for the whole.
      response.destroy();
    } finally {
      downloads.delete(response);
    }
  }

  async function send(share: KeptShare, method: "GET" | "HEAD", response: ServerResponse): Promise<void> {
    const { id, name } = share;
    const content = source?.contentOf(id) ?? null;
    const bytes = content?.type === "file" ? await kept.bytesOf(id) : null;
    // It may have been revoked meanwhile.
    if (content === null || (content.type === "file" && bytes === null) || !kept.get(id)) {
      notFound(response);
      return;
    }
    if (method === "GET" && downloads.size >= SHARE_SERVER_LIMITS.downloads) {
      response.writeHead(503, { "Retry-After": "10" }).end();
      return;
    }
    const isZip = content.type === "zip";
    const headers = downloadHeaders(name, isZip ? "application/zip" : "application/octet-stream");
    response.writeHead(200, { ...headers, ...(bytes === null ? {} : { "Content-Length": bytes }) });
    if (method === "HEAD") {
      response.end();
      return;
    }
    downloads.set(response, id);
    source?.used(id);
    const timer = setTimeout(() => response.destroy(), SHARE_SERVER_LIMITS.downloadMs);
    try {
      await pour(isZip ? zipOf(content.files) : kept.read(id), response);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async open(ids, given) {
      source = given;
      await kept.load(ids);
      await inTurn(async () => {
        if (!isEmpty(kept)) await start();
      });
    },
    async add({ id, name, content }) {
      const share = await kept.add(id, name, content);
      return urlOf(await inTurn(start), share);
    },
    async address(id) {
      const share = kept.get(id);
      if (!share) throw new KernelError("not-found", `The share ${id} has ended`, { hint: "Share it again" });
      return urlOf(await inTurn(start), share);
    },
    async remove(id) {
      const removed = kept.remove(id);
      for (const [response, of] of downloads) if (of === id) response.destroy();
      await inTurn(async () => {
        if (isEmpty(kept)) await end();
      });
      await removed;
    },
    close: () => inTurn(end),
  };
}

const isEmpty = (kept: ShareFolder): boolean => [...kept.all()].length === 0;

const urlOf = (port: number, { token, name }: KeptShare): string =>
  `http://${HOST}:${port}/s/${token}/${encodeURIComponent(name)}`;

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

/** The same for what never was, has ended, or is asked for in the wrong way. */
function notFound(response: ServerResponse): void {
  response.writeHead(404, { "Content-Type": "text/plain", "Cache-Control": "no-store" }).end("Not found\n");
}

/** Sends piece after piece, as fast as they are taken. Rejects when the other side has gone. */
async function pour(pieces: AsyncIterable<Uint8Array>, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  for await (const piece of pieces) {
    if (response.destroyed) throw new Error("the download was broken off");
    if (!response.write(piece)) await once(response, "drain", { signal: gone.signal });
  }
  response.end();
}
