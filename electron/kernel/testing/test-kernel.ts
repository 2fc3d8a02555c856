import { mkdtempSync, rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MethodParsed } from "../../../shared/contract.ts";
import type { EventOf, EventType, KernelEvent } from "../../../shared/events.ts";
import { type AgentId, seq } from "../../../shared/ids.ts";
import { type AgentManifest, manifestSchema } from "../../../shared/manifest.ts";
import type { JsonObject } from "../../../shared/messages.ts";
import type { AgentView } from "../../../shared/state.ts";
import { createFileTree } from "../../adapters/file-tree.ts";
import { createMountedTree } from "../../adapters/mounted-tree.ts";
import { MountTable } from "../../adapters/mounts/mount-table.ts";
import { openResultFiles } from "../../adapters/result-files.ts";
import { openSqliteStore } from "../../adapters/sqlite-store.ts";
import { openMemoryInProcess } from "../../adapters/testing/memory-in-process.ts";
import { openVersionKeeper } from "../../adapters/versions/version-keeper.ts";
import { guardPath } from "../access/path-guard.ts";
import { type Kernel, startKernel } from "../kernel.ts";
import type {
  AddOn,
  ConfigFile,
  CoreFactory,
  FileTree,
  FileWatcher,
  LlmCore,
  ModelFiles,
  Secrets,
  ServerConnector,
  ShareServer,
  Store,
  Tool,
} from "../ports.ts";
import type { FileIndexing } from "../storage/file-finding.ts";
import { FakeAddOn, FakeModelFiles } from "./fake-models.ts";
import { FakeServers } from "./fake-servers.ts";
import { ManualClock } from "./manual-clock.ts";

export interface TestKernelOptions {
  readonly cores: readonly LlmCore[];
  readonly manifests?: readonly Partial<AgentManifest>[];
  readonly tools?: readonly Tool[];
  readonly person?: "present" | "absent";
  /** A folder of an earlier kernel; a new one by default. */
  readonly folder?: string;
  /** The log; SQLite in the folder by default. */
  readonly store?: Store;
  readonly config?: ConfigFile;
  readonly secrets?: Secrets;
  /** MCP servers; none by default. */
  readonly servers?: ServerConnector;
  readonly factory?: Partial<CoreFactory>;
  /** Model files and the engine for them; neither is there by default. */
  readonly models?: ModelFiles;
  readonly addOn?: AddOn;
  /** Neither an index of the files nor shares by default. Closed with the kernel. */
  readonly indexing?: FileIndexing;
  readonly shares?: ShareServer;
  /** Nobody watches the workspace by default. */
  readonly watcher?: FileWatcher;
}

/** A manifest with every field filled in. */
export const manifest = (fields: Partial<AgentManifest> = {}): AgentManifest =>
  manifestSchema.parse({
    name: "helper",
    title: "Helper",
    description: "Helps.",
    instructions: "Help.",
    tools: [],
    sampleTasks: ["help"],
    ...fields,
  });

/** Fake: a configuration that is not written to a disk. */
export function memoryConfig(): ConfigFile {
  let value: JsonObject | null = null;
  return {
    load: async () => value,
    save: async (next) => {
      value = next;
    },
  };
}

/** Fake: keys that are not written to a disk. */
export function memorySecrets(): Secrets {
  const values = new Map<string, string>();
  return {
    get: async (name) => values.get(name) ?? null,
    set: async (name, value) => void values.set(name, value),
    delete: async (name) => void values.delete(name),
  };
}

/** A whole kernel over a real log, memory and workspace, with scripted models and manual time. */
export class TestKernel {
  readonly clock: ManualClock;
  readonly kernel: Kernel;
  readonly folder: string;
  readonly store: Store;
  /** The workspace, as a person writes to it. */
  readonly files: FileTree;
  #state: "running" | "stopped" = "running";

  private constructor(clock: ManualClock, kernel: Kernel, folder: string, store: Store) {
    this.clock = clock;
    this.kernel = kernel;
    this.folder = folder;
    this.store = store;
    this.files = createFileTree(join(folder, "workspace"));
  }

  static async start(options: TestKernelOptions): Promise<TestKernel> {
    const clock = new ManualClock();
    const folder = options.folder ?? mkdtempSync(join(tmpdir(), "aios-kernel-"));
    const workspace = join(folder, "workspace");
    await mkdir(workspace, { recursive: true });
    const tree = createFileTree(workspace, guardPath);
    const mounts = new MountTable(
      { own: [folder], isSecret: () => false, isTaken: async (path) => (await tree.stat(path)) !== null },
      guardPath,
    );
    const store = options.store ?? openSqliteStore(join(folder, "events.db"));
    const kernel = await startKernel({
      info: {
        version: "0.0.0",
        host: "headless",
        dataFolder: folder,
        workspaceFolder: workspace,
        agentsFolder: join(folder, "agents"),
        pid: 1,
      },
      clock,
      random: () => 0.5,
      store,
      memory: openMemoryInProcess(join(folder, "memory.db")),
      files: createMountedTree(tree, mounts),
      mounts,
      versions: openVersionKeeper(join(folder, "versions.db"), join(folder, "versions")),
      watcher: options.watcher ?? { watch: async () => {}, close: async () => {} },
      ...(options.indexing ? { indexing: options.indexing } : {}),
      ...(options.shares ? { shares: options.shares } : {}),
      results: openResultFiles(join(folder, "results")),
      secrets: options.secrets ?? memorySecrets(),
      servers: options.servers ?? new FakeServers(),
      config: options.config ?? memoryConfig(),
      manifests: {
        load: async () => ({ manifests: (options.manifests ?? [{}]).map(manifest), problems: [] }),
      },
      cores: {
        builtIn: () => options.cores,
        open: () => {
          throw new Error("no core can be added here");
        },
        openLocal: () => {
          throw new Error("no model file can be added here");
        },
        discover: async () => [],
        test: async () => ({ ok: true, models: [], latencyMs: 0 }),
        ...options.factory,
      },
      models: options.models ?? new FakeModelFiles(),
      addOn: options.addOn ?? new FakeAddOn(),
      tools: options.tools ?? [],
      person: () => options.person ?? "present",
    });
    return new TestKernel(clock, kernel, folder, store);
  }

  async launch(input: Partial<MethodParsed<"agents.launch">> = {}): Promise<AgentId> {
    const { agentId } = await this.kernel.handlers["agents.launch"]({
      agent: "helper",
      task: "help",
      ...input,
    });
    return agentId;
  }

  view(agentId: AgentId): AgentView | undefined {
    return this.kernel.feed.state().agents.get(agentId);
  }

  /** Waits for an agent's end; `stepMs` of manual time pass in each turn of the event loop. */
  async ended(agentId: AgentId, stepMs = 0): Promise<AgentView> {
    await this.clock.until(() => (this.view(agentId)?.ending ?? null) !== null, stepMs);
    const view = this.view(agentId);
    if (!view) throw new Error(`${agentId} is forgotten`);
    return view;
  }

  events(): KernelEvent[] {
    return this.store.read({ from: seq(0), limit: 1_000_000, agentId: null });
  }

  eventsOf<T extends EventType>(type: T): EventOf<T>[] {
    return this.events().filter((event): event is EventOf<T> => event.type === type);
  }

  async seen(type: EventType, count = 1): Promise<void> {
    await this.clock.until(() => this.eventsOf(type).length >= count);
  }

  isRunning(): boolean {
    return this.#state === "running";
  }

  /** Stops as a program does that is told to end. */
  async stop(): Promise<void> {
    this.#state = "stopped";
    await this.kernel.stop("the test is over");
  }

  /** Stops and removes the folder. */
  async destroy(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
