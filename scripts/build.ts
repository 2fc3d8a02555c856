import { join } from "node:path";
import { build, createLogger, type Logger } from "vite";

const ROOT = join(import.meta.dirname, "..");

/** Warnings and errors only, and those on standard error: standard output belongs to the program that follows. */
function quietLogger(): Logger {
  const print = (message: string) => process.stderr.write(`${message}\n`);
  const logger = createLogger("warn");
  return { ...logger, warn: print, warnOnce: print, error: print };
}

/** Builds dist/renderer and dist/main. Throws what is wrong with the sources. */
export async function buildAll(root: string = ROOT): Promise<void> {
  const quiet = { logLevel: "warn", customLogger: quietLogger() } as const;
  const hosts = join(root, "vite.main.config.ts");
  await build({ root, configFile: hosts, mode: "hosts", ...quiet });
  await build({ root, configFile: hosts, mode: "preload", ...quiet });
  await build({ configFile: join(root, "vite.config.ts"), ...quiet });
}

if (import.meta.main) {
  const startedAt = performance.now();
  process.env.NODE_ENV = "production";
  try {
    await buildAll();
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    process.stderr.write(`Built dist/renderer and dist/main in ${seconds} s\n`);
  } catch (error) {
    process.stderr.write(`The build failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
