import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFetchPage, type FetchPageOptions } from "./fetch-page.ts";
import { toolRun } from "./testing/tool-run.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let answer: Answer;
let place: string;
let requests: string[];
beforeEach(async () => {
  requests = [];
  answer = (_, response) => response.end();
  server = createServer((request, response) => {
    requests.push(String(request.url));
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  place = `127.0.0.1:${portOf(server)}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const portOf = (of: Server): number => (of.address() as AddressInfo).port;
const html =
  (body: string | Buffer, headers: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...headers }).end(body);
  };
function fetchPage(
  url: string,
  options: Partial<FetchPageOptions> = {},
  signal?: AbortSignal,
): Promise<string> {
  const tool = createFetchPage({ allowedPrivateHosts: () => [place], ...options });
  return tool.run(tool.parse({ url }), toolRun(signal));
}
const fails = (action: Promise<unknown>, code: string, message = /./) =>
  expect(action).rejects.toMatchObject({ data: { code, message: expect.stringMatching(message) } });

describe("a page", () => {
  test("comes as title, address and text", async () => {
    answer = html("<title>Tea</title><h1>Menu</h1><p>Green tea</p>");
    expect(await fetchPage(`http://${place}/menu#top`)).toBe(
      `Title: Tea\nURL: http://${place}/menu\n\nMenu\n\nGreen tea`,
    );
    answer = (_, response) => response.writeHead(200, { "content-type": "text/plain" }).end("just text");
    expect(await fetchPage(`http://${place}/a`)).toBe(`Title: (none)\nURL: http://${place}/a\n\njust text`);
  });

  test.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ])("is unpacked from %s", async (encoding, pack) => {
    answer = html(pack("<p>packed</p>"), { "content-encoding": encoding });
    expect(await fetchPage(`http://${place}/`)).toContain("packed");
  });

  test("is cut at its limits and says so, a bomb included", async () => {
    answer = html(gzipSync(Buffer.alloc(30_000_000, "a ")), {
      "content-encoding": "gzip",
      "content-type": "text/plain",
    });
    const text = await fetchPage(`http://${place}/`);
    expect(text.length).toBeLessThan(20_200);
    expect(text).toContain("the rest was left out");
    answer = html(`<p>${"b".repeat(5_000)}</p>`);
    expect(await fetchPage(`http://${place}/`, { limits: { bytes: 1_000 } })).toMatch(
      /b{900,1000}\n\n\[The page goes on/,
    );
  });

  test("is reached by redirects, at most five", async () => {
    answer = (request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.writeHead(200, { "content-type": "text/plain" }).end("there");
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    };
    expect(await fetchPage(`http://${place}/5`)).toContain("there");
    requests = [];
    await fails(fetchPage(`http://${place}/6`), "page-unreachable", /more than 5 times/);
    expect(requests).toHaveLength(6);
  });
});

describe("private addresses", () => {
  test("are refused without a connection unless they are allowed", async () => {
    await fails(fetchPage(`http://${place}/`, { allowedPrivateHosts: () => [] }), "private-address");
    await fails(fetchPage(`http://localhost:${portOf(server)}/`), "private-address");
    await fails(fetchPage(`http://0x7f000001:${portOf(server) + 1}/`), "private-address");
    expect(requests).toEqual([]);
  });

  test("are refused behind a public name, and behind a redirect", async () => {
    const resolve = async () => ["127.0.0.1"];
    await fails(fetchPage("http://public.example/", { resolve }), "private-address", /leads to 127\.0\.0\.1/);
    for (const location of ["http://169.254.169.254/", `http://[::1]:${portOf(server)}/`, "//10.0.0.1/x"]) {
      answer = (_, response) => response.writeHead(301, { location }).end();
      await fails(fetchPage(`http://${place}/`), "private-address");
    }
  });

  test("a redirect to another scheme or with a password goes nowhere", async () => {
    for (const location of [
      "file:///etc/passwd",
      "ftp://example.com/",
      "http://user:secret@example.com/",
      "http://",
    ]) {
      answer = (_, response) => response.writeHead(302, { location }).end();
      await fails(fetchPage(`http://${place}/`), "page-unreachable", /cannot be fetched$/);
    }
  });

  test("the connection goes to the address that was checked, though the name changes its mind", async () => {
    answer = html("<p>pinned</p>");
    let asked = 0;
    const resolve = async () => (++asked === 1 ? ["127.0.0.1"] : ["203.0.113.1"]);
    const name = `rebind.example:${portOf(server)}`;
    const text = await fetchPage(`http://${name}/`, { resolve, allowedPrivateHosts: () => [name] });
    expect(text).toContain("pinned");
    expect(asked).toBe(1);
  });
});

describe("failures say why", () => {
  test("statuses, types, names and ports", async () => {
    answer = (_, response) => response.writeHead(404).end("gone");
    await fails(fetchPage(`http://${place}/x`), "page-unreachable", /\/x answered 404 Not Found/);
    answer = html("png", { "content-type": "image/png" });
    await fails(fetchPage(`http://${place}/`), "page-unreachable", /is image\/png, and only text/);
    answer = (request) => request.socket.destroy();
    await fails(fetchPage(`http://${place}/`), "page-unreachable", /dropped/);
    answer = html("not gzip at all", { "content-encoding": "gzip" });
    await fails(fetchPage(`http://${place}/`), "page-unreachable");
    const resolve = () => Promise.reject(Object.assign(new Error("no"), { code: "ENOTFOUND" }));
    await fails(fetchPage("http://nowhere.example/", { resolve }), "page-unreachable", /not found \(DNS/);
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const port = portOf(closed);
    await new Promise((resolve) => closed.close(resolve));
    const refused = fetchPage(`http://127.0.0.1:${port}/`, {
      allowedPrivateHosts: () => [`127.0.0.1:${port}`],
    });
    await fails(refused, "page-unreachable", /refused/);
    await fails(fetchPage(`https://${place}/`), "page-unreachable", /encryption/);
  });

  test("slowness anywhere ends in a time-out", async () => {
    const limits = { totalMs: 150 };
    answer = () => {};
    await fails(fetchPage(`http://${place}/`, { limits }), "tool-timed-out");
    answer = (_, response) => void response.writeHead(200, { "content-type": "text/plain" }).write("first");
    await fails(fetchPage(`http://${place}/`, { limits }), "tool-timed-out");
    const resolve = () => new Promise<string[]>(() => {});
    await fails(fetchPage("http://slow.example/", { limits, resolve }), "tool-timed-out");
  });

  test("it ends when the run is cancelled", async () => {
    const run = new AbortController();
    answer = () => run.abort();
    await fails(fetchPage(`http://${place}/`, {}, run.signal), "cancelled");
    await fails(fetchPage(`http://${place}/`, {}, AbortSignal.abort()), "cancelled");
  });
});

describe("the tool", () => {
  const tool = createFetchPage({ allowedPrivateHosts: () => [] });

  test("has one effect, on the host and its port", async () => {
    expect(await tool.effects({ url: "https://Example.com/a?b" }, { memoryOwner: "ada" })).toEqual([
      { type: "net", target: "example.com:443", reversible: "yes" },
    ]);
  });

  test.each([
    "",
    "example.com",
    "ftp://example.com",
    "file:///etc/passwd",
    "http://a:b@example.com/",
    "javascript:1",
  ])("refuses %j as an address", (url) => {
    expect(() => tool.parse({ url })).toThrow("fetch_page: url");
  });
});
