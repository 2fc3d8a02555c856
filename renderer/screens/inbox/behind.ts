import type { Approval } from "../../../shared/permission.ts";
import type { AgentView, SyscallView, SystemState } from "../../../shared/state.ts";

/** The agent's other requests, but for those that are answered together with this one. */
export const otherRequests = (
  approval: Approval,
  same: readonly Approval[],
  system: SystemState,
): readonly Approval[] =>
  [...system.approvals.values()].filter(
    (other) =>
      other.agentId === approval.agentId &&
      other.id !== approval.id &&
      !same.some(({ id }) => id === other.id),
  );

/** The agent's other calls that have not ended and ask nothing. */
export const otherCalls = (approval: Approval, system: SystemState): readonly SyscallView[] =>
  (system.agents.get(approval.agentId)?.live ?? [])
    .map((id) => system.syscalls.get(id))
    .filter((call) => call !== undefined)
    .filter((call) => call.id !== approval.syscallId && call.approvalId === null);

/** Agents that wait for the asking agent to end. */
export function agentsBehind(approval: Approval, system: SystemState): readonly AgentView[] {
  const waiters: AgentView[] = [];
  for (const call of system.syscalls.values()) {
    const { suspended } = call;
    if (suspended?.type !== "waiting-for-agents" || !suspended.agents.includes(approval.agentId)) continue;
    const waiter = call.agentId === null ? undefined : system.agents.get(call.agentId);
    if (waiter) waiters.push(waiter);
  }
  return waiters;
}
