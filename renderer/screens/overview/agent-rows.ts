import type { AgentId } from "../../../shared/ids.ts";
import type { AgentView, SystemState } from "../../../shared/state.ts";
import { AGENT_PHASES, type AgentPhase, agentPhase, agentTimes, outputTokens } from "../../selectors.ts";

export const SORT_COLUMNS = [
  "id",
  "agent",
  "state",
  "service",
  "wait",
  "context",
  "tokens",
  "cost",
  "switches",
  "priority",
] as const;
export type SortColumn = (typeof SORT_COLUMNS)[number];

export interface Sorting {
  readonly column: SortColumn;
  readonly direction: "ascending" | "descending";
}

/** Newest first. */
export const DEFAULT_SORTING: Sorting = { column: "id", direction: "descending" };

/** The first click on a heading sorts the way that is asked for most; the second turns it round. */
export function nextSorting(before: Sorting, column: SortColumn): Sorting {
  if (before.column === column) {
    return { column, direction: before.direction === "ascending" ? "descending" : "ascending" };
  }
  return { column, direction: column === "agent" || column === "state" ? "ascending" : "descending" };
}

export interface RowFilter {
  /** Words that must all occur in id, title, name or task. */
  readonly text: string;
  readonly life: "all" | "live" | "ended";
  readonly phase: AgentPhase | "any";
}

export const NO_FILTER: RowFilter = { text: "", life: "all", phase: "any" };

/** The ids of the agents to show, in order. `now` is wall time in ms. */
export function arrangeRows(
  system: SystemState,
  filter: RowFilter,
  sorting: Sorting,
  now: number,
): readonly AgentId[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const rows: { agent: AgentView; key: number | string }[] = [];
  for (const agent of system.agents.values()) {
    if (passes(agent, system, filter, words)) {
      rows.push({ agent, key: sortKey(agent, system, sorting.column, now) });
    }
  }
  const sign = sorting.direction === "ascending" ? 1 : -1;
  rows.sort((one, other) => {
    const order = one.key < other.key ? -1 : one.key > other.key ? 1 : 0;
    // Equal keys keep the newest first, whatever the direction.
    return order === 0 ? idOrder(other.agent) - idOrder(one.agent) : sign * order;
  });
  return rows.map((row) => row.agent.id);
}

const idOrder = (agent: AgentView): number => Number(agent.id.slice(1));

function passes(agent: AgentView, system: SystemState, filter: RowFilter, words: readonly string[]): boolean {
  if (filter.life === "live" && agent.ending !== null) return false;
  if (filter.life === "ended" && agent.ending === null) return false;
  if (filter.phase !== "any" && agentPhase(agent, system) !== filter.phase) return false;
  if (words.length === 0) return true;
  const text = `${agent.id} ${agent.title} ${agent.name} ${agent.task}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function sortKey(agent: AgentView, system: SystemState, column: SortColumn, now: number): number | string {
  switch (column) {
    case "id":
      return idOrder(agent);
    case "agent":
      return agent.title.toLowerCase();
    case "state":
      return AGENT_PHASES.indexOf(agentPhase(agent, system));
    case "service":
      return agentTimes(agent, system, now).serviceMs;
    case "wait":
      return agentTimes(agent, system, now).waitMs;
    case "context":
      return agent.contextTokens;
    case "tokens":
      return agent.promptTokens + outputTokens(agent, system);
    case "cost":
      return agent.costUsd;
    case "switches":
      return agent.switches;
    case "priority":
      return agent.priority;
  }
}

/**
 * The order to show while the pointer or the focus is in the table: rows stay where they are, those forgotten by
 * the system leave, and new ones wait at the end.
 */
export function heldRows(
  before: readonly AgentId[],
  arranged: readonly AgentId[],
  system: SystemState,
): readonly AgentId[] {
  const held = before.filter((id) => system.agents.has(id));
  const known = new Set(held);
  const added = arranged.filter((id) => !known.has(id));
  if (added.length === 0 && held.length === before.length) return before;
  return [...held, ...added];
}
