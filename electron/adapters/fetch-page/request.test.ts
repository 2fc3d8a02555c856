import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type FetchedPage, requestPage } from "./request.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function request(place: string, allowed: readonly string[] = [place]): Promise<FetchedPage> {
  return requestPage({
    url: new URL(`http://${place}/start`),
    resolve: () => Promise.reject(new Error("no name is looked up here")),
    allowedPrivateHosts: allowed,
    maxBytes: 100,
    signal: new AbortController().signal,
  });
}

describe("a page request", () => {
  test("gives the last address, the media type, the charset and the body", async () => {
    const place = await serve((message, response) => {
      if (message.url === "/start") response.writeHead(307, { location: "next?a=1" }).end();
      else response.writeHead(200, { "content-type": 'Text/HTML; charset="Shift_JIS"' }).end("body");
    });
    const page = await request(place);
    expect(page.url.href).toBe(`http://${place}/next?a=1`);
    expect(page).toMatchObject({ type: "text/html", charset: "Shift_JIS", part: "whole" });
    expect(page.body.toString()).toBe("body");
  });

  test("takes no more of a body than its limit, however long it goes on", async () => {
    const place = await serve((_, response) => {
      response.writeHead(200, { "content-type": "text/plain" });
      const more = (): void => {
        if (!response.destroyed) response.write("x".repeat(1_000), () => setImmediate(more));
      };
      more();
    });
    const page = await request(place);
    expect(page).toMatchObject({ part: "start", charset: null });
    expect(page.body).toHaveLength(100);
  });

  test("checks the address of each redirect before it connects", async () => {
    let reached = 0;
    const inner = await serve((_, response) => {
      reached += 1;
      response.end();
    });
    const outer = await serve((_, response) =>
      response.writeHead(302, { location: `http://${inner}/` }).end(),
    );
    await expect(request(outer)).rejects.toMatchObject({ data: { code: "private-address" } });
    expect(reached).toBe(0);
    await request(outer, [outer, inner]);
    expect(reached).toBe(1);
  });
});
