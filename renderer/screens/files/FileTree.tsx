import { useVirtualizer } from "@tanstack/react-virtual";
import { FolderOpen } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../components/Button.tsx";
import { Empty } from "../../components/Feedback.tsx";
import styles from "./FileTree.module.css";
import { FileTreeLine, lineElementId } from "./FileTreeLine.tsx";
import { useFilesScreen } from "./files-context.tsx";
import { nameOf, parentOf, ROOT } from "./paths.ts";
import { lineKey, type TreeLine } from "./tree.ts";
import { treeCommand } from "./tree-keys.ts";
import { useFileActions } from "./use-file-actions.ts";
import type { Folders } from "./use-folders.ts";

/** Heights in px, as in the style sheet. */
const ROW = 28;
const HEAD = 25;
const OVERSCAN = 6;

const COLUMNS = ["Name", "Size", "Changed", "By"] as const;

/** A tree with columns that is moved in by keys (WAI-ARIA Authoring Practices, "Treegrid"). */
const treegrid = (label: string, rows: number, active: string | undefined) => ({
  role: "treegrid",
  tabIndex: 0,
  "aria-label": `Files of ${label}`,
  "aria-rowcount": rows + 1,
  "aria-colcount": COLUMNS.length,
  "aria-activedescendant": active,
});

export interface FileTreeProps {
  readonly label: string;
  /** The folder that is listed. */
  readonly root: string;
  /** The uppermost folder to go to: that of the workspace. */
  readonly top: string;
  readonly chosen: string | null;
  readonly folders: Folders;
}

/** Files and folders, as many as there are: only the lines in sight are drawn. */
export function FileTree({ label, root, top, chosen, folders }: FileTreeProps) {
  const { lines, store } = folders;
  const { openDialog, choose, goInto, access } = useFilesScreen();
  const { remove } = useFileActions();
  const scroller = useRef<HTMLTableElement>(null);
  const [active, setActive] = useState(chosen);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: OVERSCAN,
    scrollPaddingStart: HEAD,
    useFlushSync: false,
  });
  const at = lines.findIndex((line) => lineKey(line) === active);
  const drawn = virtual.getVirtualItems();
  useChosenInSight(chosen, lines, setActive, (index) => virtual.scrollToIndex(index, { align: "auto" }));

  const act = (line: TreeLine): void => {
    setActive(lineKey(line));
    switch (line.type) {
      case "entry":
        choose(line.row.path);
        if (line.expansion === "closed") folders.open(line.row.path);
        if (line.expansion === "open" && chosen === line.row.path) folders.close(line.row.path);
        return;
      case "more":
        store.more(line.folder);
        return;
      case "failed":
        store.reload(line.folder);
        return;
      case "loading":
      case "empty":
        return;
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== scroller.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - HEAD) / ROW) - 1);
    const command = treeCommand(event.key, lines, at, page);
    if (!command) return;
    event.preventDefault();
    const line = lines[at];
    switch (command.type) {
      case "move": {
        const next = lines[command.to];
        if (next) setActive(lineKey(next));
        virtual.scrollToIndex(command.to, { align: "auto" });
        return;
      }
      case "open":
        folders.open(command.path);
        return;
      case "close":
        folders.close(command.path);
        return;
      case "choose":
        if (line) act(line);
        return;
      case "up":
        if (root !== top && root !== ROOT) goInto(parentOf(root));
        return;
      case "rename":
        if (line?.type === "entry" && access === "read-write")
          openDialog({ type: "move", path: line.row.path });
        return;
      case "delete":
        if (line?.type === "entry" && access === "read-write") void remove(line.row.path);
        return;
    }
  };

  if (lines.length === 0) return <NothingHere root={root} />;
  return (
    <table
      ref={scroller}
      className={styles.tree}
      {...treegrid(
        label === "" ? nameOf(root) : label,
        lines.length,
        drawn.some(({ index }) => index === at) ? lineElementId(at) : undefined,
      )}
      onKeyDown={onKeyDown}
    >
      <thead className={styles.head}>
        <tr aria-rowindex={1} className={styles.headRow}>
          {COLUMNS.map((column) => (
            <th key={column} scope="col" className={styles.heading}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className={styles.body} style={{ height: virtual.getTotalSize() }}>
        {drawn.map((item) => {
          const line = lines[item.index];
          return line === undefined ? null : (
            <FileTreeLine
              key={lineKey(line)}
              line={line}
              index={item.index}
              top={item.start}
              mark={at === item.index ? "active" : "plain"}
              choice={line.type === "entry" && line.row.path === chosen ? "chosen" : "other"}
              onAct={act}
              onToggle={(path, to) => (to === "open" ? folders.open(path) : folders.close(path))}
            />
          );
        })}
      </tbody>
    </table>
  );
}

function NothingHere({ root }: { readonly root: string }) {
  const { openDialog, access } = useFilesScreen();
  return (
    <Empty
      icon={FolderOpen}
      className={styles.empty}
      actions={
        access === "read-write" && (
          <Button onClick={() => openDialog({ type: "new-file", folder: root })}>New file</Button>
        )
      }
    >
      Nothing lies here yet. What agents, you and other programs put into the folder is listed.
    </Empty>
  );
}

/** A file that was chosen elsewhere, as by a search, becomes the active line and is brought into sight once it is there. */
function useChosenInSight(
  chosen: string | null,
  lines: readonly TreeLine[],
  onActive: (key: string) => void,
  scrollTo: (index: number) => void,
): void {
  const settled = useRef<string | null>(null);
  useEffect(() => {
    if (chosen === null || settled.current === chosen) return;
    const index = lines.findIndex((line) => lineKey(line) === chosen);
    if (index < 0) return;
    settled.current = chosen;
    onActive(chosen);
    scrollTo(index);
  });
}
