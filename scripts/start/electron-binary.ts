import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const DOWNLOADS = "https://github.com/electron/electron/releases/download/";
/** How long the download host has to answer, in ms. The person must know within 10 s what happens. */
const ANSWER_MS = 8_000;
/** How long fetching may take, in ms: 120 MB over a slow line. */
const FETCH_MS = 15 * 60_000;

export type Environment = Readonly<Record<string, string | undefined>>;

/** The path of Electron's executable, or null where it has not been fetched. Imports nothing of the package. */
export function findElectron(root: string, environment: Environment): string | null {
  const packageFolder = join(root, "node_modules", "electron");
  const pathFile = join(packageFolder, "path.txt");
  const relative = existsSync(pathFile) ? readFileSync(pathFile, "utf8").trim() : "electron";
  const folder = environment.ELECTRON_OVERRIDE_DIST_PATH ?? join(packageFolder, "dist");
  const executable = join(folder, relative);
  return existsSync(executable) ? executable : null;
}

/** Why the download host cannot be used, or null when it answers. Takes 8 s at most and never throws. */
export async function whyNoDownload(
  environment: Environment,
  answerMs: number = ANSWER_MS,
): Promise<string | null> {
  const address = environment.ELECTRON_MIRROR ?? environment.npm_config_electron_mirror ?? DOWNLOADS;
  try {
    await fetch(address, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(answerMs) });
    return null;
  } catch (error) {
    const host = URL.canParse(address) ? new URL(address).host : address;
    const slow = error instanceof Error && error.name === "TimeoutError";
    return slow ? `${host} did not answer in ${answerMs / 1_000} s` : `${host} cannot be reached`;
  }
}

/** Runs the electron package's own installer. Returns why it failed, or null. Never throws. */
export function fetchElectron(root: string): Promise<string | null> {
  const installer = join(root, "node_modules", "electron", "install.js");
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [installer], {
      cwd: root,
      stdio: ["ignore", "inherit", "pipe"],
      timeout: FETCH_MS,
    });
    let complaint = "";
    child.stderr.on("data", (text: Buffer) => {
      complaint = (complaint + text.toString()).slice(-4_000);
    });
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code) => resolve(code === 0 ? null : firstLine(complaint)));
  });
}

/** The first line that says anything, shortened. */
export function firstLine(text: string): string {
  const line = text.split("\n").find((each) => each.trim() !== "") ?? "no reason given";
  return line.trim().slice(0, 200);
}
