import type { KernelEvent } from "../shared/events.ts";
import type { AgentId, SyscallId } from "../shared/ids.ts";

/** What a restart of the kernel interrupted. */
export interface Recovered {
  readonly startedAt: number;
  readonly agents: readonly { readonly agentId: AgentId; readonly unknown: readonly SyscallId[] }[];
}

/** Agents listed after a restart; more are counted by the table anyway. */
const LISTED = 200;

/** Takes one event into the list of what the last restart interrupted. */
export function recoveries(before: Recovered | null, event: KernelEvent): Recovered | null {
  if (event.type === "kernel.started") return { startedAt: event.at, agents: [] };
  if (event.type !== "agent.recovered") return before;
  const list = before ?? { startedAt: event.at, agents: [] };
  if (list.agents.length >= LISTED) return list;
  return { ...list, agents: [...list.agents, { agentId: event.agentId, unknown: event.unknown }] };
}
