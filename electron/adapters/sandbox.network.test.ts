import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createSocketServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NO_SANDBOX, Sandboxed } from "./sandbox/testing/sandboxed.ts";

/** Asks the sandbox's proxy for a page, as a program that knows of it does. `direct`: as one that does not. */
const asking = (url: string, way: "proxy" | "direct"): string => `
const { request } = await import("node:http");
const url = new URL(${JSON.stringify(url)});
const proxy = process.env.http_proxy ? new URL(process.env.http_proxy) : null;
const options = ${JSON.stringify(way)} === "proxy" && proxy
  ? { host: "127.0.0.1", port: proxy.port, path: url.href, headers: { host: url.host, "proxy-authorization":
      "Basic " + Buffer.from(decodeURIComponent(proxy.username) + ":" + decodeURIComponent(proxy.password)).toString("base64") } }
  : { host: url.hostname, port: url.port || 80, path: "/" };
request(options, (answer) => {
  let text = "";
  answer.on("data", (chunk) => (text += chunk));
  answer.on("end", () => console.log("ANSWER", answer.statusCode, text, JSON.stringify(answer.headers)));
}).on("error", (error) => console.log("ERROR", error.code ?? error.message)).end();
`;

describe.skipIf(NO_SANDBOX !== null)(`network in the sandbox ${NO_SANDBOX ?? ""}`, () => {
  let sandboxed: Sandboxed;
  let server: Server;
  let port: number;
  let connections = 0;
  beforeAll(async () => {
    sandboxed = new Sandboxed();
    server = createServer((_, answer) => answer.end("REACHED"));
    server.on("connection", () => {
      connections += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    server.close();
    await sandboxed.close();
  });

  const node = async (code: string, hosts: readonly string[]): Promise<string> => {
    const argv = [process.execPath, "--input-type=module", "-"];
    const end = await sandboxed.bash("", { argv, input: code, hosts, readable: [process.execPath] });
    expect(end.ended).toBe("exited");
    return end.output;
  };

  it("reaches neither a listener on loopback nor any other host without a grant", async () => {
    const before = connections;
    expect(await node(asking(`http://127.0.0.1:${port}/`, "direct"), [])).toMatch(/^ERROR E/);
    expect(await node(asking("http://192.0.2.1/", "direct"), [])).toMatch(/^ERROR E/);
    const bash = await sandboxed.bash(
      `exec 3<>/dev/tcp/127.0.0.1/${port} && echo REACHED; env | grep -ic proxy`,
    );
    expect(bash.output).not.toContain("REACHED");
    // Not even a proxy is there.
    expect(bash.output.trim().split("\n").at(-1)).toBe("0");
    expect(connections).toBe(before);
    // The listener is one that can be reached.
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("REACHED");
  });

  it("reaches no listener on a Unix socket", async () => {
    const socket = createSocketServer((connection) => connection.end("REACHED"));
    await new Promise<void>((resolve) => socket.listen(join(sandboxed.workspace, "door.sock"), resolve));
    try {
      const code = `(await import("node:net")).connect("door.sock").on("data", (d) => console.log(String(d))).on("error", (e) => console.log("ERROR", e.code))`;
      expect(await node(code, [])).toMatch(/^ERROR E/);
    } finally {
      socket.close();
    }
  });

  it("with a host granted, is let through to it and refused every other, loopback above all", async () => {
    const before = connections;
    // There is no such host: that it was looked for shows that it was let through.
    const granted = await node(asking("http://granted.invalid/", "proxy"), ["granted.invalid"]);
    expect(granted).toMatch(/^ANSWER 50\d/);
    expect(granted).not.toContain("blocked-by");
    const others = [
      "http://other.invalid/",
      "http://sub.granted.invalid/",
      `http://127.0.0.1:${port}/`,
      `http://localhost:${port}/`,
      `http://[::1]:${port}/`,
      `http://2130706433:${port}/`,
    ];
    const refused = await node(others.map((url) => `{${asking(url, "proxy")}}`).join("\n"), [
      "granted.invalid",
    ]);
    expect(refused.match(/^ANSWER 403/gm)).toHaveLength(others.length);
    expect(refused).not.toContain("REACHED");
    expect(await node(asking(`http://127.0.0.1:${port}/`, "direct"), ["granted.invalid"])).toMatch(
      /^ERROR E/,
    );
    expect(connections).toBe(before);
  });

  it("grants a port alone when one is named, and each call only its own hosts", async () => {
    expect(await node(asking("http://granted.invalid/", "proxy"), ["granted.invalid:443"])).toMatch(
      /^ANSWER 403/,
    );
    const [first, second] = await Promise.all([
      node(asking("http://first.invalid/", "proxy"), ["first.invalid"]),
      node(asking("http://first.invalid/", "proxy"), ["second.invalid"]),
    ]);
    expect(first).toMatch(/^ANSWER 50\d/);
    expect(second).toMatch(/^ANSWER 403/);
  });

  it("never grants this machine, by whatever name", async () => {
    for (const host of [
      "localhost",
      "127.0.0.1",
      "127.0.0.1:80",
      "app.localhost",
      "0.0.0.0",
      "2130706433",
      "169.254.169.254",
    ]) {
      await expect(sandboxed.bash("true", { hosts: [host] })).rejects.toMatchObject({
        data: { code: "bad-input" },
      });
    }
  });
});
