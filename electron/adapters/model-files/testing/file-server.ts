import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

export type Answer = (request: IncomingMessage, response: ServerResponse, nth: number) => void;

/** A real server on loopback that answers as a test says, and remembers what it was asked. */
export interface FileServer {
  readonly address: string;
  readonly asked: readonly Asked[];
  answer: Answer;
  close(): Promise<void>;
}

export async function openFileServer(answer: Answer): Promise<FileServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const { range } = request.headers;
    const ifRange = request.headers["if-range"];
    asked.push({
      path: request.url ?? "",
      range,
      ifRange: typeof ifRange === "string" ? ifRange : undefined,
    });
    opened.answer(request, response, asked.length);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const opened: FileServer = {
    address: `http://127.0.0.1:${port}/models/tiny.gguf`,
    asked,
    answer,
    async close() {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return opened;
}

export interface Serving {
  readonly etag?: string | null;
  readonly lastModified?: string;
  readonly ranges?: "yes" | "no";
  /** Bytes of this answer after which the connection breaks off. */
  readonly breaksAfter?: number;
}

/** Serves a file as a good server does, but for what a test wants to be otherwise. */
export function serveFile(bytes: Buffer, serving: Serving = {}): Answer {
  const { etag = '"first"', ranges = "yes", lastModified } = serving;
  return (request, response) => {
    const wanted = /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
    const same = [etag, lastModified].includes(String(request.headers["if-range"]));
    const from = ranges === "yes" && wanted && same ? Number(wanted[1]) : 0;
    const headers = {
      ...(etag === null ? {} : { etag }),
      ...(lastModified === undefined ? {} : { "last-modified": lastModified }),
    };
    if (from >= bytes.length) {
      response.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end();
      return;
    }
    const body = bytes.subarray(from);
    const range = { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(from > 0 ? 206 : 200, {
      ...headers,
      ...(from > 0 ? range : {}),
      "content-length": body.length,
    });
    if (serving.breaksAfter === undefined) response.end(body);
    else
      response.write(body.subarray(0, serving.breaksAfter), () => setTimeout(() => response.destroy(), 20));
  };
}
