import type { AgentId } from "../../../shared/ids.ts";
import type { AgentView, SystemState } from "../../../shared/state.ts";
import {
  type AgentPhase,
  agentCore,
  agentPhase,
  agentTimes,
  outputTokens,
  waitingFor,
} from "../../selectors.ts";

/** One row of the table, flat, so that a shallow comparison tells whether to draw it again. */
export interface RowView {
  readonly agent: AgentView;
  readonly phase: AgentPhase;
  readonly waitingFor: string;
  readonly serviceMs: number;
  readonly waitMs: number;
  readonly tokens: number;
  /** The window its context is measured against, in tokens; null where it is not known. */
  readonly windowTokens: number | null;
}

/** The row of an agent at `now`, wall time in ms; null once the system has forgotten it. */
export function rowView(id: AgentId, system: SystemState, now: number): RowView | null {
  const agent = system.agents.get(id);
  if (!agent) return null;
  const times = agentTimes(agent, system, now);
  return {
    agent,
    phase: agentPhase(agent, system),
    waitingFor: waitingFor(agent, system, now),
    serviceMs: times.serviceMs,
    waitMs: times.waitMs,
    tokens: agent.promptTokens + outputTokens(agent, system),
    windowTokens: agentCore(agent, system)?.capabilities.contextTokens ?? null,
  };
}
