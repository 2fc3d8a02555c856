import type { ContractHandlers } from "../../../shared/contract.ts";
import type { FILES_CONTRACT } from "../../../shared/contract-files.ts";
import type { KernelEvent } from "../../../shared/events.ts";
import type { AgentManifest } from "../../../shared/manifest.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import { MOUNTS } from "../../../shared/workspaces.ts";
import type { CoreRegistry } from "../cores/core-registry.ts";
import type { EventLog } from "../events/event-log.ts";
import type {
  Clock,
  EmbeddingSource,
  FileWatcher,
  MountPoints,
  QueryVector,
  ShareServer,
  Tool,
} from "../ports.ts";
import type { SyscallPath } from "../syscall-path.ts";
import { callByPerson } from "../tools/person-call.ts";
import type { ToolRegistry } from "../tools/registry.ts";
import { openAgentWorkspace } from "./agent-workspace.ts";
import { DiskMeter } from "./disk-meter.ts";
import { fileChangeTools } from "./file-change-tools.ts";
import { createFileFinding, type FileIndexing } from "./file-finding.ts";
import { createFileHandlers } from "./file-handlers.ts";
import { isIn } from "./file-paths.ts";
import { FilePlanner } from "./file-planner.ts";
import { FileToolbox, type FileToolParts } from "./file-tool-parts.ts";
import { fileTools } from "./file-tools.ts";
import { createFindingHandlers } from "./finding-handlers.ts";
import { guardCall, guardTools } from "./guarded.ts";
import { Mounting } from "./mounting.ts";
import { inOwnWords } from "./own-words.ts";
import { findForPlans } from "./plan-files.ts";
import { planRequestTool } from "./plan-request-tool.ts";
import { planTool } from "./plan-tool.ts";
import { planningModel } from "./planning-model.ts";
import { shareTools } from "./share-tools.ts";
import { Shares } from "./shares.ts";
import type { StorageGuard } from "./storage-guard.ts";
import { VersionPruning } from "./version-pruning.ts";
import { followChanges } from "./watching.ts";
import { listWorkspaces } from "./workspace-list.ts";

export interface StorageRoomParts extends Omit<FileToolParts, "search"> {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly guard: StorageGuard;
  readonly indexing: FileIndexing | null;
  /** null: nothing is shared. */
  readonly shareServer: ShareServer | null;
  readonly embedder: { vectorOf(query: string): Promise<QueryVector | null>; poke(): void };
  readonly path: () => SyscallPath;
  readonly registry: Pick<ToolRegistry, "get">;
  readonly cores: Pick<CoreRegistry, "resolve" | "serving">;
  readonly watcher: FileWatcher;
  /** null: nothing is mounted. */
  readonly mounts: MountPoints | null;
  /** Aborts when the kernel stops. */
  readonly signal: AbortSignal;
}

export type StorageHandlers = Pick<ContractHandlers, keyof typeof FILES_CONTRACT>;

/** The storage manager, wired: its tools for agents and its methods for screens. */
export interface StorageRoom {
  readonly tools: readonly Tool[];
  readonly handlers: StorageHandlers;
  /** Makes the folder of an agent that is to be launched. Throws what makes that impossible. */
  readonly openWorkspace: (manifest: AgentManifest) => Promise<void>;
  /** Texts of files that want vectors. */
  readonly sources: readonly EmbeddingSource[];
  /** Mounts what was mounted, ends what a crash cut short, and begins to follow what other programs do. */
  settle(): Promise<void>;
  /** Once the tree may be read. */
  open(): Promise<void>;
  close(): Promise<void>;
  /** What it must hear of. */
  apply(event: KernelEvent): void;
}

/** The tools on files and their versions. */
export const storageTools = (box: FileToolbox): readonly Tool[] => [
  ...[...fileTools(box), ...fileChangeTools(box), planTool(box)].map(inOwnWords),
];

export function createStorageRoom(parts: StorageRoomParts): StorageRoom {
  const { cores, registry, signal, files } = parts;
  const { log, clock, indexing, shareServer, embedder, guard } = parts;
  const meter = guard.disk && new DiskMeter({ log, clock, disk: guard.disk });
  const limits = () => log.state().settings.versionLimits;
  const pruning = new VersionPruning({ versions: parts.versions, clock, limits });
  const vectorOf = (query: string) => embedder.vectorOf(query);
  const finding = createFileFinding({
    files,
    log,
    clock,
    indexing,
    vectorOf,
    indexed: () => embedder.poke(),
  });
  const shares = shareServer && new Shares({ log, clock, files, server: shareServer });
  const box = new FileToolbox({ ...parts, search: finding.search });
  const call = guardCall(guard, (tool, args: JsonObject) => callByPerson(calls(), tool, args));
  const calls = () => ({ path: parts.path(), tools: registry, signal });
  const planner = new FilePlanner({
    box,
    find: findForPlans(files, finding.search),
    signal,
    model: () => planningModel(cores, calls()),
  });
  const mounting = new Mounting(log, parts.mounts);
  /** Few mounted files have versions, so that their texts are followed here. */
  const notice = (paths: readonly string[]): Promise<void> => {
    for (const path of paths) if (path !== "." && isIn(MOUNTS, path)) finding.changed(path);
    return parts.versioned.notice(paths);
  };
  return {
    tools: guardTools(guard, [
      ...storageTools(box),
      ...[planRequestTool(box, () => planner), ...(shares ? shareTools(box, shares) : [])].map(inOwnWords),
    ]),
    openWorkspace: (manifest) => openAgentWorkspace(files, manifest),
    sources: finding.sources,
    async settle() {
      mounting.open();
      // On a full disk the program starts all the same; what is not settled waits, and with it its paths.
      await parts.versioned.settle().catch(() => {});
      void followChanges(parts.watcher, { notice });
    },
    async open() {
      finding.open();
      guard.open(log.state().storage, () => parts.versioned.recover());
      meter?.open();
      pruning.open();
      // What cannot be served now is served as soon as somebody asks for its address.
      await shares?.open().catch(() => {});
    },
    async close() {
      guard.close();
      meter?.close();
      pruning.close();
      shares?.close();
      await Promise.all([finding.close(), shareServer?.close()]);
    },
    apply(event) {
      finding.apply(event);
      pruning.apply(event);
      if (event.type === "context.rewound") box.seen.forget(event.agentId);
    },
    handlers: {
      ...createFileHandlers({ box, planner, call }),
      ...createFindingHandlers({ paths: box.paths, finding, shares, call, signal }),
      "files.workspaces": async () => ({
        workspaces: await listWorkspaces(files, log.state().mounts.values()),
      }),
      "storage.status": async () => guard.status(),
      "files.mount": (mount) => mounting.mount(mount),
      "files.unmount": async ({ name }) => {
        mounting.unmount(name);
        return {};
      },
    },
  };
}
