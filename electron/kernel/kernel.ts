import type { ContractHandlers } from "../../shared/contract.ts";
import { AccessBook } from "./access/access-book.ts";
import { ContextMarks } from "./access/context-marks.ts";
import { Gate } from "./access/gate.ts";
import { WorkspaceRules } from "./access/workspace-rules.ts";
import { agentTools } from "./agents/agent-tools.ts";
import { Catalogue } from "./agents/catalogue.ts";
import { ProcessTable } from "./agents/process-table.ts";
import { restartAgents } from "./agents/restart.ts";
import { ContextManager } from "./context/context-manager.ts";
import { ContextViews } from "./context/context-views.ts";
import { Recaller } from "./context/recall.ts";
import { TokenCounter } from "./context/token-counts.ts";
import { CoreRegistry } from "./cores/core-registry.ts";
import { createLlmExecutor } from "./cores/llm-executor.ts";
import { localProblem } from "./cores/local-problem.ts";
import { EventLog } from "./events/event-log.ts";
import type { Feed } from "./events/feed.ts";
import { createHandlers } from "./handlers.ts";
import { Jobs } from "./jobs.ts";
import type { KernelPorts } from "./kernel-ports.ts";
import { STOP_GRACE_MS, STOP_POLL_MS } from "./limits.ts";
import { createMemoryBackground } from "./memory/background.ts";
import { createMemoryRoom, type MemoryRoom } from "./memory/memory-room.ts";
import { Accounts } from "./scheduler/accounts.ts";
import { Admission } from "./scheduler/admission.ts";
import { CorePool } from "./scheduler/core-pool.ts";
import { createQueues, type Queues } from "./scheduler/create-queues.ts";
import { SettingsKeeper } from "./settings-keeper.ts";
import { guardPorts } from "./storage/guarded.ts";
import { createStorageRoom } from "./storage/storage-room.ts";
import { VersionedTree } from "./storage/versioned-tree.ts";
import { SyscallPath } from "./syscall-path.ts";
import { ToolRegistry } from "./tools/registry.ts";
import { resultTools } from "./tools/result-tools.ts";
import { ServerManager } from "./tools/servers/server-manager.ts";
import { timeTools } from "./tools/time-tools.ts";
import { createToolExecutor } from "./tools/tool-executor.ts";
import { toolMember } from "./tools/tool-member.ts";

export interface Kernel {
  readonly handlers: ContractHandlers;
  readonly feed: Feed;
  /** The one path, for the doors of other programs. */
  readonly path: SyscallPath;
  /** Commits everything and closes what the kernel opened. Agents that run go on at the next start. */
  stop(reason: string): Promise<void>;
}

/**
 * Boots a kernel: replays the log, opens the cores, and lets interrupted agents go on from their last committed
 * event. Throws what the store throws.
 */
export async function startKernel(given: KernelPorts): Promise<Kernel> {
  const { clock, store, info } = given;
  const log = new EventLog(store, clock);
  const ports = guardPorts(given, log);
  const stopping = new AbortController();
  const tools = new ToolRegistry();
  const accounts = new Accounts();
  const llmPool = new CorePool(Number.POSITIVE_INFINITY);

  // Rooms that know each other only at run time: each reads the other when it is called, never while it is built.
  const cores: CoreRegistry = new CoreRegistry({
    log,
    clock,
    factory: ports.cores,
    secrets: ports.secrets,
    pool: llmPool,
    admission: new Admission(ports.random),
    defaultModel: () => settings.get().defaultModel,
    changed: (model) => path.modelChanged(model),
    block: (id, lane, until) => queues.llm.dispatcher.block(id, lane, until),
    localProblem: (config) => localProblem(config, ports),
  });
  const jobs = new Jobs(log, clock);
  const book = new AccessBook(log, clock);
  const marks = new ContextMarks(log, () => settings.get().outsideFolders);
  const workspace = info.workspaceFolder;
  const workspaceRules = new WorkspaceRules({ files: ports.files, workspace, book, clock });
  const gate = new Gate({
    log,
    clock,
    book,
    marks,
    tool: (name) => tools.get(name),
    identity: (agentId) => table.identity(agentId),
    ownerGroups: (agent) => catalogue.known(agent)?.groups ?? [],
    workspace,
    mode: (agentId) => (agentId === null ? undefined : table.get(agentId)?.spec.mode) ?? settings.get().mode,
    person: ports.person,
  });
  const settings: SettingsKeeper = new SettingsKeeper({
    file: ports.config,
    log,
    cores: () => cores.saved(),
    servers: () => servers.saved(),
    changed: (changed) => {
      queues.llm.scheduler.setPolicy(changed.policy);
      queues.llm.dispatcher.pumpAll();
      memory.settingsChanged(changed);
    },
  });
  const specifications = (names: readonly string[]) => tools.specifications(names);
  const executeTool = createToolExecutor({
    log,
    clock,
    results: ports.results,
    admitted: (syscall) => path.admitted(syscall),
    redeem: (syscall) => path.redeem(syscall),
    taint: ({ id, options: { agentId } }, source) => {
      if (agentId !== null) marks.taint(agentId, source, id);
    },
    wrote: ({ options: { agentId } }, files) => marks.wroteFiles(agentId, files),
  });
  const executeLlm = createLlmExecutor({ log, clock, cores, accounts, specifications });
  const queueParts = { log, clock, settings, path: () => path, llmPool, executeLlm, executeTool };
  const queues: Queues = createQueues(queueParts);
  const servers: ServerManager = new ServerManager({
    log,
    clock,
    connector: ports.servers,
    secrets: ports.secrets,
    registry: tools,
    path: () => path,
    save: () => settings.save(),
    toolsChanged: (server) => {
      const { pool, dispatcher } = queues.tool;
      for (const tool of tools.of(server)) pool.place(toolMember(tool));
      if (!stopping.signal.aborted) dispatcher.pumpAll();
    },
  });
  const path: SyscallPath = new SyscallPath({ log, clock, gate, cores, queues });
  const counter = new TokenCounter((run) => clock.soon(run));
  const contexts = new ContextManager({ log, cores, counter, specifications, path: () => path });
  const manager = () => memory.manager;
  const background = createMemoryBackground({ log, clock, cores, gate, settings, path: () => path, manager });
  const recaller = new Recaller({ log, cores, counter, gate, marks, memory: () => memory.recall });
  const table: ProcessTable = new ProcessTable({
    log,
    path,
    tools,
    accounts,
    gate,
    marks,
    contexts,
    recaller,
    forgetState: (agentId) => cores.forget(agentId),
  });
  const views = new ContextViews({ log, clock, table, cores, tools, counter });
  const catalogue: Catalogue = new Catalogue({
    source: ports.manifests,
    hasModel: (model) => cores.has(model),
  });

  const rooms = {
    log,
    clock,
    path: () => path,
    registry: tools,
    embedder: background,
    guard: ports.guard,
    signal: stopping.signal,
  };
  const memory: MemoryRoom = createMemoryRoom({
    ...rooms,
    settings,
    marks,
    gate,
    book,
    catalogue,
    store: ports.memory,
  });
  const versioned = new VersionedTree({
    tree: ports.files,
    store: ports.versions,
    clock,
    changed: (version, agentId) => log.append({ type: "file.changed", agentId, version }),
  });
  const storage = createStorageRoom({
    ...rooms,
    files: ports.files,
    versioned,
    versions: ports.versions,
    marks: {
      taintOf: (path) => marks.fileTaint(path),
      originOf: (path) => marks.fileOrigin(path),
      carry: (from, to) => marks.carry(from, to),
    },
    indexing: ports.indexing ?? null,
    shareServer: ports.shares ?? null,
    nameOf: (agentId) => log.state().agents.get(agentId)?.name ?? agentId,
    cores,
    watcher: ports.watcher,
    mounts: ports.mounts ?? null,
  });
  const builtIn = [
    ...timeTools(),
    ...memory.tools,
    ...resultTools(ports.results),
    ...storage.tools,
    ...agentTools({ log, table: () => table, catalogue, marks, openWorkspace: storage.openWorkspace }),
    ...ports.tools,
  ];
  for (const tool of builtIn) tools.add(tool);
  log.follow((event) => {
    table.apply(event);
    storage.apply(event);
    background.apply(event);
  });
  log.append({ type: "kernel.started", host: info.host, pid: info.pid, version: info.version });
  try {
    const stored = await settings.load();
    servers.open(stored.servers);
    await memory.open();
    jobs.recover();
    log.append({ type: "addon.changed", addOn: await ports.addOn.look() });
    await cores.open(stored.cores);
    await cores.discover(stopping.signal);
    await catalogue.load();
    await storage.settle();
    await workspaceRules.refresh();
    await storage.open();
    background.open([ports.memory, ...storage.sources]);
    restartAgents({ log, table, book, marks, tools, accounts });
  } catch (thrown) {
    // A log left open would try its commits for ever, on a store that is closed, and hold the process.
    await log.close().catch(() => {});
    await Promise.all([cores.close(), servers.close(), storage.close()]);
    throw thrown;
  }

  const handlers = createHandlers({
    info,
    store,
    clock,
    log,
    table,
    path,
    gate,
    book,
    marks,
    workspaceRules,
    results: ports.results,
    tools,
    servers,
    cores,
    factory: ports.cores,
    secrets: ports.secrets,
    catalogue,
    settings,
    views,
    models: ports.models,
    addOn: ports.addOn,
    jobs,
    memory: memory.handlers,
    storage: storage.handlers,
    openWorkspace: storage.openWorkspace,
    signal: stopping.signal,
  });

  let stopped: Promise<void> | null = null;
  const stop = (reason: string): Promise<void> => {
    // One that failed may be tried again.
    stopped ??= stopOnce(reason).catch((thrown) => {
      stopped = null;
      throw thrown;
    });
    return stopped;
  };

  async function stopOnce(reason: string): Promise<void> {
    stopping.abort();
    background.close();
    path.closeIntake();
    gate.close();
    const latest = clock.mono() + STOP_GRACE_MS;
    while (path.runningEffects() > 0 && clock.mono() < latest) {
      await new Promise<void>((resolve) => clock.after(STOP_POLL_MS, resolve));
    }
    await jobs.stop();
    log.append({ type: "kernel.stopped", reason });
    try {
      await log.close();
    } finally {
      path.abortAll();
      await Promise.all([cores.close(), servers.close(), memory.close()]);
      await ports.watcher.close();
      await storage.close();
      await ports.versions.close();
      await store.close();
    }
  }

  return { handlers, feed: log, path, stop };
}
