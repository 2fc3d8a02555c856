import type { KernelInfo } from "../../shared/contract.ts";
import type {
  AddOn,
  Clock,
  ConfigFile,
  CoreFactory,
  DiskProbe,
  FileTree,
  FileWatcher,
  ManifestSource,
  MemoryStore,
  ModelFiles,
  MountPoints,
  Random,
  ResultFiles,
  Secrets,
  ServerConnector,
  ShareServer,
  Store,
  Tool,
  VersionStore,
} from "./ports.ts";
import type { FileIndexing } from "./storage/file-finding.ts";

/** Everything outside that a kernel needs. */
export interface KernelPorts {
  readonly info: KernelInfo;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly memory: MemoryStore;
  readonly files: FileTree;
  /** Versions of the files, and what tells of other programs' changes. Closed by the kernel. */
  readonly versions: VersionStore;
  readonly watcher: FileWatcher;
  /** Absent: no folder of this machine is mounted in `files`. */
  readonly mounts?: MountPoints;
  /** What files are found by. Absent: searches look through the files. Closed by the kernel. */
  readonly indexing?: FileIndexing;
  /** Absent: nothing is shared. Closed by the kernel. */
  readonly shares?: ShareServer;
  /** What tells whether a full disk has room again. Absent: storage never turns read-only. */
  readonly disk?: DiskProbe;
  readonly results: ResultFiles;
  readonly secrets: Secrets;
  readonly config: ConfigFile;
  readonly manifests: ManifestSource;
  readonly cores: CoreFactory;
  readonly models: ModelFiles;
  /** The engine that runs model files. */
  readonly addOn: AddOn;
  /** Reaches MCP servers. */
  readonly servers: ServerConnector;
  /** Tools that reach outside the kernel: the calculator, pages, commands. */
  readonly tools: readonly Tool[];
  /** Whether anybody can be asked for permission. */
  readonly person: () => "present" | "absent";
}
