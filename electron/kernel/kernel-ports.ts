import type { KernelInfo } from "../../shared/contract.ts";
import type {
  AddOn,
  Clock,
  ConfigFile,
  CoreFactory,
  FileTree,
  ManifestSource,
  MemoryStore,
  ModelFiles,
  Random,
  ResultFiles,
  Secrets,
  ServerConnector,
  Store,
  Tool,
} from "./ports.ts";

/** Everything outside that a kernel needs. */
export interface KernelPorts {
  readonly info: KernelInfo;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly memory: MemoryStore;
  readonly files: FileTree;
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
