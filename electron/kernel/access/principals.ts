import type { PrivilegeGroup } from "../../../shared/access.ts";
import type { WorkspaceScope } from "../../../shared/files.ts";
import type { AgentId } from "../../../shared/ids.ts";
import type { Effect } from "../../../shared/permission.ts";
import type { AccessBook } from "./access-book.ts";
import type { Principal } from "./request.ts";
import { memoryOwnerOf } from "./targets.ts";

/** Who an agent is to the engine. */
export interface AgentIdentity {
  readonly name: string;
  readonly groups: readonly string[];
  readonly parent: AgentId | null;
  readonly scope: WorkspaceScope;
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

const AGENT = "agent:";

/** Groups of the agents whose memories effects are on, by owner. Other memories have no groups to share. */
export function groupsOfOwners(
  effects: readonly Effect[],
  groupsOf: (agent: string) => readonly string[],
  book: Pick<AccessBook, "groupsOf">,
): ReadonlyMap<string, readonly PrivilegeGroup[]> {
  const owners = effects
    .flatMap((effect) => memoryOwnerOf(effect) ?? [])
    .filter((owner) => owner.startsWith(AGENT));
  return new Map(owners.map((owner) => [owner, book.groupsOf(groupsOf(owner.slice(AGENT.length)))]));
}
