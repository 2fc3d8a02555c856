import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { bootKernel, PROGRAM_FOLDER } from "../boot.ts";
import { serveWebSocket } from "../transport/websocket-server.ts";
import type { CommandOf } from "./arguments.ts";
import { untilInterrupted } from "./signals.ts";

/** Serves the dashboard until it is told to stop. Prints one line, with the address. */
export async function serve({ dataFolder, port, token }: CommandOf<"serve">): Promise<number> {
  const page = join(PROGRAM_FOLDER, "dist", "renderer");
  buildPage(page);
  const kernel = await bootKernel({ host: "headless", dataFolder });
  const secret = token ?? randomBytes(32).toString("hex");
  try {
    const server = await serveWebSocket({
      handlers: kernel.handlers,
      feed: kernel.feed,
      port,
      token: secret,
      page,
    });
    const stopped = untilInterrupted();
    process.stdout.write(`AIOS dashboard: http://127.0.0.1:${server.port}/#token=${secret}\n`);
    await stopped;
    await server.close();
  } finally {
    await kernel.stop();
  }
  return 0;
}

/** A checkout that was never built gets its dashboard now; an installed program carries it. */
function buildPage(page: string): void {
  const script = join(PROGRAM_FOLDER, "scripts", "build.ts");
  if (existsSync(join(page, "index.html")) || !existsSync(script)) return;
  spawnSync(process.execPath, [script], {
    cwd: PROGRAM_FOLDER,
    stdio: ["ignore", process.stderr, process.stderr],
  });
}
