import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { type ServerFrame, WIRE_PING_MS } from "../../shared/wire.ts";
import { namingHandlers, TestFeed } from "./testing/feed.ts";
import { type RunningServer, serveWebSocket } from "./websocket-server.ts";

const TOKEN = "0123456789abcdef";
let folder: string;
let server: RunningServer;
let feed: TestFeed;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "aios-page-"));
  const page = join(folder, "page");
  mkdirSync(join(page, "assets"), { recursive: true });
  writeFileSync(join(page, "index.html"), "<p>dashboard</p>");
  writeFileSync(join(page, "assets", "app-1.js"), "run()");
  writeFileSync(join(folder, "secret.txt"), "secret");
  mkdirSync(`${page}-beside`);
  writeFileSync(join(`${page}-beside`, "secret.txt"), "secret");
  feed = new TestFeed();
  server = await serveWebSocket({ handlers: namingHandlers, feed: feed.log, port: 0, token: TOKEN, page });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

interface Options {
  readonly path?: string;
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}
const open = ({ path = "/socket", protocols = ["aios", TOKEN], headers = {} }: Options = {}): WebSocket =>
  new WebSocket(`ws://127.0.0.1:${server.port}${path}`, [...protocols], { headers });

/** The status of a refusal, or 101. */
async function statusOf(options: Options): Promise<number> {
  const socket = open(options);
  const opened = Promise.withResolvers<number>();
  socket.on("open", () => opened.resolve(101));
  socket.on("unexpected-response", (_, response) => opened.resolve(response.statusCode ?? 0));
  socket.on("error", () => {});
  const status = await opened.promise;
  socket.terminate();
  return status;
}

const origin = (value: string) => ({ headers: { origin: value } });

describe("a socket is let in", () => {
  test("with the token, from our own page or from no page", async () => {
    expect(await statusOf({})).toBe(101);
    expect(await statusOf(origin(`http://127.0.0.1:${server.port}`))).toBe(101);
    expect(await statusOf(origin(`http://localhost:${server.port}`))).toBe(101);
    expect(await statusOf({ headers: { host: `localhost:${server.port}` } })).toBe(101);
  });

  test("and is told our protocol, never the token", async () => {
    const socket = open();
    await once(socket, "open");
    expect(socket.protocol).toBe("aios");
    socket.terminate();
  });
});

describe("a socket is refused", () => {
  test.each([
    ["without a token", { protocols: ["aios"] }, 401],
    ["with another token", { protocols: ["aios", "0123456789abcdeF"] }, 401],
    ["with the token in another place", { protocols: [TOKEN, "aios"] }, 401],
    ["with the token in the address", { path: `/socket?token=${TOKEN}` }, 404],
    ["at another path", { path: "/other" }, 404],
    ["from another page", origin("https://example.org"), 403],
    ["from another port", origin("http://127.0.0.1:1"), 403],
    ["from a page without an origin", origin("null"), 403],
    ["under a foreign name", { headers: { host: "example.org" } }, 421],
  ])("%s", async (_, options, status) => {
    expect(await statusOf(options)).toBe(status);
  });

  test("and does not keep the server from closing by staying on the line", async () => {
    const line = connect({ port: server.port, host: "127.0.0.1", allowHalfOpen: true });
    line.on("error", () => {});
    line.write("GET /x HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    await once(line, "data");
    await server.close();
    line.destroy();
    server = { port: server.port, close: async () => {} };
  });
});

describe("an open socket", () => {
  async function connected(): Promise<{ socket: WebSocket; frames: ServerFrame[] }> {
    const socket = open();
    const frames: ServerFrame[] = [];
    socket.on("message", (data) => frames.push(JSON.parse(String(data))));
    socket.on("error", () => {});
    await once(socket, "open");
    return { socket, frames };
  }

  test("carries requests and the feed", async () => {
    const { socket, frames } = await connected();
    socket.send(JSON.stringify({ type: "request", id: 1, method: "kernel.info" }));
    await once(socket, "message");
    expect(frames).toMatchObject([{ type: "reply", id: 1, ok: true, output: { name: "kernel.info" } }]);
    socket.send(JSON.stringify({ type: "subscribe", subscription: 1, from: 0 }));
    socket.send(JSON.stringify({ type: "ping" }));
    await once(socket, "message");
    await feed.append({ type: "kernel.stopped", reason: "test" });
    while (frames.length < 3) await once(socket, "message");
    expect(frames[2]).toMatchObject({ type: "batch", batch: { from: 0, to: 1 } });
    socket.terminate();
  });

  test.each([
    ["a frame that is no frame", JSON.stringify({ type: "hello" })],
    ["a text that is no JSON", "{"],
    ["bytes", Buffer.from([0xff, 0x00])],
  ])("is closed at %s", async (_, data) => {
    const { socket } = await connected();
    socket.send(data);
    const [code] = await once(socket, "close");
    expect(code).toBe(1008);
  });

  test("is closed at a frame that is too large", async () => {
    const { socket } = await connected();
    socket.send(JSON.stringify({ type: "request", id: 1, method: "x", input: "x".repeat(1_000_001) }));
    const [code] = await once(socket, "close");
    expect(code).toBe(1009);
    expect(await statusOf({})).toBe(101);
  });

  test("that says nothing for long is closed; a sign of life keeps it open", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const [silent, lively] = [await connected(), await connected()];
    const closed = once(silent.socket, "close");
    for (let n = 0; n < 4; n += 1) {
      lively.socket.send(JSON.stringify({ type: "ping" }));
      await once(lively.socket, "message");
      vi.advanceTimersByTime(WIRE_PING_MS);
    }
    await closed;
    expect(lively.socket.readyState).toBe(WebSocket.OPEN);
    lively.socket.terminate();
    vi.useRealTimers();
  });

  test("that asks for much and reads nothing is closed before it fills the memory", async () => {
    const big = "x".repeat(8_000_000);
    const handlers = { ...namingHandlers, "kernel.info": async () => ({ big }) as never };
    const page = join(folder, "page");
    const other = await serveWebSocket({ handlers, feed: feed.log, port: 0, token: TOKEN, page });
    const socket = new WebSocket(`ws://127.0.0.1:${other.port}/socket`, ["aios", TOKEN]);
    socket.on("error", () => {});
    await once(socket, "open");
    socket.pause();
    for (let id = 0; id < 20; id += 1)
      socket.send(JSON.stringify({ type: "request", id, method: "kernel.info" }));
    const closed = once(socket, "close");
    // The server has taken in all requests when another connection is answered.
    const second = new WebSocket(`ws://127.0.0.1:${other.port}/socket`, ["aios", TOKEN]);
    await once(second, "open");
    second.terminate();
    socket.resume();
    expect((await closed)[0]).toBe(1006);
    await other.close();
  });

  test("ends with the server", async () => {
    const { socket } = await connected();
    const closed = once(socket, "close");
    await server.close();
    await closed;
    server = { port: server.port, close: async () => {} };
  });
});

test("a port that is taken is a conflict, with the way out", async () => {
  const options = { handlers: namingHandlers, feed: feed.log, token: TOKEN, page: folder };
  await expect(serveWebSocket({ ...options, port: server.port })).rejects.toMatchObject({
    data: { code: "conflict", hint: expect.stringContaining("--port") },
  });
});

describe("the page", () => {
  /** Sends the path as it stands, which fetch would tidy up. */
  function get(path: string, headers: Readonly<Record<string, string>> = {}, method = "GET") {
    return new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
      const sent = request({ host: "127.0.0.1", port: server.port, path, headers, method }, (response) => {
        let body = "";
        response.on("data", (chunk) => {
          body += chunk;
        });
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
      });
      sent.on("error", reject);
      sent.end();
    });
  }

  test("is served fresh, its files for good, both locked down", async () => {
    const page = await get("/?x=1#y");
    expect([page.status, page.body]).toEqual([200, "<p>dashboard</p>"]);
    expect(page.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    expect(page.headers["content-security-policy"]).toContain("default-src 'self'");
    const script = await get("/assets/app-1.js");
    expect(script.headers["cache-control"]).toContain("immutable");
    expect((await get("/assets/app-1.js", {}, "HEAD")).body).toBe("");
  });

  test.each([
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/assets/../../secret.txt",
    "/../page-beside/secret.txt",
    "/%00",
    "/%zz",
    "//secret.txt",
    "/assets",
    "/nothing.js",
  ])("%s is not found", async (path) => {
    const { status, body } = await get(path);
    expect([status, body.includes("secret")]).toEqual([404, false]);
  });

  test("is read only, and serves its own host only", async () => {
    expect((await get("/", {}, "POST")).status).toBe(405);
    expect((await get("/", { host: "example.org" })).status).toBe(421);
  });
});
