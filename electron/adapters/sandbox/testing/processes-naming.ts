import { readdirSync, readFileSync } from "node:fs";

/** Pids of running processes whose command line holds a text. Linux. */
export function processesNaming(text: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter(
      (pid) =>
        read(`/proc/${pid}/cmdline`).includes(text) && !/^State:\s+Z/m.test(read(`/proc/${pid}/status`)),
    );
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
