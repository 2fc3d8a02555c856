import type { PrivilegeGroup, Rule } from "./access.ts";
import type { Truncation } from "./context.ts";
import type { CoreInfo } from "./cores.ts";
import type { KernelErrorData } from "./errors.ts";
import type { AgentEnding } from "./events.ts";
import type {
  DiskUse,
  FileIndexStatus,
  FileVersion,
  MountName,
  MountView,
  ShareId,
  ShareView,
  StorageStatus,
} from "./files.ts";
import type {
  AgentId,
  ApprovalId,
  CoreId,
  ElicitationId,
  GrantId,
  RuleId,
  Seq,
  ServerName,
  SyscallId,
} from "./ids.ts";
import type { JobId, JobView } from "./jobs.ts";
import type { AddOnView } from "./local-models.ts";
import type { MeaningStatus, MemoryMove, MemoryOwner, MemoryOwnerView } from "./memory.ts";
import type { Approval, DecidedApproval, Grant, PermissionMode } from "./permission.ts";
import type { Elicitation, ServerInfo, ServerLogLine } from "./servers.ts";
import { DEFAULT_SETTINGS, type Settings } from "./settings.ts";
import { STANDARD_GROUP } from "./standard-group.ts";
import type {
  Placement,
  Progress,
  QueueName,
  SuspendReason,
  SyscallCaller,
  SyscallState,
} from "./syscall.ts";
import type { Marks } from "./taint.ts";

/** One agent as the table shows it. Replaced, never mutated. */
export interface AgentView {
  readonly id: AgentId;
  readonly parent: AgentId | null;
  readonly parentCall: string | null;
  readonly name: string;
  readonly title: string;
  readonly icon: string;
  readonly task: string;
  readonly model: string | null;
  readonly mode: PermissionMode;
  readonly priority: number;
  readonly control: "active" | "paused";
  readonly ending: AgentEnding | null;
  readonly answer: string | null;
  readonly error: KernelErrorData | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
  /** Syscalls that have not ended, oldest first. */
  readonly live: readonly SyscallId[];
  /** Ended syscalls of each kind. */
  readonly calls: Readonly<Record<QueueName, number>>;
  /** Sums over ended syscalls, in ms; add those of the live ones for the present moment. */
  readonly waitMs: number;
  readonly serviceMs: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Tokens in the context at its last model call. */
  readonly contextTokens: number;
  readonly costUsd: number;
  /** Times it was taken off a slot before its call had ended. */
  readonly switches: number;
  /** Privilege groups. */
  readonly groups: readonly string[];
  /** What its context holds that bears on what it may do. */
  readonly marks: Marks;
  /** Compactions in force and undone, and rewinds. */
  readonly compactions: number;
  readonly rewinds: number;
  /** The last prompt of which a server seems to have dropped the beginning. */
  readonly truncation: Truncation | null;
  readonly forkedFrom: AgentId | null;
}

/** One syscall that has not ended. Replaced, never mutated. */
export interface SyscallView {
  readonly id: SyscallId;
  readonly agentId: AgentId | null;
  readonly kind: QueueName;
  /** Tool name, or the model asked for ("" for the default). */
  readonly label: string;
  readonly state: SyscallState;
  readonly approvalId: ApprovalId | null;
  readonly priority: number;
  readonly createdAt: number;
  /** Wall time of the last change of state. */
  readonly since: number;
  readonly placement: Placement | null;
  readonly suspended: SuspendReason | null;
  /** Waits and services of earlier turns, in ms; the present turn started at `since`. */
  readonly waitMs: number;
  readonly serviceMs: number;
  readonly outputTokens: number;
  /** Absent for an agent's. */
  readonly caller?: SyscallCaller;
  readonly progress?: Progress;
}

/** Ended calls of one tool. */
export interface ToolStats {
  readonly calls: number;
  readonly failed: number;
  readonly denied: number;
  /** Sum over all of them, in ms. */
  readonly serviceMs: number;
  readonly lastAt: number;
}

/** Sums over everything since the data folder was made. */
export interface Totals {
  readonly events: number;
  readonly agents: number;
  readonly syscalls: number;
  readonly failed: number;
  readonly denied: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
  readonly switches: number;
  readonly busyMs: number;
}

export interface KernelView {
  readonly host: "desktop" | "headless";
  readonly pid: number;
  readonly version: string;
  readonly startedAt: number;
  /** Agents that the stop before this start interrupted, with the calls whose outcome it hid. */
  readonly recovered: readonly { readonly agentId: AgentId; readonly unknown: readonly SyscallId[] }[];
}

/**
 * Everything the screens share, bounded. The maps are owned by whoever reduces and change in place; the records
 * in them are replaced, so a screen compares records by identity and the whole by `seq`.
 */
export interface SystemState {
  seq: Seq;
  kernel: KernelView | null;
  settings: Settings;
  readonly cores: Map<CoreId, CoreInfo>;
  readonly agents: Map<AgentId, AgentView>;
  /** Ended agents, oldest ending first: the order in which they are forgotten. */
  readonly ended: Set<AgentId>;
  readonly syscalls: Map<SyscallId, SyscallView>;
  readonly approvals: Map<ApprovalId, Approval>;
  readonly decided: DecidedApproval[];
  readonly grants: Map<GrantId, Grant>;
  readonly groups: Map<string, PrivilegeGroup>;
  readonly rules: Map<RuleId, Rule>;
  /** Files of the workspace that came from outside, oldest mark first, with where they came from. */
  readonly markedFiles: Map<string, string>;
  readonly servers: Map<ServerName, ServerInfo>;
  readonly serverLogs: Map<ServerName, readonly ServerLogLine[]>;
  readonly elicitations: Map<ElicitationId, Elicitation>;
  readonly toolStats: Map<string, ToolStats>;
  readonly jobs: Map<JobId, JobView>;
  addOn: AddOnView;
  readonly memories: Map<MemoryOwner, MemoryOwnerView>;
  /** Evictions and loads, oldest first. */
  readonly memoryMoves: MemoryMove[];
  meaning: MeaningStatus;
  /** Oldest first. */
  readonly fileChanges: FileVersion[];
  fileIndex: FileIndexStatus;
  readonly shares: Map<ShareId, ShareView>;
  readonly mounts: Map<MountName, MountView>;
  storage: StorageStatus;
  /** null until it was measured. */
  disk: DiskUse | null;
  totals: Totals;
}

/** Before the kernel has looked. */
const NO_ADD_ON: AddOnView = { status: "missing", version: null, text: "" };
const NO_MEANING: MeaningStatus = {
  type: "words-only",
  reason: "No model for embeddings was looked for yet",
};
const NO_INDEX: FileIndexStatus = { phase: "idle", done: 0, total: 0, files: 0, skipped: 0 };

export function emptyState(): SystemState {
  return {
    seq: 0 as Seq,
    kernel: null,
    settings: DEFAULT_SETTINGS,
    cores: new Map(),
    agents: new Map(),
    ended: new Set(),
    syscalls: new Map(),
    approvals: new Map(),
    decided: [],
    grants: new Map(),
    groups: new Map([[STANDARD_GROUP.name, STANDARD_GROUP]]),
    rules: new Map(),
    markedFiles: new Map(),
    servers: new Map(),
    serverLogs: new Map(),
    elicitations: new Map(),
    toolStats: new Map(),
    jobs: new Map(),
    addOn: NO_ADD_ON,
    memories: new Map(),
    memoryMoves: [],
    meaning: NO_MEANING,
    fileChanges: [],
    fileIndex: NO_INDEX,
    shares: new Map(),
    mounts: new Map(),
    storage: { mode: "ready" },
    disk: null,
    totals: {
      events: 0,
      agents: 0,
      syscalls: 0,
      failed: 0,
      denied: 0,
      promptTokens: 0,
      outputTokens: 0,
      costUsd: 0,
      switches: 0,
      busyMs: 0,
    },
  };
}
