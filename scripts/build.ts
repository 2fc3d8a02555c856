import { copyFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build, createLogger, type Logger } from "vite";
import { SHELL_GRAMMAR_FILES } from "../electron/adapters/shell-parser.ts";

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
  await copyShellGrammar(join(root, "dist", "main"));
  await build({ root, configFile: hosts, mode: "preload", ...quiet });
  await build({ configFile: join(root, "vite.config.ts"), ...quiet });
}

/** The grammar's package is ten times its one file that the program needs, so that is all of it that is shipped. */
async function copyShellGrammar(folder: string): Promise<void> {
  const { resolve } = createRequire(import.meta.url);
  await Promise.all(
    SHELL_GRAMMAR_FILES.map(({ name, module }) => copyFile(resolve(module), join(folder, name))),
  );
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
