import type { FileWatcher, WatchMode } from "../kernel/ports.ts";
import { createFileWatcher } from "./file-watcher.ts";
import type { MountTable } from "./mounts/mount-table.ts";

/**
 * Watches the workspace and every mounted folder, from its mounting to its unmounting. It watches as long as all of
 * them can be watched.
 */
export function createMountedWatcher(
  workspace: FileWatcher,
  mounts: MountTable,
  open: (folder: string) => FileWatcher = createFileWatcher,
): FileWatcher {
  const watchers = new Map<string, FileWatcher>();
  let stopFollowing: (() => void) | null = null;
  return {
    async watch(changed, mode = () => {}) {
      const modes = new Map<string, WatchMode>();
      const tell = (path: string, own: WatchMode): void => {
        modes.set(path, own);
        mode([...modes.values()].find(({ type }) => type === "scanning") ?? { type: "watching" });
      };
      stopFollowing = mounts.follow(({ type, mount }) => {
        if (type === "removed") {
          modes.delete(mount.path);
          void watchers.get(mount.path)?.close();
          watchers.delete(mount.path);
          return;
        }
        const watcher = open(mount.view.folder);
        watchers.set(mount.path, watcher);
        void watcher.watch(
          (paths) => changed(paths.map((path) => mount.outer(path))),
          (own) => tell(mount.path, own),
        );
      });
      await workspace.watch(changed, (own) => tell(".", own));
    },
    async close() {
      stopFollowing?.();
      await Promise.all([workspace, ...watchers.values()].map((each) => each.close()));
      watchers.clear();
    },
  };
}
