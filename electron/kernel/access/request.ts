import type { PrivilegeGroup, Rule } from "../../../shared/access.ts";
import type { WorkspaceScope } from "../../../shared/files.ts";
import type { AgentId, ServerName } from "../../../shared/ids.ts";
import type { Effect, Grant, PermissionMode } from "../../../shared/permission.ts";
import type { Marks } from "../../../shared/taint.ts";

/** One of those in whose name a call is made. */
export interface Principal {
  /** The manifest's name. */
  readonly agent: string;
  /** Those of its groups that exist. */
  readonly groups: readonly PrivilegeGroup[];
}

/** All that a decision rests on: plain data, so that the decision is a pure function. */
export interface AccessRequest {
  readonly caller: "agent" | "person" | "program";
  readonly agentId: AgentId | null;
  /** The agent first, then its ancestors: it may do no more than any of them. Empty when the caller is no agent. */
  readonly lineage: readonly Principal[];
  readonly tool: string;
  readonly server: ServerName | null;
  /** On canonical targets. */
  readonly effects: readonly Effect[];
  readonly mode: PermissionMode;
  readonly rules: readonly Rule[];
  readonly grants: readonly Grant[];
  readonly marks: Marks;
  /** The caller's own memory, such as `agent:clerk`. */
  readonly memoryOwner: string;
  /** Groups of the owners of other memories that the effects name, by owner. */
  readonly ownerGroups: ReadonlyMap<string, readonly PrivilegeGroup[]>;
  /** The part of the tree that the caller's files are in. */
  readonly scope: WorkspaceScope;
  /** Absolute folder of the workspace. */
  readonly workspace: string;
  /** Wall time in ms. */
  readonly now: number;
  /** Whether anybody can be asked. */
  readonly person: "present" | "absent";
}
