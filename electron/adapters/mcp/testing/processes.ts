import { setTimeout as delay } from "node:timers/promises";
import { statOf } from "../process-group.ts";

/** Whether the process runs; one that has ended counts as gone before its parent has asked. */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== "linux") return true;
  const stat = await statOf(pid);
  return stat !== null && stat.state !== "Z";
}

/** Waits until it holds; the test's own time limit is the only one. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(10);
}
