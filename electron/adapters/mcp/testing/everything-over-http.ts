import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import type { ServerTransport } from "../../../../shared/servers.ts";
import { fileOf } from "./servers.ts";

/** The reference server over HTTP, in a process of its own. */
export interface HttpServer {
  readonly transport: ServerTransport;
  readonly child: ChildProcess;
  /** What it has printed. */
  readonly lines: readonly string[];
  stop(): Promise<void>;
}

/** Starts it on a free port; `port` to start it again where another was. */
export async function startEverything(port?: number): Promise<HttpServer> {
  const free = port ?? (await freePort());
  const child = spawn(process.execPath, [fileOf("everything"), "streamableHttp"], {
    env: { PATH: process.env.PATH, PORT: String(free) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  const [line] = await once(createInterface({ input: child.stderr }), "line");
  if (!/listening on port/.test(line)) throw new Error(line);
  return {
    transport: { type: "http", url: `http://127.0.0.1:${free}/mcp`, headerNames: [] },
    child,
    lines,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
