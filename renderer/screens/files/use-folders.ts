import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { MOUNTS } from "../../../shared/workspaces.ts";
import { useLiveStore, useTransport } from "../../store.tsx";
import { createFolderStore, type FolderStore } from "./folder-store.ts";
import { foldersBetween } from "./paths.ts";
import { changedPaths, type TreeLine, treeLines } from "./tree.ts";

export interface Folders {
  readonly lines: readonly TreeLine[];
  readonly store: FolderStore;
  readonly open: (folder: string) => void;
  readonly close: (folder: string) => void;
}

/** The tree under a folder, live. What is chosen is in sight: the folders on the way to it are open. */
export function useFolders(root: string, chosen: string | null): Folders {
  const store = useFolderStore();
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [shown, setShown] = useState<string | null>(null);
  // Opened once for each choice: the person may close them again.
  if (chosen !== shown) {
    setShown(chosen);
    if (chosen !== null) setOpened((before) => new Set([...before, ...foldersBetween(root, chosen)]));
  }
  const listings = useSyncExternalStore(store.subscribe, store.listings);
  const lines = useMemo(() => treeLines(root, listings, opened), [root, listings, opened]);
  useEffect(() => {
    store.want(inView(root, lines));
  }, [store, root, lines]);
  const change = (folder: string, how: "add" | "delete"): void =>
    setOpened((before) => {
      const after = new Set(before);
      after[how](folder);
      return after;
    });
  return {
    lines,
    store,
    open: (folder) => change(folder, "add"),
    close: (folder) => change(folder, "delete"),
  };
}

function inView(root: string, lines: readonly TreeLine[]): ReadonlySet<string> {
  const folders = new Set([root]);
  for (const line of lines)
    if (line.type === "entry" && line.expansion === "open") folders.add(line.row.path);
  return folders;
}

function useFolderStore(): FolderStore {
  const transport = useTransport();
  const live = useLiveStore();
  const store = useMemo(
    () => createFolderStore({ list: (path, offset) => transport.request("files.list", { path, offset }) }),
    [transport],
  );
  useEffect(() => {
    const stop = live.listen({
      onBatch({ events }) {
        const paths = events.flatMap((event) =>
          event.type === "mount.added" || event.type === "mount.removed"
            ? [`${MOUNTS}/new`]
            : changedPaths(event),
        );
        if (paths.length > 0) store.changed(paths);
      },
      onReset: () => store.reload(),
    });
    let connection: "unknown" | "up" | "down" = "unknown";
    const stopStatus = transport.onStatus((status) => {
      const before = connection;
      connection = status.type === "connected" ? "up" : "down";
      if (connection === "up" && before === "down") store.reload();
    });
    return () => {
      stop();
      stopStatus();
      store.want(new Set());
    };
  }, [transport, live, store]);
  return store;
}
