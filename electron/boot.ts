import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ContractHandlers, KernelInfo } from "../shared/contract.ts";
import { DEFAULT_SETTINGS, type Settings } from "../shared/settings.ts";
import { auditKey } from "./adapters/audit/audit-key.ts";
import { createCalculator } from "./adapters/calculator.ts";
import { openConfigFile } from "./adapters/config-file.ts";
import type { DiscoveryPorts } from "./adapters/core-discovery.ts";
import { createCoreFactory } from "./adapters/core-factory.ts";
import { type DataFolder, openDataFolder } from "./adapters/data-folder.ts";
import { createDiskProbe } from "./adapters/disk-probe.ts";
import { createFetchPage } from "./adapters/fetch-page.ts";
import { openFileIndex } from "./adapters/file-index.ts";
import { createFileTree } from "./adapters/file-tree.ts";
import { createFileWatcher } from "./adapters/file-watcher.ts";
import { createAddOn } from "./adapters/llama/add-on.ts";
import { addOnEntry } from "./adapters/llama/add-on-folder.ts";
import { createLlamaCore } from "./adapters/llama-core.ts";
import { createManifestFolders } from "./adapters/manifest-folder.ts";
import { createServerConnector } from "./adapters/mcp-client.ts";
import { openMemoryStore } from "./adapters/memory-store.ts";
import { createModelFiles } from "./adapters/model-files.ts";
import { createMountedTree } from "./adapters/mounted-tree.ts";
import { createMountedWatcher } from "./adapters/mounted-watcher.ts";
import { MountTable } from "./adapters/mounts/mount-table.ts";
import { openProcessLedger } from "./adapters/process-ledger.ts";
import { openResultFiles } from "./adapters/result-files.ts";
import { createSandbox, type Sandbox } from "./adapters/sandbox.ts";
import { openSecretsFile } from "./adapters/secrets-file.ts";
import { createShareServer } from "./adapters/share-server.ts";
import { openShellParser } from "./adapters/shell-parser.ts";
import { createShellTools } from "./adapters/shell-tools.ts";
import { createSystemClock } from "./adapters/system-clock.ts";
import { createTextExtractor } from "./adapters/text-extractor.ts";
import { openVersionStore } from "./adapters/version-store.ts";
import { openWorkerStore } from "./adapters/worker-store.ts";
import { outsideAmong } from "./kernel/access/outside-files.ts";
import { guardPath } from "./kernel/access/path-guard.ts";
import { sensitivity } from "./kernel/access/sensitive-paths.ts";
import { shellEffects } from "./kernel/access/shell/shell-effects.ts";
import { sensitivityToPrograms } from "./kernel/access/workspace-scope.ts";
import type { Feed } from "./kernel/events/feed.ts";
import { type Kernel, startKernel } from "./kernel/kernel.ts";
import type { FileTree, Secrets, ShellParser, Tool } from "./kernel/ports.ts";

export interface BootOptions {
  readonly host: KernelInfo["host"];
  readonly dataFolder: string;
  /** Where keys are kept; the default is a file of mode 600 in the data folder. */
  readonly secrets?: (folder: string) => Secrets;
  /** Whether anybody can be asked for permission; the default is that somebody can. */
  readonly person?: () => "present" | "absent";
  /** Where model servers are looked for; the default is their usual ports. */
  readonly discoveryPorts?: DiscoveryPorts;
}

export interface BootedKernel {
  readonly handlers: ContractHandlers;
  readonly feed: Feed;
  readonly info: KernelInfo;
  /** Commits everything, closes the files and lets the data folder go. */
  stop(): Promise<void>;
}

const OWN_START_MS = 1_000;

/** The folder that holds package.json, resources and dist: this file's parent, or the one above a bundle's folder. */
export const PROGRAM_FOLDER = programFolder(dirname(fileURLToPath(import.meta.url)));

/**
 * Wires a kernel to this machine: what both hosts share. Throws `data-folder-in-use` having touched nothing, and
 * `database-damaged` or `storage-failed` when the data folder cannot be used.
 */
export async function bootKernel(options: BootOptions): Promise<BootedKernel> {
  const folder = await openDataFolder(options.dataFolder);
  try {
    return await wire(options, folder);
  } catch (thrown) {
    folder.close();
    throw thrown;
  }
}

async function wire(options: BootOptions, folder: DataFolder): Promise<BootedKernel> {
  const clock = createSystemClock();
  const booted = clock.wall();
  const info: KernelInfo = {
    version: packageVersion(),
    host: options.host,
    dataFolder: folder.path,
    workspaceFolder: folder.workspace,
    agentsFolder: folder.agents,
    pid: process.pid,
  };
  let kernel: Kernel | null = null;
  const settings = (): Settings => kernel?.feed.state().settings ?? DEFAULT_SETTINGS;
  const workspace = createFileTree(folder.workspace, guardPath);
  const mounts = new MountTable(
    {
      own: [folder.path, PROGRAM_FOLDER],
      isSecret: (path) => sensitivity(path.slice(1)) === "secret",
      isTaken: async (path) => (await workspace.stat(path)) !== null,
    },
    guardPath,
  );
  const files = createMountedTree(workspace, mounts);
  // First of all: what a killed kernel left running is ended even where its files are damaged.
  const ledger = await openProcessLedger(join(folder.path, "processes.json"));
  const sandbox = createSandbox({ dataFolder: folder.path, sensitivity: sensitivityToPrograms });
  const secrets = options.secrets?.(folder.path) ?? openSecretsFile(folder.secretsFile);
  const memory = await openMemoryStore(folder.memoryFile);
  const store = await openWorkerStore(folder.eventsFile, { auditKey: await auditKey(secrets) }).catch(
    async (thrown) => {
      await memory.close();
      throw thrown;
    },
  );
  const versions = await openVersionStore(folder.versionsFile, folder.versions).catch(async (thrown) => {
    await store.close();
    await memory.close();
    throw thrown;
  });
  const watcher = createMountedWatcher(createFileWatcher(files.root), mounts);
  try {
    kernel = await startKernel({
      info,
      clock,
      random: Math.random,
      store,
      memory,
      files,
      versions,
      watcher,
      mounts,
      indexing: {
        index: openFileIndex(folder.fileIndexFile, {
          damaged: (reason) => process.stderr.write(`${reason}\nThe files are read again.\n`),
        }),
        extractor: createTextExtractor(),
      },
      shares: createShareServer(folder.shares),
      disk: createDiskProbe({ ...folder, dataFolder: folder.path }),
      results: openResultFiles(folder.results),
      secrets,
      config: openConfigFile(folder.configFile),
      manifests: createManifestFolders([join(PROGRAM_FOLDER, "resources", "agents"), folder.agents]),
      cores: createCoreFactory({
        clock,
        environment: process.env,
        tokensPerSecond: () => settings().offlineTokensPerSecond,
        openLocal: (config) =>
          createLlamaCore(config, {
            clock,
            entry: () => addOnEntry(PROGRAM_FOLDER),
            statesFolder: folder.states,
          }),
        ...(options.discoveryPorts ? { ports: options.discoveryPorts } : {}),
      }),
      models: createModelFiles(folder.models),
      addOn: createAddOn({ programFolder: PROGRAM_FOLDER }),
      servers: createServerConnector({ workspace: folder.workspace, ledger }),
      tools: [
        createCalculator(),
        createFetchPage({ allowedPrivateHosts: () => settings().allowedPrivateHosts }),
        ...shellTools(sandbox, files, settings, () => kernel),
      ],
      person: options.person ?? (() => "present"),
    });
  } catch (thrown) {
    await sandbox.close();
    await watcher.close();
    await versions.close();
    await store.close();
    await memory.close();
    throw thrown;
  }
  const { handlers, feed, stop } = kernel;
  await ownStart(feed, booted);
  return {
    handlers,
    feed,
    info,
    async stop() {
      try {
        await stop("the program was ended");
      } finally {
        await sandbox.close();
        folder.close();
      }
    },
  };
}

/** The shell and code tools. Commands are judged by a grammar that is read with the first of them. */
function shellTools(
  sandbox: Sandbox,
  files: FileTree,
  settings: () => Settings,
  kernel: () => Kernel | null,
): readonly Tool[] {
  let parser: Promise<ShellParser> | null = null;
  return createShellTools({
    sandbox,
    workspace: files.root,
    async shellEffects(request) {
      parser ??= openShellParser();
      return shellEffects(request, await parser, (path) => files.resolve(path));
    },
    allowedHosts: () => settings().shellHosts,
    outsideFiles: (paths) => {
      const marked = kernel()?.feed.state().markedFiles.keys() ?? [];
      const isThere = (path: string): boolean => existsSync(join(files.root, path));
      return outsideAmong(paths, [...settings().outsideFolders.filter(isThere), ...marked]);
    },
  });
}

/** Waits until the state is this kernel's own: before its first commit it is the last one's. */
async function ownStart(feed: Feed, booted: number): Promise<void> {
  if ((feed.state().kernel?.startedAt ?? 0) >= booted) return;
  const own = Promise.withResolvers<void>();
  const stopListening = feed.onCommit(() => own.resolve());
  // A wall clock that was set back meanwhile must not hold up the start.
  const giveUp = setTimeout(own.resolve, OWN_START_MS);
  await own.promise;
  stopListening();
  clearTimeout(giveUp);
}

function packageVersion(): string {
  const text = readFileSync(join(PROGRAM_FOLDER, "package.json"), "utf8");
  return String(JSON.parse(text).version);
}

function programFolder(start: string): string {
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    try {
      readFileSync(join(folder, "package.json"));
      return folder;
    } catch {
      // Not here: look one folder up.
    }
  }
  return start;
}
