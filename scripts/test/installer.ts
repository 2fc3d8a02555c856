import { spawn } from "node:child_process";
import { existsSync } from "node:fs";

/** How long an installation may take, in ms. */
const INSTALL_MS = 6 * 60_000;

/** Whether packages of Debian can be installed by this process. */
export const isDebianRoot = (): boolean => existsSync("/etc/debian_version") && process.getuid?.() === 0;

/** Installs packages of Debian. The last line of the complaint, or null when it succeeded. Never throws. */
export async function installWithApt(packages: readonly string[]): Promise<string | null> {
  return (
    (await runInstaller("apt-get", ["update"])) ??
    (await runInstaller("apt-get", ["install", "-y", "--no-install-recommends", ...packages]))
  );
}

/** Runs an installer silently. The last line of its complaint, or null when it succeeded. Never throws. */
export function runInstaller(command: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      timeout: INSTALL_MS,
    });
    let complaint = "";
    child.stderr.on("data", (text: Buffer) => {
      complaint = (complaint + text.toString()).slice(-4_000);
    });
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code) =>
      resolve(code === 0 ? null : (complaint.trim().split("\n").at(-1) ?? `${command} ended with ${code}`)),
    );
  });
}
