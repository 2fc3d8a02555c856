import { assertNever } from "./errors.ts";
import { cutText, type EventOf, type KernelEvent } from "./events.ts";
import { ENDED_AGENTS_KEPT, RECOVERED_KEPT } from "./limits.ts";
import { reduceAccess } from "./reduce-access.ts";
import { reduceContext } from "./reduce-context.ts";
import { reduceMemory } from "./reduce-memory.ts";
import { reduceServers } from "./reduce-servers.ts";
import {
  createSyscall,
  endSyscall,
  suspendSyscall,
  switchSyscall,
  updateAgent,
  updateSyscall,
} from "./reduce-syscalls.ts";
import type { AgentView, SystemState } from "./state.ts";
import { NO_MARKS } from "./taint.ts";

/**
 * The one reducer: live view, replay, time travel and the kernel's own checkpoint all go through it.
 * Changes `state` in place and returns it. Never throws: an event about something already forgotten only counts.
 */
export function reduce(state: SystemState, event: KernelEvent): SystemState {
  state.seq = event.seq;
  apply(state, event);
  state.totals = { ...state.totals, events: state.totals.events + 1 };
  return state;
}

function apply(state: SystemState, event: KernelEvent): void {
  switch (event.type) {
    case "kernel.started":
      state.kernel = {
        host: event.host,
        pid: event.pid,
        version: event.version,
        startedAt: event.at,
        recovered: [],
      };
      state.cores.clear();
      // Servers and their questions are gone with the process; those of the configuration are announced anew.
      state.servers.clear();
      state.elicitations.clear();
      state.jobs.clear();
      return;
    case "kernel.stopped":
    case "context.appended":
    case "agent.messaged":
    case "snapshot.taken":
    case "snapshot.pinned":
    case "snapshot.unpinned":
    case "context.forked":
    case "context.compactionUndone":
    case "context.recalled":
      return;
    case "syscall.switched":
      switchSyscall(state, event);
      return;
    case "agent.recovered":
      noteRecovery(state, event);
      return;
    case "settings.changed":
      state.settings = event.settings;
      return;
    case "core.added":
    case "core.changed":
      state.cores.set(event.core.id, event.core);
      return;
    case "core.removed":
      state.cores.delete(event.coreId);
      return;
    case "agent.created":
      state.agents.set(event.agentId, newAgent(event));
      state.totals = { ...state.totals, agents: state.totals.agents + 1 };
      return;
    case "agent.paused":
      updateAgent(state, event.agentId, () => ({ control: "paused" }));
      return;
    case "agent.resumed":
      updateAgent(state, event.agentId, () => ({ control: "active" }));
      return;
    case "agent.reopened":
      state.ended.delete(event.agentId);
      updateAgent(state, event.agentId, () => ({ ending: null, answer: null, error: null, endedAt: null }));
      return;
    case "agent.reprioritised":
      updateAgent(state, event.agentId, () => ({ priority: event.priority }));
      return;
    case "agent.ended":
      endAgent(state, event);
      return;
    case "syscall.created":
      createSyscall(state, event);
      return;
    case "syscall.gated":
      updateSyscall(state, event.syscallId, () => ({ state: "gated", since: event.at }));
      return;
    case "approval.requested":
      state.approvals.set(event.approval.id, event.approval);
      updateSyscall(state, event.syscallId, () => ({ approvalId: event.approval.id }));
      return;
    case "approval.decided":
    case "approval.extended":
    case "grant.added":
    case "grant.ended":
    case "context.marked":
    case "context.declassified":
    case "file.marked":
    case "group.changed":
    case "group.removed":
    case "rule.added":
    case "rule.ended":
      reduceAccess(state, event);
      return;
    case "context.compacted":
    case "context.rewound":
    case "context.truncated":
    case "addon.changed":
    case "job.started":
    case "job.progressed":
    case "job.ended":
    case "job.dismissed":
      reduceContext(state, event);
      return;
    case "memory.changed":
    case "memory.evicted":
    case "memory.loaded":
    case "memory.budgeted":
    case "memory.meaning":
    case "file.changed":
    case "files.indexed":
    case "share.added":
    case "share.used":
    case "share.ended":
    case "mount.added":
    case "mount.removed":
    case "storage.changed":
    case "storage.measured":
      reduceMemory(state, event);
      return;
    case "syscall.continued":
      updateSyscall(state, event.syscallId, () => ({ outputTokens: event.continuation.tokens }));
      return;
    case "server.changed":
    case "server.status":
    case "server.removed":
    case "server.logged":
    case "elicitation.requested":
    case "elicitation.ended":
      reduceServers(state, event);
      return;
    case "syscall.progressed":
      updateSyscall(state, event.syscallId, () => ({ progress: event.progress }));
      return;
    case "syscall.queued":
      updateSyscall(state, event.syscallId, (call) => ({
        state: "queued",
        since: event.at,
        placement: null,
        waitMs: call.state === "gated" ? call.waitMs + (event.at - call.since) : call.waitMs,
      }));
      return;
    case "syscall.running":
      updateSyscall(state, event.syscallId, (call) => ({
        state: "running",
        since: event.at,
        placement: event.placement,
        suspended: null,
        waitMs: call.waitMs + event.waitedMs,
      }));
      return;
    case "syscall.suspended":
      suspendSyscall(state, event);
      return;
    case "syscall.output":
      updateSyscall(state, event.syscallId, (call) => ({ outputTokens: call.outputTokens + event.tokens }));
      return;
    case "syscall.restarted":
      updateSyscall(state, event.syscallId, () => ({ outputTokens: 0 }));
      return;
    case "syscall.done":
    case "syscall.failed":
    case "syscall.cancelled":
    case "syscall.denied":
      endSyscall(state, event);
      return;
    default:
      assertNever(event);
  }
}

function newAgent({ agentId, spec, at }: EventOf<"agent.created">): AgentView {
  return {
    id: agentId,
    parent: spec.parent,
    parentCall: spec.parentCall,
    name: spec.manifest.name,
    title: spec.manifest.title,
    icon: spec.manifest.icon,
    task: spec.task,
    model: spec.model,
    mode: spec.mode,
    priority: spec.priority,
    control: "active",
    ending: null,
    answer: null,
    error: null,
    createdAt: at,
    endedAt: null,
    live: [],
    calls: { llm: 0, memory: 0, storage: 0, tool: 0 },
    waitMs: 0,
    serviceMs: 0,
    promptTokens: 0,
    outputTokens: 0,
    contextTokens: 0,
    costUsd: 0,
    switches: 0,
    groups: spec.manifest.groups,
    marks: NO_MARKS,
    compactions: 0,
    rewinds: 0,
    truncation: null,
    forkedFrom: spec.forkedFrom?.agentId ?? null,
  };
}

function noteRecovery(state: SystemState, { agentId, unknown }: EventOf<"agent.recovered">): void {
  if (!state.kernel || state.kernel.recovered.length >= RECOVERED_KEPT) return;
  state.kernel = { ...state.kernel, recovered: [...state.kernel.recovered, { agentId, unknown }] };
}

function endAgent(state: SystemState, event: EventOf<"agent.ended">): void {
  updateAgent(state, event.agentId, () => ({
    ending: event.status,
    answer: event.answer === null ? null : cutText(event.answer),
    error: event.error,
    endedAt: event.at,
  }));
  state.ended.add(event.agentId);
  if (state.ended.size <= ENDED_AGENTS_KEPT) return;
  for (const oldest of state.ended) {
    state.ended.delete(oldest);
    state.agents.delete(oldest);
    return;
  }
}
