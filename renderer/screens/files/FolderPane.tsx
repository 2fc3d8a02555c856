import { Archive, Copy, CornerDownRight, FilePlus, FolderPlus, PencilLine, Trash2 } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../components/Badge.tsx";
import { Button } from "../../components/Button.tsx";
import { ConfirmDialog } from "../../components/Dialog.tsx";
import { useRequest, useSystem } from "../../store.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { useFilesScreen } from "./files-context.tsx";
import styles from "./Pane.module.css";
import { nameOf, ROOT } from "./paths.ts";
import type { Place } from "./places.ts";
import { useFileActions } from "./use-file-actions.ts";

export interface FolderPaneProps {
  readonly place: Place;
  readonly path: string;
  /** `listed`: the folder whose entries the tree shows. */
  readonly of: "listed" | "chosen";
}

const ABOUT: Readonly<Record<Place["kind"], string>> = {
  common: "The workspace of every agent that has none of its own.",
  agent: "The workspace of this agent alone. Its paths lead to no other.",
  group: "The workspace of the agents of this privilege group.",
  mount: "A folder of this machine that every workspace sees.",
};

/** A folder and what can be done with it as a whole. */
export function FolderPane({ place, path, of }: FolderPaneProps) {
  const { openDialog, goInto, access, copying } = useFilesScreen();
  const { remove } = useFileActions();
  const isWorkspace = path === place.path;
  const blocked = access === "read-only";
  return (
    <>
      <header className={styles.head}>
        <div className={styles.title}>
          <h2>
            <VisibleText text={isWorkspace ? place.label : nameOf(path)} />
          </h2>
          <Badge>{isWorkspace ? "Workspace" : "Folder"}</Badge>
          {place.access === "read-only" && <Badge tone="warning">Read-only</Badge>}
        </div>
        <p className={styles.path}>
          <VisibleText text={isWorkspace || path === ROOT ? place.folder : path} />
        </p>
      </header>
      <div className={styles.actions} role="toolbar" aria-label="With the folder">
        <Button
          size="small"
          icon={FilePlus}
          disabled={blocked}
          onClick={() => openDialog({ type: "new-file", folder: path })}
        >
          New file
        </Button>
        <Button
          size="small"
          icon={FolderPlus}
          disabled={blocked}
          onClick={() => openDialog({ type: "new-folder", folder: path })}
        >
          New folder
        </Button>
        <Button size="small" icon={Archive} onClick={() => openDialog({ type: "share", path, of: "folder" })}>
          Share as a zip
        </Button>
        {of === "chosen" && (
          <>
            <Button size="small" icon={CornerDownRight} onClick={() => goInto(path)}>
              Go into
            </Button>
            <Button
              size="small"
              icon={PencilLine}
              disabled={blocked}
              onClick={() => openDialog({ type: "move", path })}
            >
              Rename or move
            </Button>
            <Button
              size="small"
              icon={Copy}
              disabled={copying === "no"}
              onClick={() => openDialog({ type: "copy", path })}
            >
              Copy
            </Button>
            <Button size="small" icon={Trash2} disabled={blocked} onClick={() => void remove(path)}>
              Delete
            </Button>
          </>
        )}
      </div>
      <div className={styles.about}>
        {isWorkspace && <p>{ABOUT[place.kind]} Other programs can use it as any folder.</p>}
        {place.kind === "mount" && isWorkspace && <Unmount place={place} />}
      </div>
    </>
  );
}

function Unmount({ place }: { readonly place: Place }) {
  const request = useRequest();
  const { goInto } = useFilesScreen();
  const mount = useSystem((system) => [...system.mounts.values()].find(({ name }) => name === place.label));
  const [asking, setAsking] = useState<"open" | "closed">("closed");
  if (!mount) return null;
  const unmount = async (): Promise<void> => {
    if (await request("files.unmount", { name: mount.name })) goInto(ROOT);
  };
  return (
    <>
      <Button onClick={() => setAsking("open")}>Unmount</Button>
      <ConfirmDialog
        open={asking === "open"}
        onOpenChange={(open) => setAsking(open ? "open" : "closed")}
        title={`Unmount ${mount.name}?`}
        description={
          <>
            Agents no longer see <code>mounts/{mount.name}</code>. The folder <code>{mount.folder}</code> is
            not touched.
          </>
        }
        confirm="Unmount"
        tone="primary"
        onConfirm={() => void unmount()}
      />
    </>
  );
}
