import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { APP_ORIGIN, serveFolder } from "./app-protocol.ts";

let outside = "";
let serve: (request: Request) => Promise<Response>;
beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), "aios-protocol-"));
  const folder = join(outside, "renderer");
  mkdirSync(join(folder, "assets"), { recursive: true });
  mkdirSync(join(outside, "renderer-other"));
  writeFileSync(join(outside, "secret.json"), "secret");
  writeFileSync(join(outside, "renderer-other", "secret.json"), "secret");
  writeFileSync(join(folder, "index.html"), "<p>the page</p>");
  writeFileSync(join(folder, "assets", "page.js"), "export {};");
  writeFileSync(join(folder, "assets", "page.css"), "a{}");
  writeFileSync(join(folder, "key.pem"), "not a web file");
  serve = serveFolder(folder);
});
afterEach(() => rmSync(outside, { recursive: true, force: true }));

const get = (path: string, method = "GET") => serve(new Request(`${APP_ORIGIN}${path}`, { method }));

describe("serveFolder", () => {
  test.each([
    ["/", "text/html; charset=utf-8"],
    ["/index.html", "text/html; charset=utf-8"],
    ["/index.html?from=menu#overview", "text/html; charset=utf-8"],
    ["/assets/page.js", "text/javascript; charset=utf-8"],
    ["/assets/page.css", "text/css; charset=utf-8"],
  ])("serves %s as %s", async (path, type) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe(type);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("every answer carries the policy, the refusals too", async () => {
    for (const path of ["/", "/missing.js", "/..%2fsecret.json"]) {
      const policy = (await get(path)).headers.get("content-security-policy");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("unsafe-eval");
    }
  });

  test.each([
    "/..%2fsecret.json",
    "/%2e%2e%2fsecret.json",
    "/assets/..%2f..%2fsecret.json",
    "/..%2frenderer-other%2fsecret.json",
    "/..%5csecret.json",
    "/index.html%00.js",
  ])("refuses %s", async (path) => {
    const response = await get(path);
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain("secret");
  });

  test.each([
    ["/missing.js", 404],
    ["/assets/", 404],
    ["/key.pem", 404],
    ["/%e0%a4%a", 400],
    // The URL parser itself takes these back to the root of the folder.
    ["/../secret.json", 404],
    ["/%2e%2e/secret.json", 404],
  ])("answers %s with %d", async (path, status) => {
    expect((await get(path)).status).toBe(status);
  });

  test("refuses other methods and other origins", async () => {
    expect((await get("/", "POST")).status).toBe(405);
    expect((await serve(new Request("app://other/index.html"))).status).toBe(403);
  });
});
