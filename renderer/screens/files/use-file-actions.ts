import { useMemo } from "react";
import { toast } from "sonner";
import type { FileVersion, VersionId } from "../../../shared/files.ts";
import { useRequest } from "../../store.tsx";
import { useFilesScreen } from "./files-context.tsx";
import { nameOf } from "./paths.ts";
import { beforeRollBack, restorable } from "./undo.ts";

/** What the person does with files. Each says what it did, with the way to take it back; failures are shown. */
export interface FileActions {
  remove(path: string): Promise<void>;
  /** Resolves to whether it was done. */
  move(from: string, to: string): Promise<"done" | "failed">;
  copy(from: string, to: string): Promise<"done" | "failed">;
  restore(path: string, versionId: VersionId): Promise<void>;
  /** `versions` are the file's, newest first. */
  rollBack(path: string, versionId: VersionId, versions: readonly FileVersion[]): Promise<void>;
  pin(version: FileVersion): Promise<void>;
  reindex(): Promise<void>;
}

export function useFileActions(): FileActions {
  const request = useRequest();
  const { reload } = useFilesScreen();
  return useMemo((): FileActions => {
    const undo = (run: () => Promise<unknown>) => ({
      label: "Undo",
      onClick: () => void run().then(reload),
    });
    const restoreAll = async (path: string, earlier: ReadonlySet<VersionId>): Promise<void> => {
      const trash = await request("files.trash", {});
      const versions = trash ? restorable(trash.rows, path, earlier) : [];
      for (const versionId of versions) if (!(await request("files.restore", { versionId }))) return;
      if (versions.length > 0) toast.success(`Restored ${nameOf(path)}`);
      else if (trash) toast.error(`${nameOf(path)} is not in the trash any more`);
    };
    return {
      async remove(path) {
        // Told apart from what was deleted at the same path before.
        const earlier = await request("files.trash", {});
        if (!earlier || !(await request("files.delete", { path }))) return;
        reload();
        const known = new Set(earlier.rows.map((row) => row.deleted.id));
        toast(`Moved ${nameOf(path)} to the trash`, { action: undo(() => restoreAll(path, known)) });
      },
      async move(from, to) {
        if (!(await request("files.move", { from, to }))) return "failed";
        reload();
        toast(`Moved ${nameOf(from)} to ${to}`, {
          action: undo(() => request("files.move", { from: to, to: from })),
        });
        return "done";
      },
      async copy(from, to) {
        if (!(await request("files.copy", { from, to }))) return "failed";
        reload();
        toast(`Copied ${from} to ${to}`, {
          action: undo(() => request("files.delete", { path: to })),
        });
        return "done";
      },
      async restore(path, versionId) {
        if (!(await request("files.restore", { versionId }))) return;
        reload();
        toast.success(`Restored ${path}`);
      },
      async rollBack(path, versionId, versions) {
        const before = beforeRollBack(versions);
        if (!(await request("files.rollBack", { path, versionId }))) return;
        reload();
        toast(`Rolled ${nameOf(path)} back to ${versionId}, as a new version`, {
          ...(before === null
            ? {}
            : { action: undo(() => request("files.rollBack", { path, versionId: before })) }),
        });
      },
      async pin({ id, pinned }) {
        const next = pinned === "yes" ? "no" : "yes";
        if (!(await request("files.pinVersion", { versionId: id, pinned: next }))) return;
        toast(next === "yes" ? `Pinned ${id}: it is always kept` : `Unpinned ${id}`);
      },
      async reindex() {
        if (await request("files.reindex", {})) toast("All files are read again in the background");
      },
    };
  }, [request, reload]);
}
