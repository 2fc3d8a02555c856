import { findSandbox, type SandboxAvailability } from "../../electron/adapters/sandbox/availability.ts";
import { installWithApt, isDebianRoot } from "./installer.ts";

/** Debian's packages of the sandbox for commands. */
const PACKAGES = ["bubblewrap", "socat", "ripgrep"] as const;

/** Tries the sandbox for commands, and installs what it is made of where that can be done. Never throws. */
export async function ensureSandbox(print: (line: string) => void): Promise<SandboxAvailability> {
  const found = await findSandbox();
  if (found.type === "available" || process.platform !== "linux" || !isDebianRoot()) return found;
  print(`Installing ${PACKAGES.join(", ")} with apt-get…`);
  const failure = await installWithApt(PACKAGES);
  const installed = await findSandbox();
  if (installed.type === "available" || failure === null) return installed;
  return { ...installed, reason: `${installed.reason}; apt-get: ${failure}` };
}
