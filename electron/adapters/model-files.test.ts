import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ggufBytes } from "./llama/testing/gguf-bytes.ts";
import { digestOf } from "./model-files/part-file.ts";
import {
  failsWith,
  HALF,
  isWhole,
  MODEL,
  SHA256,
  useDownloads,
} from "./model-files/testing/download-stand.ts";
import { serveFile } from "./model-files/testing/file-server.ts";
import { createModelFiles } from "./model-files.ts";

const { folder, models, serving, get, left } = useDownloads();

describe("a download", () => {
  test("brings the file, whole, and tells how far it is", async () => {
    const server = await serving(serveFile(MODEL));
    const { result, told } = get(server.address, { sha256: SHA256 });
    const file = await result;
    expect(file).toBe(join(models(), "tiny.gguf"));
    expect(isWhole(file)).toBe(true);
    expect(left()).toEqual(["tiny.gguf", "tiny.gguf.json"]);
    expect(told.at(-1)).toEqual({ done: MODEL.length, total: MODEL.length, message: "Checking it" });
  });

  test("goes on by itself where the connection broke", async () => {
    const server = await serving((request, response, nth) =>
      serveFile(MODEL, nth === 1 ? { breaksAfter: HALF } : {})(request, response, nth),
    );
    expect(isWhole(await get(server.address, { sha256: SHA256 }).result)).toBe(true);
    expect(server.asked).toHaveLength(2);
    expect(server.asked[1]).toMatchObject({
      range: expect.stringMatching(/^bytes=[1-9]\d*-$/),
      ifRange: '"first"',
    });
  });

  test("that broke for good keeps its part, and the next program goes on from there", async () => {
    const server = await serving(serveFile(MODEL, { breaksAfter: HALF }));
    // Each attempt that brings more counts as a new one, so the server has to break at once in the end.
    server.answer = (request, response, nth) =>
      nth === 1 ? serveFile(MODEL, { breaksAfter: HALF })(request, response, nth) : void response.destroy();
    await expect(get(server.address).result).rejects.toMatchObject({
      data: { code: "page-unreachable", hint: expect.stringContaining("goes on where it broke off") },
    });
    expect(left()).toEqual(["tiny.gguf.json", "tiny.gguf.part"]);
    server.answer = serveFile(MODEL);
    expect(isWhole(await get(server.address, { sha256: SHA256 }).result)).toBe(true);
    expect(server.asked.at(-1)?.range).toMatch(/^bytes=[1-9]\d*-$/);
  });

  test("that was cancelled keeps its part", async () => {
    const abort = new AbortController();
    const server = await serving((_, response) => {
      response.writeHead(200, { "content-length": MODEL.length, etag: '"first"' });
      response.write(MODEL.subarray(0, HALF), () => setTimeout(() => abort.abort(), 50));
    });
    await expect(get(server.address, { signal: abort.signal }).result).rejects.toMatchObject(
      failsWith("cancelled"),
    );
    server.answer = serveFile(MODEL);
    expect(isWhole(await get(server.address, { sha256: SHA256 }).result)).toBe(true);
    expect(server.asked.at(-1)?.range).toMatch(/^bytes=/);
  });

  test("that was whole but for its last step is not got again", async () => {
    const server = await serving(serveFile(MODEL));
    mkdirSync(models());
    writeFileSync(join(models(), "tiny.gguf.part"), MODEL);
    const record = {
      addressDigest: digestOf(server.address),
      validator: '"first"',
      totalBytes: MODEL.length,
      sha256: null,
    };
    writeFileSync(join(models(), "tiny.gguf.json"), JSON.stringify(record));
    expect(isWhole(await get(server.address, { sha256: SHA256 }).result)).toBe(true);
    expect(server.asked).toHaveLength(1);
  });

  test("of a file that is there already brings nothing, and of another of its name brings it beside", async () => {
    const server = await serving(serveFile(MODEL));
    const first = await get(server.address).result;
    expect(await get(server.address, { sha256: SHA256 }).result).toBe(first);
    expect(server.asked).toHaveLength(1);
    const other = server.address.replace("/models/", "/others/");
    expect(await get(other).result).toBe(join(models(), "tiny-2.gguf"));
  });

  test("goes on one at a time for an address; two of one name do not meet", async () => {
    const server = await serving(serveFile(MODEL));
    const files = createModelFiles(models(), { reserveBytes: 0 });
    const run = { signal: new AbortController().signal, progress: () => {} };
    const first = files.download(server.address, null, run);
    await expect(files.download(server.address, null, run)).rejects.toMatchObject(failsWith("conflict"));
    const other = files.download(server.address.replace("/models/", "/others/"), null, run);
    expect(new Set(await Promise.all([first, other])).size).toBe(2);
  });

  test("keeps no key of its address on the disk", async () => {
    const server = await serving(serveFile(MODEL));
    const file = await get(`${server.address}?token=secret-key`).result;
    expect(left()).toEqual(["tiny.gguf", "tiny.gguf.json"]);
    expect(readFileSync(`${file}.json`, "utf8")).not.toContain("secret-key");
  });

  test("follows redirects, to http and https alone, and not without end", async () => {
    const server = await serving((request, response, nth) => {
      if (request.url === "/models/tiny.gguf") response.writeHead(302, { location: "/elsewhere" }).end();
      else serveFile(MODEL)(request, response, nth);
    });
    expect(isWhole(await get(server.address).result)).toBe(true);
    for (const location of ["file:///etc/passwd", "/models/tiny.gguf", "::"]) {
      server.answer = (_, response) => void response.writeHead(302, { location }).end();
      await expect(get(`${server.address}?n`).result).rejects.toMatchObject(
        failsWith("page-unreachable", /redirect/),
      );
    }
  });
});

describe("model files on this machine", () => {
  test("are listed where they can be read", async () => {
    const files = createModelFiles(models());
    expect(await files.list()).toEqual([]);
    mkdirSync(models());
    writeFileSync(join(models(), "good.gguf"), ggufBytes());
    writeFileSync(join(models(), "bad.gguf"), "GGUF?");
    writeFileSync(join(models(), "half.gguf.part"), ggufBytes());
    expect((await files.list()).map(({ file }) => file)).toEqual([join(models(), "good.gguf")]);
  });

  test("have one path each, and only a full one", async () => {
    const files = createModelFiles(models());
    const file = join(folder(), "real.gguf");
    writeFileSync(file, ggufBytes());
    symlinkSync(file, join(folder(), "link.gguf"));
    const { file: named } = await files.inspect(join(folder(), "link.gguf"));
    expect(named).toBe((await files.inspect(file)).file);
    await expect(files.inspect("real.gguf")).rejects.toMatchObject({
      data: { code: "bad-input", field: "file" },
    });
    await expect(files.inspect(join(folder(), "gone.gguf"))).rejects.toMatchObject(failsWith("not-found"));
  });
});
