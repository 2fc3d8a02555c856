import type { CoreInfo } from "../shared/cores.ts";
import type { AgentId, SyscallId } from "../shared/ids.ts";
import type { AgentView, SyscallView, SystemState } from "../shared/state.ts";
import { QUEUE_NAMES, type QueueName, type SyscallCaller } from "../shared/syscall.ts";

/**
 * What an agent does now, as an operating system would say it. `running`: on a model slot. `ready`: waits for one.
 * `asking`: waits for the person. `blocked`: waits for anything else.
 */
export type AgentPhase =
  | "asking"
  | "running"
  | "ready"
  | "blocked"
  | "paused"
  | "done"
  | "failed"
  | "cancelled";

export const AGENT_PHASES: readonly AgentPhase[] = [
  "asking",
  "running",
  "ready",
  "blocked",
  "paused",
  "done",
  "failed",
  "cancelled",
];

/** The agent's syscalls that have not ended, oldest first. */
export const liveCalls = (agent: AgentView, system: SystemState): readonly SyscallView[] =>
  agent.live.flatMap((id) => system.syscalls.get(id) ?? []);

const asks = (call: SyscallView): boolean => call.approvalId !== null && call.state === "gated";

const onModel = (call: SyscallView): boolean => call.kind === "llm" && call.state === "running";

/** Queued, or taken off its slot by the scheduler and about to be queued again. */
const waitsForSlot = (call: SyscallView): boolean =>
  call.state === "queued" ||
  (call.state === "suspended" &&
    (call.suspended?.type === "slice-end" || call.suspended?.type === "preempted"));

export function agentPhase(agent: AgentView, system: SystemState): AgentPhase {
  if (agent.ending !== null) return agent.ending;
  const calls = liveCalls(agent, system);
  if (calls.some(asks)) return "asking";
  if (agent.control === "paused") return "paused";
  if (calls.some(onModel)) return "running";
  if (calls.length === 0 || calls.some((call) => call.kind === "llm" && waitsForSlot(call))) return "ready";
  return "blocked";
}

/** What the agent waits for, in a few words; "" while it runs and after its end. `now` is wall time in ms. */
export function waitingFor(agent: AgentView, system: SystemState, now: number): string {
  if (agent.ending !== null) return "";
  const calls = liveCalls(agent, system);
  const asking = calls.filter(asks);
  const [first] = asking;
  if (first) return `you: ${first.label}${more(asking.length)}`;
  if (agent.control === "paused") return "you: resume";
  if (calls.some(onModel)) return "";
  const [oldest] = calls;
  return oldest ? `${callWait(oldest, now)}${more(calls.length)}` : "its next step";
}

const more = (count: number): string => (count > 1 ? ` +${count - 1}` : "");

function callWait(call: SyscallView, now: number): string {
  const why = call.suspended;
  if (call.state === "suspended" && why) {
    switch (why.type) {
      case "rate-limited":
        return `rate limit, ${secondsUntil(why.until, now)} s`;
      case "retry":
        return `a retry, ${secondsUntil(why.until, now)} s`;
      case "waiting-for-agents":
        return agentList(why.agents);
      case "paused":
        return "you: resume";
      case "slice-end":
      case "preempted":
        return slotName(call);
    }
  }
  if (call.state === "queued") return slotName(call);
  if (call.state === "running") return `${call.kind} ${call.label}`;
  return call.kind === "llm" ? "the model" : `the gate: ${call.label}`;
}

const slotName = (call: SyscallView): string =>
  call.kind === "llm" ? "a model slot" : `a ${call.kind} slot: ${call.label}`;

const secondsUntil = (until: number, now: number): number => Math.max(0, Math.ceil((until - now) / 1_000));

/** Ids named before a list of them is cut. */
const NAMED_AGENTS = 3;

const agentList = (ids: readonly string[]): string =>
  `${ids.slice(0, NAMED_AGENTS).join(", ")}${ids.length > NAMED_AGENTS ? ` +${ids.length - NAMED_AGENTS}` : ""}`;

export interface Times {
  readonly waitMs: number;
  readonly serviceMs: number;
}

/** A live syscall's wait and service up to `now`, the present turn included. */
export function callTimes(call: SyscallView, now: number): Times {
  const present = Math.max(0, now - call.since);
  const waits = call.state === "queued" || call.state === "gated";
  return {
    waitMs: call.waitMs + (waits ? present : 0),
    serviceMs: call.serviceMs + (call.state === "running" ? present : 0),
  };
}

/** An agent's wait and service up to `now`: its ended syscalls and its live ones. */
export function agentTimes(agent: AgentView, system: SystemState, now: number): Times {
  let { waitMs, serviceMs } = agent;
  for (const id of agent.live) {
    const call = system.syscalls.get(id);
    if (!call) continue;
    const times = callTimes(call, now);
    waitMs += times.waitMs;
    serviceMs += times.serviceMs;
  }
  return { waitMs, serviceMs };
}

/** Output tokens up to now, those being streamed included. */
export const outputTokens = (agent: AgentView, system: SystemState): number =>
  liveCalls(agent, system).reduce((sum, call) => sum + call.outputTokens, agent.outputTokens);

/** Service of all agents that have not ended, in ms, and how many they are: what a share is a share of. */
export function serviceTotals(system: SystemState, now: number): { totalMs: number; agents: number } {
  let totalMs = 0;
  let agents = 0;
  for (const agent of system.agents.values()) {
    if (agent.ending !== null) continue;
    totalMs += agentTimes(agent, system, now).serviceMs;
    agents += 1;
  }
  return { totalMs, agents };
}

/** Who makes a syscall: an agent, or one of those that are none. */
export type Caller = { readonly type: "agent"; readonly agentId: AgentId } | SyscallCaller;

export const callerOf = ({ agentId, caller }: Pick<SyscallView, "agentId" | "caller">): Caller =>
  agentId === null ? (caller ?? { type: "program" }) : { type: "agent", agentId };

/** Who makes a syscall, as a lane or a slot names it. */
export function callerText(caller: Caller): string {
  switch (caller.type) {
    case "agent":
      return caller.agentId;
    case "person":
      return "you";
    case "server":
      return caller.server;
    case "program":
      return "a program";
    case "kernel":
      return "the kernel";
  }
}

export interface QueueLane {
  readonly queue: QueueName;
  /** In order of arrival; the policy may choose another. */
  readonly waiting: readonly SyscallView[];
  readonly running: number;
}

/** The four queues with the calls that wait in them. */
export function queueLanes(system: SystemState): readonly QueueLane[] {
  const waiting: Record<QueueName, SyscallView[]> = { llm: [], memory: [], storage: [], tool: [] };
  const running: Record<QueueName, number> = { llm: 0, memory: 0, storage: 0, tool: 0 };
  for (const call of system.syscalls.values()) {
    if (call.state === "queued") waiting[call.kind].push(call);
    if (call.state === "running") running[call.kind] += 1;
  }
  return QUEUE_NAMES.map((queue) => ({
    queue,
    waiting: waiting[queue].sort((one, other) => one.since - other.since),
    running: running[queue],
  }));
}

export interface CoreSlot {
  readonly number: number;
  /** null: free. */
  readonly call: SyscallView | null;
}

export interface CoreSlots {
  readonly core: CoreInfo;
  /** More than the core has, while one that was taken away drains. */
  readonly slots: readonly CoreSlot[];
}

/** Every core with who is on its slots. */
export function coreSlots(system: SystemState): readonly CoreSlots[] {
  const placed = new Map<string, SyscallView[]>();
  for (const call of system.syscalls.values()) {
    if (!call.placement || call.state !== "running") continue;
    const calls = placed.get(call.placement.coreId);
    if (calls) calls.push(call);
    else placed.set(call.placement.coreId, [call]);
  }
  return [...system.cores.values()].map((core) => {
    const calls = new Map((placed.get(core.id) ?? []).map((call) => [call.placement?.slot ?? 0, call]));
    const length = Math.max(core.capabilities.slots, ...[...calls.keys()].map((slot) => slot + 1));
    const slots = Array.from({ length }, (_, number) => ({ number, call: calls.get(number) ?? null }));
    return { core, slots };
  });
}

/** The core whose window an agent's context is measured against, as far as the screens can tell. */
export function agentCore(agent: AgentView, system: SystemState): CoreInfo | null {
  const placed = lastPlacement(agent.live, system);
  if (placed) return placed;
  const model = agent.model ?? system.settings.defaultModel;
  let first: CoreInfo | null = null;
  for (const core of system.cores.values()) {
    if (core.model === model) return core;
    first ??= core;
  }
  return first;
}

function lastPlacement(live: readonly SyscallId[], system: SystemState): CoreInfo | null {
  for (const id of live) {
    const placement = system.syscalls.get(id)?.placement;
    const core = placement && system.cores.get(placement.coreId);
    if (core) return core;
  }
  return null;
}
