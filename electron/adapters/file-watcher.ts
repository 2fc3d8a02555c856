import { relative, sep } from "node:path";
import { type FSWatcher, watch } from "chokidar";
import type { FileWatcher, WatchMode } from "../kernel/ports.ts";
import { TEMPORARY_FILE } from "./file-search.ts";
import { TRASH_FOLDER } from "./workspace-path.ts";

export const WATCH_LIMITS = {
  /** Entries that are watched: each costs memory here, and each folder one of the system's watches. */
  entries: 20_000,
  /** Changes gather for this long before they are told. */
  gatherMs: 100,
  /** Changes told by name; of more the whole tree is looked through. */
  paths: 1_000,
  /** Pause between two looks at a tree that is not watched. */
  scanMs: 60_000,
} as const;

/** Folders whose content programs make again by themselves, in numbers that nobody would want to watch. */
const NOT_WATCHED = new Set([".git", "node_modules", ".venv", "__pycache__"]);

export interface WatcherOptions {
  readonly limits?: { readonly [Name in keyof typeof WATCH_LIMITS]: number };
}

/**
 * Watches a workspace by chokidar, following no link. A tree that is too large for it, or that the system refuses to
 * watch, is looked through from time to time instead.
 */
export function createFileWatcher(root: string, { limits = WATCH_LIMITS }: WatcherOptions = {}): FileWatcher {
  let watcher: FSWatcher | null = null;
  let timer: NodeJS.Timeout | null = null;
  let state: "open" | "closed" = "open";

  const stopWatching = async (): Promise<void> => {
    const old = watcher;
    watcher = null;
    await old?.close();
  };

  return {
    async watch(changed, mode = () => {}) {
      const waiting = new Set<string>();
      let entries = 0;
      const tell = (): void => {
        timer = null;
        const paths = waiting.size > limits.paths ? ["."] : [...waiting];
        waiting.clear();
        if (paths.length > 0) changed(paths);
      };
      const note = (path: string): void => {
        if (waiting.size <= limits.paths) waiting.add(canonical(root, path));
        timer ??= setTimeout(tell, limits.gatherMs);
      };
      const scanInstead = async (reason: string): Promise<void> => {
        if (watcher === null || state === "closed") return;
        await stopWatching();
        if (timer) clearTimeout(timer);
        // What happened since the last look is not lost, only later.
        timer = setInterval(() => changed(["."]), limits.scanMs);
        timer.unref();
        changed(["."]);
        mode({ type: "scanning", reason });
      };
      const { promise: ready, resolve } = Promise.withResolvers<void>();
      const own = watch(root, {
        followSymlinks: false,
        ignoreInitial: false,
        ignorePermissionErrors: true,
        ignored: (path) => isIgnored(root, path),
      });
      watcher = own;
      let phase: "starting" | "watching" = "starting";
      own.on("all", (event, path) => {
        if (watcher !== own) return;
        if (event === "add" || event === "addDir") entries += 1;
        else if (event !== "change") entries -= 1;
        if (entries > limits.entries) {
          void scanInstead(`it has more than ${limits.entries} entries`).then(resolve);
        } else if (phase === "watching" && event !== "addDir") note(path);
      });
      own.on("error", (error) => {
        const reason = error instanceof Error ? error.message : String(error);
        void scanInstead(`the system refused to watch it: ${reason}`).then(resolve);
      });
      own.on("ready", () => {
        phase = "watching";
        if (watcher === own) {
          // What happened before it could be heard.
          note(root);
          mode({ type: "watching" } satisfies WatchMode);
        }
        resolve();
      });
      await ready;
    },
    async close() {
      state = "closed";
      if (timer) clearTimeout(timer);
      timer = null;
      await stopWatching();
    },
  };
}

const canonical = (root: string, path: string): string => relative(root, path).split(sep).join("/") || ".";

function isIgnored(root: string, path: string): boolean {
  const parts = relative(root, path).split(sep);
  if (parts[0]?.toLowerCase() === TRASH_FOLDER) return true;
  return parts.some((part) => NOT_WATCHED.has(part)) || TEMPORARY_FILE.test(parts.at(-1) ?? "");
}
