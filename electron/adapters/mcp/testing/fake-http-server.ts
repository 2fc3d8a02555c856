import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { ServerTransport } from "../../../../shared/servers.ts";

/** What came in, before it is answered. */
export interface FakeRequest {
  readonly method: string;
  readonly headers: IncomingMessage["headers"];
  /** Of the JSON-RPC message; empty for GET and DELETE. */
  readonly rpc: string;
  readonly id: number;
}

/** Answers a request, or returns "default" to have the greeting and an empty list of tools done for it. */
export type Answer = (request: FakeRequest, response: ServerResponse) => undefined | "default";

export interface FakeHttpServer {
  readonly transport: ServerTransport;
  readonly address: string;
  readonly requests: readonly FakeRequest[];
  stop(): Promise<void>;
}

/** Fake: a streamable HTTP server whose faults a test writes out. Without a stream of its own (405). */
export async function startFakeHttpServer(answer: Answer): Promise<FakeHttpServer> {
  const requests: FakeRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const body = await text(incoming).catch(() => "");
    const message = body === "" ? {} : JSON.parse(body);
    const { method = "", headers } = incoming;
    const request = { method, headers, rpc: message.method ?? "", id: message.id ?? 0 };
    requests.push(request);
    if (answer(request, response) === "default") answerByDefault(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  const address = `http://127.0.0.1:${bound.port}/mcp`;
  return {
    transport: { type: "http", url: address, headerNames: [] },
    address,
    requests,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** One answer as JSON. */
export function answerJson(response: ServerResponse, id: number, result: object): void {
  response.writeHead(200, { "content-type": "application/json", "mcp-session-id": "s1" });
  response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
}

/** Begins a stream of events. */
export function beginEvents(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.flushHeaders();
}

function answerByDefault({ method, rpc, id }: FakeRequest, response: ServerResponse): void {
  if (method !== "POST") {
    response.writeHead(method === "GET" ? 405 : 200).end();
    return;
  }
  switch (rpc) {
    case "initialize":
      answerJson(response, id, {
        protocolVersion: "2025-06-18",
        serverInfo: { name: "fake", version: "1" },
        capabilities: { tools: {} },
      });
      break;
    case "tools/list":
      answerJson(response, id, { tools: [] });
      break;
    default:
      response.writeHead(202).end();
  }
}
