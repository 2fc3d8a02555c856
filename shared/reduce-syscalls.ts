import type { EventOf } from "./events.ts";
import type { AgentId, SyscallId } from "./ids.ts";
import { countToolCall } from "./reduce-servers.ts";
import type { AgentView, SyscallView, SystemState } from "./state.ts";
import type { SyscallTimes } from "./syscall.ts";

type SyscallEnd = EventOf<"syscall.done" | "syscall.failed" | "syscall.cancelled" | "syscall.denied">;

/** Replaces the record of an agent. Does nothing for one that is forgotten, or null. */
export function updateAgent(
  state: SystemState,
  id: AgentId | null,
  change: (agent: AgentView) => Partial<AgentView>,
): void {
  const agent = id === null ? undefined : state.agents.get(id);
  if (agent) state.agents.set(agent.id, { ...agent, ...change(agent) });
}

/** Replaces the record of a syscall. Does nothing for one that has ended. */
export function updateSyscall(
  state: SystemState,
  id: SyscallId,
  change: (call: SyscallView) => Partial<SyscallView>,
): void {
  const call = state.syscalls.get(id);
  if (call) state.syscalls.set(id, { ...call, ...change(call) });
}

export function createSyscall(state: SystemState, event: EventOf<"syscall.created">): void {
  state.syscalls.set(event.syscallId, {
    id: event.syscallId,
    agentId: event.agentId,
    kind: event.call.kind,
    label: event.call.kind === "llm" ? (event.call.model ?? "") : event.call.tool,
    state: "created",
    approvalId: null,
    priority: event.priority,
    createdAt: event.at,
    since: event.at,
    placement: null,
    suspended: null,
    waitMs: 0,
    serviceMs: 0,
    outputTokens: 0,
    ...(event.caller ? { caller: event.caller } : {}),
  });
  updateAgent(state, event.agentId, (agent) => ({ live: [...agent.live, event.syscallId] }));
}

export function suspendSyscall(state: SystemState, event: EventOf<"syscall.suspended">): void {
  updateSyscall(state, event.syscallId, (call) => ({
    state: "suspended",
    since: event.at,
    placement: null,
    suspended: event.reason,
    serviceMs: call.serviceMs + event.servedMs,
  }));
  if (event.reason.type !== "slice-end" && event.reason.type !== "preempted") return;
  updateAgent(state, event.agentId, (agent) => ({ switches: agent.switches + 1 }));
  state.totals = { ...state.totals, switches: state.totals.switches + 1 };
}

/** A core that keeps state says how much of a context it holds: before the call has ended, and to the token. */
export function switchSyscall(state: SystemState, event: EventOf<"syscall.switched">): void {
  const { reusedTokens, prefilledTokens } = event.report;
  updateAgent(state, event.agentId, () => ({ contextTokens: reusedTokens + prefilledTokens }));
}

export function endSyscall(state: SystemState, event: SyscallEnd): void {
  const call = state.syscalls.get(event.syscallId);
  if (!call) return;
  state.syscalls.delete(event.syscallId);
  if (call.approvalId) state.approvals.delete(call.approvalId);
  countToolCall(state, call, event);
  const usage = event.type === "syscall.done" && event.result.kind === "llm" ? event.result.usage : null;
  const cost = usage === null ? 0 : costOf(state, call, usage.promptTokens, usage.outputTokens);
  updateAgent(state, event.agentId, (agent) => ({
    live: agent.live.filter((id) => id !== event.syscallId),
    calls: { ...agent.calls, [call.kind]: agent.calls[call.kind] + 1 },
    ...addTimes(agent, event.times),
    promptTokens: agent.promptTokens + (usage?.promptTokens ?? 0),
    outputTokens: agent.outputTokens + (usage?.outputTokens ?? 0),
    contextTokens: usage === null ? agent.contextTokens : usage.promptTokens + usage.outputTokens,
    costUsd: agent.costUsd + cost,
  }));
  const totals = state.totals;
  state.totals = {
    ...totals,
    syscalls: totals.syscalls + 1,
    failed: totals.failed + (event.type === "syscall.failed" ? 1 : 0),
    denied: totals.denied + (event.type === "syscall.denied" ? 1 : 0),
    promptTokens: totals.promptTokens + (usage?.promptTokens ?? 0),
    outputTokens: totals.outputTokens + (usage?.outputTokens ?? 0),
    costUsd: totals.costUsd + cost,
    busyMs: totals.busyMs + event.times.serviceMs,
  };
}

const addTimes = (agent: AgentView, times: SyscallTimes): Pick<AgentView, "waitMs" | "serviceMs"> => ({
  waitMs: agent.waitMs + times.waitMs,
  serviceMs: agent.serviceMs + times.serviceMs,
});

/** Price of a call by its core's price list, in US dollars; 0 where none is known. */
function costOf(state: SystemState, call: SyscallView, promptTokens: number, outputTokens: number): number {
  const price = call.placement && state.cores.get(call.placement.coreId)?.capabilities.price;
  return price ? (promptTokens * price.prompt + outputTokens * price.output) / 1_000_000 : 0;
}
