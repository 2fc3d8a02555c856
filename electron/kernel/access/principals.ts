import type { AgentId } from "../../../shared/ids.ts";
import type { AccessBook } from "./access-book.ts";
import type { Principal } from "./request.ts";

/** Who an agent is to the engine. */
export interface AgentIdentity {
  readonly name: string;
  readonly groups: readonly string[];
  readonly parent: AgentId | null;
}

/** Generations looked at; agents that start agents this deep are a runaway, and get nothing. */
const DEEPEST = 64;

/**
 * The agent and its ancestors, itself first. An ancestor that nobody knows any more has no groups, so that its
 * descendants may do nothing rather than too much.
 */
export function lineageOf(
  agentId: AgentId | null,
  identity: (agentId: AgentId) => AgentIdentity | null,
  book: Pick<AccessBook, "groupsOf">,
): readonly Principal[] {
  const lineage: Principal[] = [];
  let next = agentId;
  while (next !== null) {
    const known = lineage.length < DEEPEST ? identity(next) : null;
    lineage.push({ agent: known?.name ?? "unknown", groups: known ? book.groupsOf(known.groups) : [] });
    next = known?.parent ?? null;
  }
  return lineage;
}
