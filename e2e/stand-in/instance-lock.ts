import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How a second instance knocks at the first. */
const KNOCK = "SIGUSR2";

/** Takes the lock of a profile, or knocks at the process that has it. A lock of a dead process is taken over. */
export function takeInstanceLock(profile: string, onKnock: () => void): "first" | "second" {
  mkdirSync(profile, { recursive: true });
  const file = join(profile, "stand-in.lock");
  const owner = ownerOf(file);
  if (owner !== null && knock(owner) === "answered") return "second";
  writeFileSync(file, String(process.pid));
  process.on(KNOCK, onKnock);
  return "first";
}

function ownerOf(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function knock(pid: number): "answered" | "nobody" {
  try {
    process.kill(pid, KNOCK);
    return "answered";
  } catch {
    return "nobody";
  }
}
