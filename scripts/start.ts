import { join } from "node:path";
import {
  type Environment,
  fetchElectron,
  findElectron,
  firstLine,
  whyNoDownload,
} from "./start/electron-binary.ts";
import { runChild } from "./start/run-child.ts";

/** An Electron that fails sooner than this, in ms, never opened its window: libraries or its sandbox are missing. */
const OPENING_MS = 10_000;
/** main.ts ends with this when it has shown the person why the kernel cannot start: headless could not either. */
const KERNEL_REFUSED = 3;

/** Exit codes of SIGHUP, SIGINT, SIGKILL and SIGTERM: somebody ended it. Other signals are crashes. */
const ENDED_BY_SOMEBODY: readonly number[] = [129, 130, 137, 143];

export interface StartOptions {
  readonly root: string;
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly platform: NodeJS.Platform;
  /** null where the system has no such thing. */
  readonly userId: number | null;
  readonly print: (line: string) => void;
}

/** Opens the desktop, or serves headless saying in one line why. Returns the exit code. Never throws. */
export async function start(options: StartOptions): Promise<number> {
  const reason = whyNoDesktop(options) ?? (await openDesktop(options));
  if (typeof reason === "number") return reason;
  options.print(`${reason} The dashboard is served headless instead.`);
  return runHeadless(options);
}

/** What can be known without looking for Electron. */
function whyNoDesktop({ platform, environment, userId }: StartOptions): string | null {
  if (platform !== "linux") return null;
  if (!environment.DISPLAY && !environment.WAYLAND_DISPLAY) {
    return "No display: neither DISPLAY nor WAYLAND_DISPLAY is set.";
  }
  if (userId === 0) return "No desktop as root: Electron's sandbox does not run there.";
  return null;
}

/** The exit code of a desktop that was open, or why there is none. */
async function openDesktop(options: StartOptions): Promise<number | string> {
  const { root, args, environment, print } = options;
  let executable = findElectron(root, environment);
  if (executable === null) {
    const obstacle = await whyNoDownload(environment);
    if (obstacle !== null) return `Electron's binary cannot be had: ${obstacle}.`;
    print("Fetching Electron's binary, once…");
    const failure = await fetchElectron(root);
    if (failure !== null) return `Electron's binary cannot be had: ${failure}`;
    executable = findElectron(root, environment);
    if (executable === null) return "Electron's binary cannot be had: its installer left none.";
  }
  const end = await runChild(executable, [root, ...args], {
    cwd: process.cwd(),
    env: environment,
    errors: "hold",
    holdMs: OPENING_MS,
  });
  if (end.code === 0 || end.ranMs >= OPENING_MS || ENDED_BY_SOMEBODY.includes(end.code)) return end.code;
  if (end.code === KERNEL_REFUSED) {
    process.stderr.write(end.complaint);
    return end.code;
  }
  return `Electron ended at once with code ${end.code}: ${firstLine(end.complaint)}.`;
}

async function runHeadless({ root, args, environment }: StartOptions): Promise<number> {
  const program = join(root, "dist", "main", "headless.js");
  const end = await runChild(process.execPath, [program, "serve", ...args], {
    cwd: process.cwd(),
    env: environment,
    errors: "show",
  });
  return end.code;
}

if (import.meta.main) {
  process.exitCode = await start({
    root: join(import.meta.dirname, ".."),
    args: process.argv.slice(2),
    environment: process.env,
    platform: process.platform,
    userId: process.getuid?.() ?? null,
    print: (line) => process.stderr.write(`${line}\n`),
  });
}
