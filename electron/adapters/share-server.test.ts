import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strFromU8, strToU8, unzipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ShareId, shareId } from "../../shared/files.ts";
import type { SharedContent, SharedFile, ShareServer, ShareSource } from "../kernel/ports.ts";
import { createShareServer, SHARE_SERVER_LIMITS } from "./share-server.ts";

let folder: string;
let server: ShareServer;
let contents: Map<ShareId, SharedContent>;
let used: ShareId[];
const source: ShareSource = {
  contentOf: (id) => contents.get(id) ?? null,
  used: (id) => void used.push(id),
};
beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), "aios-shares-")), "shares");
  contents = new Map();
  used = [];
  server = createShareServer(folder);
  await server.open([], source);
});
afterEach(async () => {
  await server.close();
  rmSync(join(folder, ".."), { recursive: true });
});

async function shareFile(n: number, name: string, text: string): Promise<string> {
  contents.set(shareId(n), { type: "file" });
  return server.add({ id: shareId(n), name, content: strToU8(text) });
}

function shareZip(n: number, files: () => AsyncIterable<SharedFile>): Promise<string> {
  contents.set(shareId(n), {
    type: "zip",
    get files() {
      return files();
    },
  } as SharedContent);
  return server.add({ id: shareId(n), name: `folder${n}.zip`, content: null });
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** A request as it is written: fetch would mend what is hostile in it. */
async function ask(
  url: string,
  {
    method = "GET",
    path,
    headers,
  }: { method?: string; path?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { hostname, port, pathname } = new URL(url);
  const asked = request({ hostname, port, path: path ?? pathname, method, headers, agent: false });
  asked.end();
  const [response] = await once(asked, "response");
  const body = Buffer.concat(await response.toArray());
  return { status: response.statusCode, headers: response.headers, body };
}

const isRefused = async (url: string): Promise<boolean> =>
  ask(url).then(
    () => false,
    (error) => error.code === "ECONNREFUSED",
  );

test("a file is downloaded as it was when it was shared, and as nothing else", async () => {
  const url = await shareFile(1, "Übersicht (1).html", "<script>alert(1)</script>");
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/s\/[A-Za-z0-9_-]{43}\/%C3%9Cbersicht%20\(1\)\.html$/);
  const { status, headers, body } = await ask(url);
  expect({ status, body: strFromU8(body) }).toEqual({ status: 200, body: "<script>alert(1)</script>" });
  expect(headers).toMatchObject({
    "content-type": "application/octet-stream",
    "content-disposition":
      "attachment; filename=\"_bersicht _1_.html\"; filename*=UTF-8''%C3%9Cbersicht%20%281%29.html",
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "content-length": "25",
  });
  expect(used).toEqual([shareId(1)]);
  const head = await ask(url, { method: "HEAD" });
  expect(head).toMatchObject({ status: 200, headers: { "content-length": "25" } });
  expect(head.body).toHaveLength(0);
  expect(used).toHaveLength(1);
});

test("a folder is downloaded as a zip that is made on the way", async () => {
  const noise = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * 7919) % 251));
  const url = await shareZip(1, async function* () {
    yield { path: "notes/a.md", modifiedAt: Date.UTC(2026, 1, 1), content: strToU8("one") };
    yield { path: "notes/ü/noise.bin", modifiedAt: 0, content: noise };
    yield { path: "notes/empty.md", modifiedAt: Number.MAX_SAFE_INTEGER, content: new Uint8Array() };
  });
  const { status, headers, body } = await ask(url);
  expect(status).toBe(200);
  expect(headers).toMatchObject({ "content-type": "application/zip" });
  const files = unzipSync(body);
  expect(Object.keys(files)).toEqual(["notes/a.md", "notes/ü/noise.bin", "notes/empty.md"]);
  expect(strFromU8(files["notes/a.md"] ?? new Uint8Array())).toBe("one");
  expect(Buffer.from(files["notes/ü/noise.bin"] ?? []).equals(noise)).toBe(true);
});

test("a zip that cannot be finished is broken off, not passed for whole", async () => {
  const url = await shareZip(1, async function* () {
    yield { path: "a.md", modifiedAt: 0, content: strToU8("one") };
    throw new Error("the disk has gone");
  });
  await expect(ask(url)).rejects.toThrow();
});

describe("an address that is not good", () => {
  test("gets the same answer, whatever is wrong with it", async () => {
    const url = await shareFile(1, "a.txt", "secret");
    const gone = await shareFile(2, "b.txt", "secret");
    await server.remove(shareId(2));
    const expired = await shareFile(3, "c.txt", "secret");
    contents.delete(shareId(3));
    const { pathname } = new URL(url);
    const [, , token = ""] = pathname.split("/");
    const never = await ask(url, { path: `/s/${"A".repeat(43)}/a.txt` });
    expect(never).toMatchObject({ status: 404, body: Buffer.from("Not found\n") });
    const paths = [
      "/",
      "/s/",
      "/s",
      `/s/${token}`,
      `/s/${token}/`,
      `/s/${token}/b.txt`,
      `/s/${token}/../a.txt`,
      `/s/${token}/a.txt/..`,
      `/s/${token}/..%2fa.txt`,
      `/s/${token}/a.txt?x=1`,
      `/s/${token.slice(1)}/a.txt`,
      `/s/${token}x/a.txt`,
      `/s/${token.toUpperCase()}/a.txt`,
      `//s/${token}/a.txt`,
      `http://evil.example/s/${token}/a.txt`,
      "/s/%00/a.txt",
      "/shares.json",
      "/../shares.json",
    ];
    for (const path of paths) {
      const { date: _, ...headers } = (await ask(url, { path })).headers;
      expect(headers, path).toEqual(
        Object.fromEntries(Object.entries(never.headers).filter(([k]) => k !== "date")),
      );
      expect(await ask(url, { path }), path).toMatchObject({ status: 404, body: never.body });
    }
    for (const each of [gone, expired])
      expect(await ask(each)).toMatchObject({ status: 404, body: never.body });
    expect(used).toEqual([]);
  });

  test("a name that was made to lead here is no name of ours", async () => {
    const url = await shareFile(1, "a.txt", "secret");
    const { port } = new URL(url);
    for (const host of [
      "evil.example",
      `evil.example:${port}`,
      "127.0.0.1",
      `127.0.0.1:${port}.evil.example`,
    ]) {
      expect((await ask(url, { headers: { host } })).status, host).toBe(404);
    }
    expect((await ask(url, { headers: { host: `localhost:${port}` } })).status).toBe(200);
  });

  test.each(["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])("%s is not taken", async (method) => {
    const url = await shareFile(1, "a.txt", "secret");
    const { status, headers, body } = await ask(url, { method });
    expect({ status, allow: headers.allow, body: body.toString() }).toEqual({
      status: 405,
      allow: "GET, HEAD",
      body: "",
    });
  });
});

describe("a hostile client", () => {
  /** What the server says to bytes that are no proper request, until it ends the connection. */
  async function raw(url: string, bytes: string): Promise<string> {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.on("error", () => {});
    const parts: Buffer[] = [];
    socket.on("data", (part) => parts.push(part));
    socket.end(bytes);
    await once(socket, "close");
    return Buffer.concat(parts).toString();
  }

  test("gets nothing for what is no request, and the next one is served", async () => {
    const url = await shareFile(1, "a.txt", "secret");
    const { pathname, host } = new URL(url);
    for (const bytes of [
      "\0\0\0\0\r\n\r\n",
      `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nHost: evil.example\r\n\r\n`,
      `GET ${pathname} HTTP/1.1\r\n\r\n`,
      `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nX: ${"x".repeat(SHARE_SERVER_LIMITS.headerBytes)}\r\n\r\n`,
      `CONNECT evil.example:443 HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    ]) {
      expect(await raw(url, bytes)).not.toContain("secret");
    }
    expect((await ask(url)).status).toBe(200);
  });

  test("that opens many downloads holds up no more than its number of them", async () => {
    const held = Promise.withResolvers<void>();
    const url = await shareZip(1, async function* () {
      yield { path: "a", modifiedAt: 0, content: strToU8("a") };
      await held.promise;
    });
    const { downloads } = SHARE_SERVER_LIMITS;
    const open = Array.from({ length: downloads }, () => ask(url));
    while (used.length < downloads) await new Promise((resolve) => setImmediate(resolve));
    expect(await ask(url)).toMatchObject({ status: 503 });
    held.resolve();
    for (const each of await Promise.all(open)) expect(each.status).toBe(200);
    expect((await ask(url)).status).toBe(200);
  });
});

test("a download under way ends with its share", async () => {
  const url = await shareZip(1, async function* () {
    yield { path: "a", modifiedAt: 0, content: Buffer.alloc(100_000, "a") };
    await new Promise(() => {});
  });
  const download = expect(ask(url)).rejects.toThrow();
  while (used.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await server.remove(shareId(1));
  await download;
});

test("the server is there while there are shares, and at no other time", async () => {
  const first = await shareFile(1, "a.txt", "a");
  const second = await shareFile(2, "b.txt", "b");
  expect(new URL(first).port).toBe(new URL(second).port);
  await server.remove(shareId(1));
  expect((await ask(first)).status).toBe(404);
  expect((await ask(second)).status).toBe(200);
  await server.remove(shareId(2));
  expect(await isRefused(second)).toBe(true);
  await expect(server.address(shareId(2))).rejects.toMatchObject({ data: { code: "not-found" } });
});

describe("over a restart", () => {
  test("the same address is good, and those that were not named are let go of", async () => {
    const url = await shareFile(1, "a.txt", "kept");
    const other = await shareFile(2, "b.txt", "gone");
    await server.close();
    expect(await isRefused(url)).toBe(true);
    server = createShareServer(folder);
    await server.open([shareId(1)], source);
    expect(await server.address(shareId(1))).toBe(url);
    expect((await ask(url)).body.toString()).toBe("kept");
    expect((await ask(other)).status).toBe(404);
    expect(readdirSync(folder).sort()).toEqual(["h1", "shares.json"]);
  });

  test("a list that was damaged gives nothing away", async () => {
    const url = await shareFile(1, "a.txt", "kept");
    await server.close();
    writeFileSync(join(folder, "shares.json"), "{");
    server = createShareServer(folder);
    await server.open([shareId(1)], source);
    expect(await isRefused(url)).toBe(true);
    await expect(server.address(shareId(1))).rejects.toMatchObject({ data: { code: "not-found" } });
  });
});

test("tokens and contents are for this user alone", async () => {
  const url = await shareFile(1, "a.txt", "secret");
  if (process.platform !== "win32") {
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  }
  expect(readFileSync(join(folder, "shares.json"), "utf8")).toContain(new URL(url).pathname.split("/")[2]);
});
