import { mkdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { KernelError } from "../../shared/errors.ts";
import { lockFolder } from "./folder-lock.ts";
import { seedWorkspace } from "./workspace-seed.ts";

/** Where everything of one kernel lies. Held by this process until `close`. */
export interface DataFolder {
  readonly path: string;
  /** The folder that agents see. */
  readonly workspace: string;
  /** The person's own agent manifests. */
  readonly agents: string;
  /** Tool results that are too long for a context, and images. Made when it is needed. */
  readonly results: string;
  /** Model files that were downloaded, and what they keep of agents' contexts. Made when they are needed. */
  readonly models: string;
  readonly states: string;
  readonly eventsFile: string;
  readonly memoryFile: string;
  /** Versions of the workspace's files: their records, and the folder of what they hold. Made when they are needed. */
  readonly versionsFile: string;
  readonly versions: string;
  /** What files are found by: a cache. */
  readonly fileIndexFile: string;
  /** Tokens and contents of what is shared. Made when it is needed. */
  readonly shares: string;
  readonly configFile: string;
  readonly secretsFile: string;
  /** Lets the folder go. Close what lies in it first. */
  close(): void;
}

/**
 * Creates the folder where needed (for this user alone), takes its lock and seeds the workspace once.
 * Throws `data-folder-in-use` naming process and host of its holder, having touched nothing, or `storage-failed`.
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const folder = createFolder(path);
  const lock = await lockFolder(folder);
  const workspace = join(folder, "workspace");
  const agents = join(folder, "agents");
  try {
    mkdirSync(workspace, { recursive: true, mode: 0o700 });
    mkdirSync(agents, { recursive: true, mode: 0o700 });
    seedWorkspace(folder, workspace);
  } catch (error) {
    lock.release();
    throw notUsable(folder, error);
  }
  return {
    path: folder,
    workspace,
    agents,
    results: join(folder, "results"),
    models: join(folder, "models"),
    states: join(folder, "states"),
    eventsFile: join(folder, "events.db"),
    memoryFile: join(folder, "memory.db"),
    versionsFile: join(folder, "versions.db"),
    versions: join(folder, "versions"),
    fileIndexFile: join(folder, "file-index.db"),
    shares: join(folder, "shares"),
    configFile: join(folder, "config.json"),
    secretsFile: join(folder, "secrets.json"),
    close: () => lock.release(),
  };
}

/** Where the data folder is when nobody names one: the place each system has for it. */
export function defaultDataFolder(
  platform: NodeJS.Platform = process.platform,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  home: string = homedir(),
): string {
  switch (platform) {
    case "darwin":
      return join(home, "Library", "Application Support", "AIOS Desktop");
    case "win32":
      return join(environment.APPDATA || join(home, "AppData", "Roaming"), "AIOS Desktop");
    default: {
      // The XDG base directory specification wants a relative value ignored.
      const named = environment.XDG_DATA_HOME;
      return join(named?.startsWith("/") ? named : join(home, ".local", "share"), "aios-desktop");
    }
  }
}

/** An existing folder keeps its mode: it may be one that the person shares on purpose. */
function createFolder(path: string): string {
  try {
    mkdirSync(resolve(path), { recursive: true, mode: 0o700 });
    return realpathSync.native(resolve(path));
  } catch (error) {
    throw notUsable(resolve(path), error);
  }
}

function notUsable(folder: string, error: unknown): KernelError {
  const reason = error instanceof Error ? error.message : String(error);
  return new KernelError("storage-failed", `The data folder ${folder} cannot be used: ${reason}`, {
    hint: "Choose a folder that you may write to with --data.",
  });
}
