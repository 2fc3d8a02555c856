import { describe, expect, test } from "vitest";
import { readPageText } from "./page-text.ts";
import type { FetchedPage } from "./request.ts";

const never = new AbortController().signal;
function page(content: string | Buffer, extra: Partial<FetchedPage> = {}): FetchedPage {
  const url = new URL("http://example.com/");
  return { url, type: "text/html", charset: null, body: Buffer.from(content), part: "whole", ...extra };
}

describe("text of a page", () => {
  test("is what a person reads: no scripts, styles, ways around the site, pictures or addresses", async () => {
    const html = `<!doctype html><html><head><title> Tea &amp;
      Cake </title><style>p { color: red }</style><script>alert("no")</script></head>
      <body><nav><a href="/">Home</a></nav><h1>Menu</h1><p>Tea is <b>2 €</b>, see <a href="/x">more</a>.</p>
      <ul><li>green</li><li>black</li></ul><img src="a.png" alt="cup"><noscript>off</noscript></body></html>`;
    const { title, text } = await readPageText(page(html), never);
    expect(title).toBe("Tea & Cake");
    expect(text).toContain("Menu");
    expect(text).toContain("Tea is 2 €, see more.");
    expect(text).toMatch(/\* green\n \* black/);
    expect(text).not.toMatch(/alert|color|Home|a\.png|\/x|off|Cake/);
  });

  test("keeps other text as it is", async () => {
    const json = '{"title": "<b>x</b>"}';
    expect(await readPageText(page(json, { type: "application/json" }), never)).toEqual({
      title: "",
      text: json,
    });
  });

  test.each([
    ["the header", "windows-1252", Buffer.from("<p>caf\xe9</p>", "latin1")],
    ["the page's meta", null, Buffer.from('<meta charset="iso-8859-1"><p>caf\xe9</p>', "latin1")],
    ["a byte order mark", "utf-8", Buffer.from("\ufeff<p>café</p>", "utf16le")],
    ["UTF-8 where nothing is said", null, Buffer.from("<p>café</p>")],
    ["UTF-8 where nonsense is said", "no-such-charset", Buffer.from("<p>café</p>")],
  ])("is decoded by %s", async (_, charset, body) => {
    expect((await readPageText(page(body, { charset }), never)).text).toBe("café");
  });

  test("deep nesting and a title without end are taken in one's stride", async () => {
    const deep = `${"<div>".repeat(10_000)}deep${"</div>".repeat(10_000)}`;
    expect(await readPageText(page(deep), never)).toHaveProperty("title", "");
    expect(await readPageText(page("<title".repeat(300_000)), never)).toHaveProperty("title", "");
  });

  test("a page that is made to take for ever can be ended, and holds nobody up meanwhile", async () => {
    const endless = page("<div>".repeat(400_000));
    await expect(readPageText(endless, AbortSignal.timeout(100))).rejects.toMatchObject({
      data: { code: "page-unreachable" },
    });
  });

  test("ends when it is aborted", async () => {
    await expect(readPageText(page("<p>x</p>"), AbortSignal.abort())).rejects.toThrow("cannot be read");
  });
});
