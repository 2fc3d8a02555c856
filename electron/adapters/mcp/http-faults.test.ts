import { afterAll, afterEach, describe, expect, test } from "vitest";
import { Connections, never } from "./testing/connections.ts";
import { type HttpServer, startEverything } from "./testing/everything-over-http.ts";
import {
  type Answer,
  answerJson,
  beginEvents,
  type FakeHttpServer,
  startFakeHttpServer,
} from "./testing/fake-http-server.ts";
import { until } from "./testing/processes.ts";

const connections = new Connections();
const hasty = new Connections({ connectMs: 700 });
const servers: (FakeHttpServer | HttpServer)[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));
afterAll(() => Promise.all([connections.close(), hasty.close()]));

async function fake(answer: Answer): Promise<FakeHttpServer> {
  const server = await startFakeHttpServer(answer);
  servers.push(server);
  return server;
}

const secrets = { Authorization: "Bearer s3cret-of-the-server" };

describe("an HTTP server", () => {
  test("that answers with JSON and has no stream of its own is used, with the headers on every request", async () => {
    const server = await fake(({ rpc, id }, response) => {
      if (rpc !== "tools/call") return "default";
      answerJson(response, id, { content: [{ type: "text", text: secrets.Authorization }] });
      return undefined;
    });
    const { connection, call } = await connections.open(server.transport, { secrets });
    expect(await connection.tools(never())).toEqual([]);
    expect((await call("any")).text).toBe("[secret]");
    await connection.close();
    expect(server.requests.map(({ method }) => method)).toContain("DELETE");
    expect(server.requests.length).toBeGreaterThan(4);
    for (const { headers } of server.requests) expect(headers.authorization).toBe(secrets.Authorization);
  });

  test.each([301, 302, 303, 307, 308])("is not followed elsewhere by a redirect with %i", async (status) => {
    const elsewhere = await fake(() => "default");
    const server = await fake((_, response) => {
      response.writeHead(status, { location: elsewhere.address }).end();
      return undefined;
    });
    await expect(connections.open(server.transport, { secrets })).rejects.toMatchObject({
      data: { code: "server-failed", message: expect.stringContaining("not followed") },
    });
    expect(elsewhere.requests).toEqual([]);
  });

  test("that does not accept the key says so, without the key", async () => {
    const server = await fake(({ headers }, response) => {
      response.writeHead(401).end(`no user for ${headers.authorization}`);
      return undefined;
    });
    const refused = connections.open(server.transport, { secrets });
    await expect(refused).rejects.toMatchObject({
      data: {
        code: "server-failed",
        message: expect.stringContaining("no user for [secret]"),
        hint: expect.stringContaining("headers"),
      },
    });
  });

  test("that is not there, or never answers, is refused in time", async () => {
    const gone = await startFakeHttpServer(() => "default");
    await gone.stop();
    await expect(connections.open(gone.transport)).rejects.toMatchObject({
      data: { code: "server-failed", message: expect.stringContaining("ECONNREFUSED") },
    });
    const silent = await fake(() => undefined);
    await expect(hasty.open(silent.transport)).rejects.toMatchObject({
      data: { code: "server-failed", message: expect.stringContaining("did not answer within 0.7 s") },
    });
  });

  test.each([
    ["ftp://127.0.0.1/mcp", "neither http nor https"],
    ["http://ada:secret-word@127.0.0.1/mcp", "user name or a password"],
  ])("at %s is refused without a request", async (url, says) => {
    const refused = connections.open({ type: "http", url, headerNames: [] });
    await expect(refused).rejects.toMatchObject({
      data: { code: "server-failed", message: expect.stringContaining(says) },
    });
    await expect(refused).rejects.not.toMatchObject({
      data: { message: expect.stringContaining("secret-word") },
    });
  });

  test("that forgets the session is reported as gone, once", async () => {
    const server = await fake(({ rpc }, response) => {
      if (rpc !== "tools/call") return "default";
      response.writeHead(404).end("no such session");
      return undefined;
    });
    const { call, events } = await connections.open(server.transport);
    await expect(call("any")).rejects.toMatchObject({
      data: { code: "server-crashed", message: "tested has ended the session" },
    });
    await expect(call("any")).rejects.toMatchObject({ data: { code: "server-crashed" } });
    expect(events.closes).toEqual([{ code: "server-crashed", message: "tested has ended the session" }]);
  });

  test("that fails a request fails that call alone", async () => {
    let status = 500;
    const server = await fake(({ rpc, id }, response) => {
      if (rpc !== "tools/call") return "default";
      if (status === 500) response.writeHead(500).end("database is locked");
      else answerJson(response, id, { content: [] });
      return undefined;
    });
    const { call, events } = await connections.open(server.transport);
    await expect(call("any")).rejects.toMatchObject({
      data: { code: "server-failed", message: expect.stringContaining("database is locked") },
    });
    status = 200;
    expect((await call("any")).outcome).toBe("ok");
    expect(events.closes).toEqual([]);
  });

  test("whose answer breaks off and cannot be taken up again fails that call alone", async () => {
    const server = await fake(({ rpc }, response) => {
      if (rpc !== "tools/call") return "default";
      beginEvents(response);
      response.write(": still there\n\n", () => response.destroy());
      return undefined;
    });
    const { connection, call, events } = await connections.open(server.transport);
    await expect(call("any")).rejects.toMatchObject({
      data: { code: "server-crashed", message: "The answer of tested broke off" },
    });
    expect(await connection.tools(never())).toEqual([]);
    expect(events.closes).toEqual([]);
  });

  test.each(["text/event-stream", "application/json"])(
    "whose answer as %s has no end fails that call alone, and fills no memory",
    async (format) => {
      const server = await fake(({ rpc }, response) => {
        if (rpc !== "tools/call") return "default";
        response.writeHead(200, { "content-type": format });
        const more = (): void => {
          if (!response.destroyed) response.write("x".repeat(1_000_000), () => setImmediate(more));
        };
        response.write('data: {"jsonrpc":"2.0","result":"');
        more();
        return undefined;
      });
      const { connection, call, events } = await connections.open(server.transport);
      await expect(call("any")).rejects.toMatchObject({
        data: { code: "tool-failed", message: expect.stringContaining("more than 16000000 bytes") },
      });
      expect(await connection.tools(never())).toEqual([]);
      expect(events.closes).toEqual([]);
    },
  );

  test("hears of a cancelled call, whose stream is then closed", async () => {
    const closed = Promise.withResolvers<void>();
    const server = await fake(({ rpc }, response) => {
      if (rpc !== "tools/call") return "default";
      response.on("close", closed.resolve);
      beginEvents(response);
      response.write("id: 1\ndata:\n\n");
      return undefined;
    });
    const { call } = await connections.open(server.transport);
    const abort = new AbortController();
    const waiting = call("any", {}, { signal: abort.signal });
    await until(() => server.requests.some(({ rpc }) => rpc === "tools/call"));
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ data: { code: "cancelled" } });
    await closed.promise;
    expect(server.requests.map(({ rpc }) => rpc)).toContain("notifications/cancelled");
  });
});

test("an HTTP server that is killed in mid-call fails the call and is reported once", async () => {
  const server = await startEverything();
  servers.push(server);
  const { call, events } = await connections.open(server.transport);
  const seen = Promise.withResolvers<void>();
  const lost = call(
    "trigger-long-running-operation",
    { duration: 20, steps: 100 },
    { progress: () => seen.resolve() },
  );
  await seen.promise;
  await server.stop();
  await expect(lost).rejects.toMatchObject({
    data: { code: "server-crashed", message: expect.stringContaining("does not answer") },
  });
  expect(events.closes).toHaveLength(1);
});
