import type { ServerName } from "../../../shared/ids.ts";
import { serverToolName } from "../../../shared/servers.ts";
import type { SyscallView, SystemState, ToolStats } from "../../../shared/state.ts";

/** Ended calls of a tool, or of all tools of a server. */
export interface ToolSums {
  readonly calls: number;
  readonly failed: number;
  readonly denied: number;
  /** Mean time on a slot, in ms; null before the first call. */
  readonly meanMs: number | null;
  /** Wall time of the last ending; null before the first. */
  readonly lastAt: number | null;
}

function sumsOf(all: readonly ToolStats[]): ToolSums {
  let [calls, failed, denied, serviceMs, lastAt] = [0, 0, 0, 0, 0];
  for (const stats of all) {
    calls += stats.calls;
    failed += stats.failed;
    denied += stats.denied;
    serviceMs += stats.serviceMs;
    lastAt = Math.max(lastAt, stats.lastAt);
  }
  // A call that was denied never ran, and makes no tool look quick.
  const ran = calls - denied;
  return {
    calls,
    failed,
    denied,
    meanMs: ran > 0 ? serviceMs / ran : null,
    lastAt: calls > 0 ? lastAt : null,
  };
}

export const toolSums = (tool: string, system: SystemState): ToolSums => {
  const stats = system.toolStats.get(tool);
  return sumsOf(stats ? [stats] : []);
};

const ofServer = (server: ServerName, label: string): boolean => label.startsWith(serverToolName(server, ""));

export const serverSums = (server: ServerName, system: SystemState): ToolSums =>
  sumsOf([...system.toolStats].filter(([tool]) => ofServer(server, tool)).map(([, stats]) => stats));

/** Calls of a tool that have not ended: those that run first, then the others, each oldest first. */
export function liveToolCalls(tool: string, system: SystemState): readonly SyscallView[] {
  const calls = [...system.syscalls.values()].filter((call) => call.kind !== "llm" && call.label === tool);
  const rank = (call: SyscallView): number => (call.state === "running" ? 0 : 1);
  return calls.sort((one, other) => rank(one) - rank(other) || one.createdAt - other.createdAt);
}

export interface LiveCounts {
  readonly running: number;
  readonly waiting: number;
}

/** Live calls by tool, in one pass over the system. */
export function liveCounts(system: SystemState): ReadonlyMap<string, LiveCounts> {
  const counts = new Map<string, LiveCounts>();
  for (const call of system.syscalls.values()) {
    if (call.kind === "llm") continue;
    const before = counts.get(call.label) ?? { running: 0, waiting: 0 };
    counts.set(
      call.label,
      call.state === "running"
        ? { ...before, running: before.running + 1 }
        : { ...before, waiting: before.waiting + 1 },
    );
  }
  return counts;
}

export function serverCounts(server: ServerName, counts: ReadonlyMap<string, LiveCounts>): LiveCounts {
  let [running, waiting] = [0, 0];
  for (const [tool, count] of counts) {
    if (!ofServer(server, tool)) continue;
    running += count.running;
    waiting += count.waiting;
  }
  return { running, waiting };
}
