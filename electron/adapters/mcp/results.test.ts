import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Connected, Connections, never } from "./testing/connections.ts";
import { until } from "./testing/processes.ts";
import { odd } from "./testing/servers.ts";

const connections = new Connections();
const KEY = "s3cret-of-the-server";
let server: Connected;
beforeAll(async () => {
  server = await connections.open(odd("plain"), { secrets: { ODD_KEY: KEY } });
});
afterAll(() => connections.close());

describe("what a tool returns", () => {
  test("a failure that the tool reports is a result, one that it throws is an error", async () => {
    expect(await server.call("fail")).toEqual({ text: "the disk is full", images: [], outcome: "error" });
    await expect(server.call("throw")).rejects.toMatchObject({
      data: { code: "tool-failed", message: "no such thing as 7" },
    });
  });

  test("half a character is replaced", async () => {
    expect((await server.call("surrogates")).text).toBe("a\ufffdb");
  });

  test("structured content stands for a text that is not there", async () => {
    expect((await server.call("structured")).text).toBe('{"degrees":7}');
  });

  test("images stay images; what a model cannot take in is named", async () => {
    const { text, images } = await server.call("media");
    expect(text.split("\n")).toEqual([
      "before",
      "[audio audio/wav, 4 bytes, left out]",
      "a page",
      "[content application/zip, 2 bytes, left out] of odd://data",
      "[resource odd://linked] Linked: elsewhere",
    ]);
    expect(images).toEqual([
      { mimeType: "image/gif", bytes: Buffer.from("GIF89a") },
      { mimeType: "image/png", bytes: Buffer.from("89504e47", "hex") },
    ]);
  });

  test("the server's secrets are taken out of it, of its log and of its tools", async () => {
    expect(await server.connection.tools(never())).toMatchObject([{ description: "made for [secret]" }]);
    expect((await server.call("secret")).text).toBe("the key is [secret]");
    await until(() => server.events.logs.some(({ text }) => text === "key [secret]"));
    expect(JSON.stringify(server.events.logs)).not.toContain(KEY);
  });
});

describe("what a server asks", () => {
  test("an image for a model is refused with the reason", async () => {
    await expect(server.call("sample-image")).rejects.toMatchObject({
      data: {
        code: "tool-failed",
        message: expect.stringContaining("take text only, and this message holds image"),
      },
    });
    expect(server.events.samples).toEqual([]);
  });

  test("a change of its tools is passed on", async () => {
    await server.call("change");
    await until(() => server.events.changes === 1);
  });
});

describe("a list of tools", () => {
  test("is read over all its pages, without what breaks the rules, and with the protocol's defaults", async () => {
    const { connection, events } = await connections.open(odd("tools", "25"));
    const tools = await connection.tools(never());
    expect(tools.map(({ name }) => name)).toEqual([...Array(25).keys()].map((index) => `t${index}`));
    expect(tools[0]).toEqual({
      name: "t0",
      title: null,
      description: "made for everybody",
      inputSchema: { type: "object" },
      annotations: { readOnly: false, destructive: true, idempotent: false, openWorld: true },
    });
    expect(events.logs).toContainEqual({
      level: "warning",
      text: "broken is not offered: its definition breaks the protocol's rules",
    });
  });

  test("without an end is refused", async () => {
    const { connection } = await connections.open(odd("tools", "5000"));
    await expect(connection.tools(never())).rejects.toMatchObject({
      data: { code: "server-failed", message: expect.stringContaining("more than 1000 tools") },
    });
  });
});
