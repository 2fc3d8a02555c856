import type { PrivilegeGroup, Rule } from "./access.ts";
import type { CoreInfo } from "./cores.ts";
import type { DiskUse, FileIndexStatus, FileVersion, MountView, ShareView, StorageStatus } from "./files.ts";
import type { AgentId, Seq, ServerName } from "./ids.ts";
import type { JobView } from "./jobs.ts";
import type { AddOnView } from "./local-models.ts";
import type { MeaningStatus, MemoryMove, MemoryOwnerView } from "./memory.ts";
import type { Approval, DecidedApproval, Grant } from "./permission.ts";
import type { Elicitation, ServerInfo, ServerLogLine } from "./servers.ts";
import type { Settings } from "./settings.ts";
import type { AgentView, KernelView, SyscallView, SystemState, ToolStats, Totals } from "./state.ts";

/** The state as JSON: maps become arrays of their records. */
export interface SystemStateWire {
  readonly seq: Seq;
  readonly kernel: KernelView | null;
  readonly settings: Settings;
  readonly cores: readonly CoreInfo[];
  readonly agents: readonly AgentView[];
  readonly ended: readonly AgentId[];
  readonly syscalls: readonly SyscallView[];
  readonly approvals: readonly Approval[];
  readonly decided: readonly DecidedApproval[];
  readonly grants: readonly Grant[];
  readonly groups: readonly PrivilegeGroup[];
  readonly rules: readonly Rule[];
  readonly markedFiles: readonly (readonly [string, string])[];
  readonly servers: readonly ServerInfo[];
  readonly serverLogs: readonly (readonly [ServerName, readonly ServerLogLine[]])[];
  readonly elicitations: readonly Elicitation[];
  readonly toolStats: readonly (readonly [string, ToolStats])[];
  readonly jobs: readonly JobView[];
  readonly addOn: AddOnView;
  readonly memories: readonly MemoryOwnerView[];
  readonly memoryMoves: readonly MemoryMove[];
  readonly meaning: MeaningStatus;
  readonly fileChanges: readonly FileVersion[];
  readonly fileIndex: FileIndexStatus;
  readonly shares: readonly ShareView[];
  readonly mounts: readonly MountView[];
  readonly storage: StorageStatus;
  readonly disk: DiskUse | null;
  readonly totals: Totals;
}

export function encodeState(state: SystemState): SystemStateWire {
  return {
    seq: state.seq,
    kernel: state.kernel,
    settings: state.settings,
    cores: [...state.cores.values()],
    agents: [...state.agents.values()],
    ended: [...state.ended],
    syscalls: [...state.syscalls.values()],
    approvals: [...state.approvals.values()],
    decided: [...state.decided],
    grants: [...state.grants.values()],
    groups: [...state.groups.values()],
    rules: [...state.rules.values()],
    markedFiles: [...state.markedFiles],
    servers: [...state.servers.values()],
    serverLogs: [...state.serverLogs],
    elicitations: [...state.elicitations.values()],
    toolStats: [...state.toolStats],
    jobs: [...state.jobs.values()],
    addOn: state.addOn,
    memories: [...state.memories.values()],
    memoryMoves: [...state.memoryMoves],
    meaning: state.meaning,
    fileChanges: [...state.fileChanges],
    fileIndex: state.fileIndex,
    shares: [...state.shares.values()],
    mounts: [...state.mounts.values()],
    storage: state.storage,
    disk: state.disk,
    totals: state.totals,
  };
}

const byId = <Id, Row extends { readonly id: Id }>(rows: readonly Row[]): Map<Id, Row> =>
  new Map(rows.map((row) => [row.id, row]));

const byName = <Name, Row extends { readonly name: Name }>(rows: readonly Row[]): Map<Name, Row> =>
  new Map(rows.map((row) => [row.name, row]));

export function decodeState(wire: SystemStateWire): SystemState {
  return {
    seq: wire.seq,
    kernel: wire.kernel,
    settings: wire.settings,
    cores: byId(wire.cores),
    agents: byId(wire.agents),
    ended: new Set(wire.ended),
    syscalls: byId(wire.syscalls),
    approvals: byId(wire.approvals),
    decided: [...wire.decided],
    grants: byId(wire.grants),
    groups: byName(wire.groups),
    rules: byId(wire.rules),
    markedFiles: new Map(wire.markedFiles),
    servers: byName(wire.servers),
    serverLogs: new Map(wire.serverLogs),
    elicitations: byId(wire.elicitations),
    toolStats: new Map(wire.toolStats),
    jobs: byId(wire.jobs),
    addOn: wire.addOn,
    memories: new Map(wire.memories.map((memory) => [memory.owner, memory])),
    memoryMoves: [...wire.memoryMoves],
    meaning: wire.meaning,
    fileChanges: [...wire.fileChanges],
    fileIndex: wire.fileIndex,
    shares: byId(wire.shares),
    mounts: byName(wire.mounts),
    storage: wire.storage,
    disk: wire.disk,
    totals: wire.totals,
  };
}
