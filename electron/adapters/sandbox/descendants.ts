import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

/**
 * Pids of the running processes that a process started, and of theirs; at most `limit`. Empty where the system does
 * not tell (Windows). Never throws.
 */
export async function descendantsOf(pid: number, limit: number): Promise<readonly number[]> {
  if (process.platform === "win32") return [];
  const childrenOf = process.platform === "linux" ? linuxChildren : await listedChildren();
  const found: number[] = [];
  for (let next: number | undefined = pid, at = 0; next !== undefined; next = found[at], at += 1) {
    for (const child of await childrenOf(next)) if (found.length < limit) found.push(child);
    if (found.length >= limit) break;
  }
  return found;
}

/** Of each thread, from /proc/<pid>/task/<tid>/children: see proc_pid_task(5). */
async function linuxChildren(pid: number): Promise<readonly number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, "utf8").catch(() => "")),
  );
  return lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
}

async function listedChildren(): Promise<(pid: number) => readonly number[]> {
  const children = new Map<number, number[]>();
  const { stdout } = await promisify(execFile)("/bin/ps", ["-axo", "pid=,ppid="]).catch(() => ({
    stdout: "",
  }));
  for (const line of stdout.split("\n")) {
    const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  return (pid) => children.get(pid) ?? [];
}
