import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { GROUP_POLL_MS, KILL_MS, TERMINATE_MS } from "./limits.ts";

/** How long a group may take to end after each signal. */
export interface GroupGrace {
  readonly terminateMs: number;
  readonly killMs: number;
}

const GRACE: GroupGrace = { terminateMs: TERMINATE_MS, killMs: KILL_MS };

/**
 * Ends every process of the group that `leader` leads or led: SIGTERM, then SIGKILL. Bounded in time; never rejects.
 * Windows has no groups: there the process alone is ended.
 */
export async function endGroup(leader: number, grace: GroupGrace = GRACE): Promise<void> {
  signalGroup(leader, "SIGTERM");
  if (await groupIsGone(leader, grace.terminateMs)) return;
  signalGroup(leader, "SIGKILL");
  await groupIsGone(leader, grace.killMs);
}

/** Whether no process of the group runs any more, at the latest after `ms`. Never rejects. */
export async function groupIsGone(leader: number, ms: number): Promise<boolean> {
  const end = performance.now() + ms;
  while (await groupRuns(leader)) {
    if (performance.now() >= end) return false;
    await delay(GROUP_POLL_MS);
  }
  return true;
}

async function groupRuns(leader: number): Promise<boolean> {
  if (!signalGroup(leader, 0)) return false;
  // Ended processes that nobody has waited for still count for a signal, but not for us.
  return process.platform !== "linux" || (await membersOf(leader)).length > 0;
}

/** Running processes of the group. Linux only. */
export async function membersOf(leader: number): Promise<readonly number[]> {
  const names = await readdir("/proc").catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const stats = await Promise.all(pids.map(statOf));
  return stats.flatMap((stat) => (stat?.group === leader && stat.state !== "Z" ? [stat.pid] : []));
}

/** Of /proc/<pid>/stat (see proc_pid_stat(5)): null when there is no such process. Linux only. */
export async function statOf(pid: number): Promise<ProcessStat | null> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  if (text === null) return null;
  // The name stands in brackets and may hold anything; the fields after the last bracket are plain.
  const [state = "", , group = "", ...fields] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { pid, state, group: Number(group), started: fields[16] ?? "" };
}

export interface ProcessStat {
  readonly pid: number;
  /** `Z`: it has ended, and its parent has not asked how. */
  readonly state: string;
  readonly group: number;
  /** Clock ticks after the machine's start. */
  readonly started: string;
}

/** Whether there was anybody to get the signal. */
function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(process.platform === "win32" ? leader : -leader, signal);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
