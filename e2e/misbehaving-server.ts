/**
 * A real OpenAI-compatible HTTP server on 127.0.0.1 that misbehaves on purpose, for tests of everything that talks
 * to models.
 *
 *     const server = await startMisbehavingServer({ script: ["rate-limited", "good"] });
 *     // point a core at server.baseUrl, with a model named after a behaviour
 *     await server.close();
 *
 * What answers a chat completion: the next entry of the script; when the script is used up, the behaviour that the
 * request's model is named after (`hang`, `tools`, `ollama-like/drop` by its last part); else `options.otherwise`,
 * which is `good`. GET /v1/models lists all behaviours and `options.models`. Every error text contains the key that
 * was sent, as careless servers do, so that tests can prove that it is scrubbed. `requests` never contains it.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { type ChatRequest, isBehaviourName, NAMED_BEHAVIOURS } from "./misbehaving-behaviours.ts";

export type BehaviourName = keyof typeof NAMED_BEHAVIOURS;

/** An answer of a test's own. */
export type CustomBehaviour =
  /** A plain HTTP answer. */
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string }
  /** Raw pieces of a text/event-stream, each written by itself, and what becomes of the connection after. */
  | { readonly pieces: readonly string[]; readonly ending: "end" | "drop" | "hang" };

export type Behaviour = BehaviourName | CustomBehaviour;

export interface MisbehavingServerOptions {
  readonly script?: readonly Behaviour[];
  /** For models that are not named after a behaviour. */
  readonly otherwise?: Behaviour;
  /** Listed beside the behaviours; with `"none"`, nothing is listed but these. */
  readonly models?: readonly string[];
  readonly listBehaviours?: "all" | "none";
  /** In place of the list of models. */
  readonly listing?: CustomBehaviour | "hang";
  /** What `good` says. */
  readonly answer?: string;
  /** What `tools` and the tool-call faults call the request's first tool with. */
  readonly toolArguments?: Readonly<Record<string, unknown>>;
  /** Wait before each piece of a stream in ms, to watch one at work. */
  readonly pieceDelayMs?: number;
  /** What `rate-limited` sends as Retry-After in seconds. */
  readonly retryAfterSeconds?: number;
  /** JSON answers on further paths, such as `/props`, also as a function of the request's body. */
  readonly routes?: Readonly<Record<string, unknown>>;
}

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly model: string | null;
  /** The parsed body; null where there is none. */
  readonly body: unknown;
  readonly credentials: "bearer" | "none";
}

export interface MisbehavingServer {
  /** With `/v1`. */
  readonly baseUrl: string;
  /** Host and port, as errors should name it. */
  readonly address: string;
  readonly port: number;
  /** The last 1,000, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Requests for chat completions among them. */
  readonly completions: readonly RecordedRequest[];
  /** Adds to the end of the script. */
  enqueue(...behaviours: readonly Behaviour[]): void;
  /** Resolves when this many chat completions were asked for. */
  untilCompletions(count: number): Promise<void>;
  /** Ends at once, hung connections too. */
  close(): Promise<void>;
}

const REQUESTS_KEPT = 1_000;
const DROP_DELAY_MS = 20;

export async function startMisbehavingServer(
  options: MisbehavingServerOptions = {},
): Promise<MisbehavingServer> {
  const script = [...(options.script ?? [])];
  const requests: RecordedRequest[] = [];
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  let completionCount = 0;

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const body = parse(await textOf(request));
    const chat = chatRequestOf(body, request);
    requests.push({
      method: request.method ?? "GET",
      path,
      model: chat.model === "" ? null : chat.model,
      body,
      credentials: request.headers.authorization === undefined ? "none" : "bearer",
    });
    if (requests.length > REQUESTS_KEPT) requests.shift();

    if (path === "/v1/chat/completions" || path === "/beta/chat/completions") {
      completionCount += 1;
      for (const check of waiting) check();
      const behaviour = script.shift() ?? namedBy(chat.model) ?? options.otherwise ?? "good";
      return perform(behaviour, chat, response, completionCount);
    }
    if (path === "/v1/models" && options.listing !== "hang") {
      return options.listing ? sendCustom(options.listing, response) : sendJson(response, listOf(options));
    }
    if (options.routes && path in options.routes) {
      const route = options.routes[path];
      return sendJson(response, typeof route === "function" ? route(body) : route);
    }
    if (path !== "/v1/models") sendCustom({ status: 404, body: "404 page not found" }, response);
  }

  async function perform(
    behaviour: Behaviour,
    chat: ChatRequest,
    response: ServerResponse,
    turn: number,
  ): Promise<void> {
    const made =
      typeof behaviour === "string"
        ? NAMED_BEHAVIOURS[behaviour]({
            chat,
            answer: options.answer ?? "The answer is 42.",
            toolArguments: options.toolArguments ?? { expression: "6 * 7" },
            retryAfterSeconds: options.retryAfterSeconds ?? 7,
            turn,
          })
        : behaviour;
    if (made === "hang") return;
    if (made === "drop") response.socket?.destroy();
    else await sendCustom(made, response, options.pieceDelayMs);
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("The server has no port");
  const { port } = bound;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    address: `127.0.0.1:${port}`,
    port,
    requests,
    get completions() {
      return requests.filter((request) => request.path.endsWith("/chat/completions"));
    },
    enqueue: (...behaviours) => void script.push(...behaviours),
    untilCompletions: (count) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (completionCount < count) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    async close() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function namedBy(model: string): BehaviourName | null {
  const name = model.split("/").at(-1) ?? "";
  return isBehaviourName(name) ? name : null;
}

function listOf(options: MisbehavingServerOptions): unknown {
  const behaviours = options.listBehaviours === "none" ? [] : Object.keys(NAMED_BEHAVIOURS);
  const data = [...behaviours, ...(options.models ?? [])].map((id) => ({ id, object: "model", created: 1 }));
  return { object: "list", data };
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
}

async function sendCustom(behaviour: CustomBehaviour, response: ServerResponse, delayMs = 0): Promise<void> {
  if ("status" in behaviour) {
    const headers = { "content-type": "application/json", ...behaviour.headers };
    response.writeHead(behaviour.status, headers).end(behaviour.body);
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.flushHeaders();
  for (const piece of behaviour.pieces) {
    await pause(delayMs);
    if (response.destroyed) return;
    // Waiting for each piece to leave also stops an endless stream when the reader goes away.
    if (!response.write(piece)) await Promise.race([once(response, "drain"), once(response, "close")]);
  }
  if (behaviour.ending === "end") response.end();
  if (behaviour.ending === "drop") {
    // A reader forgets what it has not taken when its connection breaks: let it take the pieces first.
    await pause(DROP_DELAY_MS);
    response.socket?.destroy();
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request.setEncoding("utf8")) text += part;
  return text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function chatRequestOf(body: unknown, request: IncomingMessage): ChatRequest {
  const fields: { readonly model?: unknown; readonly messages?: unknown; readonly tools?: unknown } =
    typeof body === "object" && body !== null ? body : {};
  return {
    model: typeof fields.model === "string" ? fields.model : "",
    messages: Array.isArray(fields.messages) ? fields.messages : [],
    tools: Array.isArray(fields.tools) ? fields.tools : [],
    fields: Object.keys(fields),
    key: (request.headers.authorization ?? "").replace(/^Bearer /, ""),
  };
}
