import type { VersionId } from "../../../shared/files.ts";
import type { AgentId } from "../../../shared/ids.ts";
import { SEEN_AGENTS, SEEN_FILES } from "../limits.ts";

/**
 * Which version of a file each agent has seen last, by reading or writing it, so that none replaces what it does not
 * know of. In memory alone: after a restart, and after a rewind, an agent has seen nothing, may replace what is
 * there, and is told whose version that was. Bounded: the agents and files used longest ago are forgotten first.
 */
export class SeenVersions {
  readonly #agents = new Map<AgentId, Map<string, VersionId>>();

  /** The version seen last; undefined for a file that the agent has not seen. `path` is canonical. */
  of(agentId: AgentId | null, path: string): VersionId | undefined {
    return agentId === null ? undefined : this.#agents.get(agentId)?.get(path);
  }

  saw(agentId: AgentId | null, path: string, version: VersionId | null): void {
    if (agentId === null) return;
    const files = this.#agents.get(agentId) ?? new Map<string, VersionId>();
    // Maps keep the order of insertion: what is used goes to the end.
    this.#agents.delete(agentId);
    this.#agents.set(agentId, files);
    files.delete(path);
    if (version !== null) files.set(path, version);
    dropOldest(files, SEEN_FILES);
    dropOldest(this.#agents, SEEN_AGENTS);
  }

  /** The agent's context is another one than it was. */
  forget(agentId: AgentId): void {
    this.#agents.delete(agentId);
  }
}

function dropOldest(map: Map<unknown, unknown>, limit: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= limit) return;
    map.delete(oldest);
  }
}
