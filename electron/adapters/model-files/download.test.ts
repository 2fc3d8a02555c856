import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ggufBytes } from "../llama/testing/gguf-bytes.ts";
import { digestOf } from "./part-file.ts";
import { failsWith, HALF, isWhole, MODEL, SHA256, useDownloads } from "./testing/download-stand.ts";
import { type Answer, serveFile } from "./testing/file-server.ts";

const { models, serving, get, left } = useDownloads();

describe("a server that starts over", () => {
  /** A part is there when the second server's answer comes. */
  async function withPart(first: Answer, then: Answer) {
    const server = await serving((request, response, nth) =>
      (nth === 1 ? first : then)(request, response, nth),
    );
    const file = await get(server.address, { sha256: SHA256 }).result;
    expect(isWhole(file)).toBe(true);
    return server;
  }
  const old = Buffer.concat([MODEL.subarray(0, HALF), randomBytes(HALF)]);

  test("since it knows no ranges", async () => {
    await withPart(serveFile(MODEL, { breaksAfter: HALF }), serveFile(MODEL, { ranges: "no" }));
  });

  test("since its file has changed", async () => {
    await withPart(serveFile(old, { etag: '"old"', breaksAfter: HALF }), serveFile(MODEL));
  });

  test("by its date, where it gives no strong ETag", async () => {
    const dated = { etag: 'W/"weak"', lastModified: "Mon, 02 Nov 2026 10:00:00 GMT" };
    const server = await withPart(serveFile(MODEL, { ...dated, breaksAfter: HALF }), serveFile(MODEL, dated));
    expect(server.asked[1]?.ifRange).toBe(dated.lastModified);
  });

  test("since it gave nothing to know the file by", async () => {
    const server = await withPart(
      serveFile(MODEL, { etag: null, breaksAfter: HALF }),
      serveFile(MODEL, { etag: null }),
    );
    expect(server.asked[1]?.range).toBeUndefined();
  });

  test.each([
    ["of a new file", { etag: '"new"', "content-range": "" }],
    ["of another length", { "content-range": "bytes 300000-300001/300002" }],
    ["that begins elsewhere", { "content-range": "bytes 7-8/9" }],
  ])("since it sends a range %s without a word", async (_, headers) => {
    const server = await serving((request, response, nth) => {
      const { range } = request.headers;
      if (nth === 1) serveFile(MODEL, { breaksAfter: HALF })(request, response, nth);
      else if (range === undefined) serveFile(MODEL)(request, response, nth);
      else {
        const from = range.slice("bytes=".length, -1);
        const rest = { "content-range": `bytes ${from}-${MODEL.length - 1}/${MODEL.length}` };
        const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ""));
        response.writeHead(206, { ...rest, ...given }).end(MODEL.subarray(Number(from)));
      }
    });
    expect(isWhole(await get(server.address, { sha256: SHA256 }).result)).toBe(true);
  });

  test("since a part is of another file, longer than the new one", async () => {
    const server = await serving(serveFile(MODEL));
    mkdirSync(models());
    writeFileSync(join(models(), "tiny.gguf.part"), Buffer.concat([MODEL, MODEL]));
    const record = {
      addressDigest: digestOf(server.address),
      validator: '"first"',
      totalBytes: null,
      sha256: null,
    };
    writeFileSync(join(models(), "tiny.gguf.json"), JSON.stringify(record));
    expect(isWhole(await get(server.address, { sha256: SHA256 }).result)).toBe(true);
  });
});

describe("what comes to nothing keeps nothing", () => {
  test("another SHA-256 than was given", async () => {
    const server = await serving(serveFile(MODEL));
    const { result } = get(server.address, { sha256: "0".repeat(64) });
    await expect(result).rejects.toMatchObject(failsWith("model-file-unusable", new RegExp(SHA256)));
    expect(left()).toEqual([]);
  });

  test("a changed byte in the part that was there", async () => {
    const server = await serving(serveFile(MODEL, { breaksAfter: HALF }));
    server.answer = (request, response, nth) =>
      nth === 1 ? serveFile(MODEL, { breaksAfter: HALF })(request, response, nth) : void response.destroy();
    await expect(get(server.address).result).rejects.toMatchObject(failsWith("page-unreachable"));
    const part = join(models(), "tiny.gguf.part");
    const spoilt = readFileSync(part);
    spoilt[spoilt.length - 1] = (spoilt.at(-1) ?? 0) ^ 1;
    writeFileSync(part, spoilt);
    server.answer = serveFile(MODEL);
    await expect(get(server.address, { sha256: SHA256 }).result).rejects.toMatchObject(
      failsWith("model-file-unusable", /another SHA-256/),
    );
    expect(left()).toEqual([]);
  });

  test.each<[string, Answer, RegExp]>([
    [
      "a web page",
      (_, response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
      /a web page/,
    ],
    [
      "a web page that calls itself a file",
      (_, response) => void response.end("<!doctype html>"),
      /a web page/,
    ],
    [
      "another kind of file",
      (_, response) => void response.end(randomBytes(1_000)),
      /something else|no model/,
    ],
    [
      "a model that ends too early, though the server says that this is all",
      serveFile(ggufBytes().subarray(0, -300)),
      /cut off/,
    ],
    [
      "a packed answer",
      (_, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end("x"),
      /packed/,
    ],
  ])("%s", async (_, answer, message) => {
    const server = await serving(answer);
    await expect(get(server.address).result).rejects.toMatchObject(failsWith("model-file-unusable", message));
    expect(left()).toEqual([]);
  });
});

describe("a server at fault", () => {
  test.each([
    [404, /answered 404/],
    [401, /answered 401/],
    [403, /answered 403/],
  ])("that answers %i is asked once", async (status, message) => {
    const server = await serving((_, response) => void response.writeHead(status).end());
    await expect(get(server.address).result).rejects.toMatchObject(failsWith("page-unreachable", message));
    expect(server.asked).toHaveLength(1);
  });

  test("that is busy is asked again", async () => {
    const server = await serving((request, response, nth) => {
      if (nth < 3) response.writeHead(503, { "retry-after": "0" }).end();
      else serveFile(MODEL)(request, response, nth);
    });
    expect(isWhole(await get(server.address).result)).toBe(true);
  });

  test("that says nothing is given up, before its answer and in the middle", async () => {
    const server = await serving(() => {});
    await expect(get(server.address, { limits: { idleMs: 50 } }).result).rejects.toMatchObject(
      failsWith("page-unreachable", /no answer/),
    );
    server.answer = (_, response) => {
      response.writeHead(200, { "content-length": MODEL.length, etag: '"first"' });
      response.write(MODEL.subarray(0, HALF));
    };
    await expect(get(server.address, { limits: { idleMs: 50 } }).result).rejects.toMatchObject(
      failsWith("page-unreachable"),
    );
    server.answer = serveFile(MODEL);
    expect(isWhole(await get(server.address, { sha256: SHA256 }).result)).toBe(true);
  });

  test("that is slow is waited for", async () => {
    const small = ggufBytes();
    const server = await serving(async (_, response) => {
      response.writeHead(200, { "content-length": small.length });
      for (let at = 0; at < small.length; at += 100) {
        response.write(small.subarray(at, at + 100));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      response.end();
    });
    expect(readFileSync(await get(server.address, { limits: { idleMs: 2_000 } }).result).equals(small)).toBe(
      true,
    );
  });

  test("that does not say how long its file is, is believed at its end", async () => {
    const server = await serving((_, response) => {
      response.write(MODEL.subarray(0, HALF));
      response.end(MODEL.subarray(HALF));
    });
    expect(isWhole(await get(server.address).result)).toBe(true);
  });

  test("that is not there is named", async () => {
    const server = await serving(serveFile(MODEL));
    await server.close();
    await expect(get(server.address).result).rejects.toMatchObject(
      failsWith("page-unreachable", /127\.0\.0\.1:\d+: the connection was refused/),
    );
  });
});

describe("the disk", () => {
  test("without room takes nothing, and says how much is needed", async () => {
    const server = await serving(serveFile(MODEL));
    const limits = { freeBytes: async () => 1_000, reserveBytes: 5_000_000 };
    await expect(get(server.address, { limits }).result).rejects.toMatchObject(
      failsWith("storage-failed", /6 MB are needed, 1 MB are free/),
    );
  });

  test("is looked at again while the file comes", async () => {
    const long = Buffer.concat([ggufBytes(), Buffer.alloc(70_000_000)]);
    const server = await serving(serveFile(long));
    let looks = 0;
    const freeBytes = async (): Promise<number> => {
      looks += 1;
      return looks === 1 ? 1e12 : 0;
    };
    const { result } = get(server.address, { limits: { freeBytes, reserveBytes: 1 } });
    await expect(result).rejects.toMatchObject(failsWith("storage-failed", /no room/));
  });

  test("is not filled by a file beyond all measure, whether it says so or not", async () => {
    const server = await serving(serveFile(MODEL));
    const limits = { mostBytes: HALF };
    await expect(get(server.address, { limits }).result).rejects.toMatchObject(
      failsWith("storage-failed", /larger/),
    );
    server.answer = (_, response) => void response.writeHead(200).end(MODEL);
    await expect(get(server.address, { limits }).result).rejects.toMatchObject(
      failsWith("storage-failed", /larger/),
    );
  });

  test("that cannot be written is named", async () => {
    writeFileSync(models(), "a file where the folder should be");
    const server = await serving(serveFile(MODEL));
    await expect(get(server.address).result).rejects.toMatchObject(failsWith("storage-failed", /models/));
  });
});
