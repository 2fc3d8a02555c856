import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROGRAM_FOLDER } from "../../electron/boot.ts";

/** From the start of the built headless host in an empty data folder to its page in hand, in ms. */
export async function firstPageMilliseconds(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "aios-bench-"));
  const start = performance.now();
  const program = join(PROGRAM_FOLDER, "dist", "main", "headless.js");
  const host = spawn(process.execPath, [program, "serve", "--data", folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [line] = await once(host.stdout, "data");
    const address = /http:\/\/[^\s#]+/.exec(String(line))?.[0];
    if (!address) throw new Error(`The host printed no address but: ${String(line)}`);
    await (await fetch(address)).text();
    return performance.now() - start;
  } finally {
    host.kill();
    await once(host, "exit");
    rmSync(folder, { recursive: true, force: true });
  }
}
