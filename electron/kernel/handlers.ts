import type { ContractHandlers, KernelInfo } from "../../shared/contract.ts";
import type { CoreConfig } from "../../shared/cores.ts";
import { KernelError } from "../../shared/errors.ts";
import { coreId, type ServerName } from "../../shared/ids.ts";
import type { AgentManifest } from "../../shared/manifest.ts";
import { encodeState } from "../../shared/state-wire.ts";
import type { AccessBook } from "./access/access-book.ts";
import { createAccessHandlers } from "./access/access-handlers.ts";
import type { ContextMarks } from "./access/context-marks.ts";
import type { Gate } from "./access/gate.ts";
import type { WorkspaceRules } from "./access/workspace-rules.ts";
import type { Catalogue } from "./agents/catalogue.ts";
import type { ProcessTable } from "./agents/process-table.ts";
import { agentDetail, promptView, reopenAgent } from "./agents/records.ts";
import { createContextHandlers } from "./context/context-handlers.ts";
import type { ContextViews } from "./context/context-views.ts";
import { addedCoreId } from "./cores/core-ids.ts";
import type { CoreRegistry } from "./cores/core-registry.ts";
import { createModelHandlers } from "./cores/model-handlers.ts";
import type { EventLog } from "./events/event-log.ts";
import type { Jobs } from "./jobs.ts";
import { FLEET_AGENTS } from "./limits.ts";
import type { MemoryHandlers } from "./memory/memory-room.ts";
import type { AddOn, Clock, CoreFactory, ModelFiles, ResultFiles, Secrets, Store } from "./ports.ts";
import type { SettingsKeeper } from "./settings-keeper.ts";
import type { StorageHandlers } from "./storage/storage-room.ts";
import type { SyscallPath } from "./syscall-path.ts";
import type { ToolRegistry } from "./tools/registry.ts";
import type { ServerManager } from "./tools/servers/server-manager.ts";
import { createToolHandlers } from "./tools/tool-handlers.ts";

export interface HandlerParts {
  readonly info: KernelInfo;
  readonly store: Store;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly table: ProcessTable;
  readonly path: SyscallPath;
  readonly gate: Gate;
  readonly book: AccessBook;
  readonly marks: ContextMarks;
  readonly workspaceRules: WorkspaceRules;
  readonly results: ResultFiles;
  readonly tools: ToolRegistry;
  readonly servers: ServerManager;
  readonly cores: CoreRegistry;
  readonly factory: CoreFactory;
  readonly secrets: Secrets;
  readonly catalogue: Catalogue;
  readonly settings: SettingsKeeper;
  readonly views: ContextViews;
  readonly models: ModelFiles;
  readonly addOn: AddOn;
  readonly jobs: Jobs;
  /** Throws what makes a launch impossible. */
  readonly openWorkspace: (manifest: AgentManifest) => Promise<void>;
  readonly memory: MemoryHandlers;
  readonly storage: StorageHandlers;
  readonly signal: AbortSignal;
}

const DONE = {};

/** The contract's methods over the kernel. Inputs are validated by whoever serves them. */
export function createHandlers(parts: HandlerParts): ContractHandlers {
  const { log, table, path, cores, catalogue, settings, signal } = parts;

  async function launch(
    name: string,
    task: string,
    options: LaunchOptions,
  ): Promise<ReturnType<ProcessTable["launch"]>> {
    const manifest = withServers(await catalogue.find(name), options.servers ?? [], parts.servers.names());
    await parts.workspaceRules.refresh();
    await parts.openWorkspace(manifest);
    const model = catalogue.modelOf(manifest, options.model ?? null);
    // An unknown model is refused at the door, not by an agent that fails.
    if (model !== null) cores.resolve(model);
    return table.launch({
      manifest,
      task,
      parent: null,
      parentCall: null,
      priority: options.priority ?? manifest.priority,
      model,
      mode: options.mode ?? manifest.mode ?? settings.get().mode,
    });
  }

  /** A change is acknowledged once it is on disk. */
  const onDisk = () => new Promise<void>((resolve) => log.committed(resolve));
  const acknowledge = async (change: () => void): Promise<Record<string, never>> => {
    change();
    await onDisk();
    return {};
  };

  return {
    "kernel.info": async () => parts.info,
    "state.get": async () => encodeState(log.state()),
    "events.read": async ({ from, limit, agentId }) => ({
      events: parts.store.read({ from, limit, agentId }),
    }),
    "settings.update": async (change) => {
      const changed = await settings.update(change);
      await onDisk();
      return changed;
    },

    "agents.catalogue": async () => catalogue.load(),
    "agents.launch": async ({ agent, task, ...options }) => {
      const agentId = await launch(agent, task, options);
      await onDisk();
      return { agentId };
    },
    "agents.launchFleet": async () => {
      const { manifests } = await catalogue.load();
      const tasks = Array.from({ length: FLEET_AGENTS }, (_, index) => {
        const manifest = manifests[index % manifests.length];
        const round = Math.floor(index / Math.max(1, manifests.length));
        return (
          manifest && { name: manifest.name, task: manifest.sampleTasks[round % manifest.sampleTasks.length] }
        );
      }).filter((each) => each?.task !== undefined);
      const agentIds = await Promise.all(tasks.map((each) => launch(each?.name ?? "", each?.task ?? "", {})));
      await onDisk();
      return { agentIds };
    },
    "agents.detail": async ({ agentId }) => agentDetail(log, agentId),
    "agents.pause": ({ agentId }) => acknowledge(() => table.pause(agentId)),
    "agents.resume": ({ agentId }) => acknowledge(() => table.resume(agentId)),
    "agents.kill": ({ agentId }) => acknowledge(() => table.kill(agentId, "ended by the person")),
    "agents.reprioritise": ({ agentId, priority }) =>
      acknowledge(() => table.reprioritise(agentId, priority)),
    "agents.send": async ({ agentId, text }) => {
      // One that has just ended can be read from the log only when its end is there.
      if (!table.get(agentId)) await onDisk();
      return acknowledge(() => {
        if (table.get(agentId)) table.send(agentId, { from: "person", text });
        else reopenAgent(parts, agentId, text);
      });
    },

    "syscalls.prompt": async ({ syscallId }) => promptView(parts, syscallId),
    "syscalls.cancel": ({ syscallId }) =>
      acknowledge(() => path.cancel(syscallId, "person", "the person cancelled the call")),
    ...createAccessHandlers({ ...parts, workspace: parts.info.workspaceFolder, acknowledge }),
    ...createToolHandlers({ ...parts, acknowledge }),
    ...createContextHandlers(parts),
    ...createModelHandlers({ ...parts, acknowledge }),
    ...parts.memory,
    ...parts.storage,

    "cores.discover": async () => ({ found: await cores.discover(signal) }),
    "cores.test": async (input) => {
      if (!("coreId" in input))
        return parts.factory.test(input.baseUrl, input.model, input.apiKey || null, signal);
      const info = cores.info(input.coreId);
      if (info.baseUrl === null) return { ok: true, models: [info.model], latencyMs: 0 };
      return parts.factory.test(info.baseUrl, info.model, cores.apiKey(input.coreId), signal);
    },
    "cores.add": async ({ title, baseUrl, model, apiKey, slots, contextTokens }) => {
      refuseCredentials(baseUrl);
      const config: CoreConfig = {
        id: coreId(addedCoreId(baseUrl, model)),
        title: title === "" ? `${model} at ${new URL(baseUrl).host}` : title,
        baseUrl,
        model,
        source: "added",
        slots,
        contextTokens,
      };
      const info = await cores.add(config, apiKey);
      await settings.save();
      return info;
    },
    "cores.setSlots": async ({ coreId: id, slots }) => {
      cores.setSlots(id, slots);
      return saved(settings);
    },
    "cores.remove": async ({ coreId: id }) => {
      await cores.remove(id);
      return saved(settings);
    },
  };
}

type LaunchOptions = {
  readonly priority?: number | undefined;
  readonly model?: string | null | undefined;
  readonly mode?: HandlerMode | undefined;
  readonly servers?: readonly ServerName[] | undefined;
};
type HandlerMode = ReturnType<SettingsKeeper["get"]>["mode"];

/** The manifest with further servers. Throws `bad-input` for one that is not there. */
function withServers(
  manifest: AgentManifest,
  chosen: readonly ServerName[],
  present: readonly ServerName[],
): AgentManifest {
  const missing = chosen.find((name) => !present.includes(name));
  if (missing !== undefined) {
    throw new KernelError("bad-input", `agents.launch: there is no server ${missing}`, {
      field: "servers",
      hint: "Add it in Tools",
    });
  }
  return { ...manifest, servers: [...new Set<string>([...manifest.servers, ...chosen])] };
}

async function saved(settings: SettingsKeeper): Promise<Record<string, never>> {
  await settings.save();
  return DONE;
}

function refuseCredentials(baseUrl: string): void {
  const { username, password, search, hash } = new URL(baseUrl);
  if (username === "" && password === "" && search === "" && hash === "") return;
  // The address is part of the core's id, which is in events; what follows "?" is often a key, and never sent.
  const what = username === "" && password === "" ? "a part after ? or #" : "a name or password";
  throw new KernelError("bad-input", `cores.add: baseUrl: holds ${what}`, {
    field: "baseUrl",
    hint: "Put the key into its own field: it is kept apart",
  });
}
