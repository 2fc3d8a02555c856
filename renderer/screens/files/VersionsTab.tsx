import { History, Pin, PinOff, Undo2 } from "lucide-react";
import { useReducer } from "react";
import type { MethodOutput } from "../../../shared/contract.ts";
import type { FileVersion } from "../../../shared/files.ts";
import { Button, IconButton } from "../../components/Button.tsx";
import { Empty, ErrorNote, Skeleton } from "../../components/Feedback.tsx";
import { formatCount } from "../../format.ts";
import type { LiveOutput } from "../../use-live-request.ts";
import { useFilesScreen } from "./files-context.tsx";
import { useFileActions } from "./use-file-actions.ts";
import { VersionDetail } from "./VersionDetail.tsx";
import { VersionList } from "./VersionList.tsx";
import styles from "./VersionsTab.module.css";
import { FIRST_VIEW, nextView, type VersionCommand } from "./version-view.ts";

export interface VersionsTabProps {
  readonly path: string;
  readonly loaded: LiveOutput<MethodOutput<"files.versions">>;
}

type Action = Extract<VersionCommand, { readonly type: "act" }>["action"];

/** The versions of a file: choose one to see what it changed, two to compare, one to go back to. */
export function VersionsTab({ path, loaded: { output, error, reload } }: VersionsTabProps) {
  const [view, step] = useReducer(nextView, FIRST_VIEW);
  const { rollBack, pin } = useFileActions();
  if (!output)
    return error ? (
      <ErrorNote
        className={styles.error}
        error={error}
        actions={
          <Button size="small" onClick={reload}>
            Try again
          </Button>
        }
      />
    ) : (
      <Skeleton lines={5} />
    );
  const { versions, more } = output;
  if (versions.length === 0)
    return (
      <Empty icon={History}>No version yet: the first is kept when an agent, you or a program writes.</Empty>
    );
  const chosen = versions.find(({ id }) => id === view.chosen) ?? versions[0];
  const act = (action: Action): void => {
    if (!chosen) return;
    switch (action) {
      case "content":
        step({ type: "show", show: view.show === "content" ? "change" : "content" });
        return;
      case "mark":
        step({ type: "mark", id: chosen.id });
        return;
      case "roll-back":
        if (canRollBack(chosen, versions)) void rollBack(path, chosen.id, versions).then(reload);
        return;
      case "pin":
        void pin(chosen).then(reload);
    }
  };
  return (
    <div className={styles.versions}>
      <Toolbar versions={versions} chosen={chosen ?? null} view={view} onAction={act} />
      <VersionList
        versions={versions}
        chosen={chosen?.id ?? null}
        marked={view.marked}
        onChoose={(id) => step({ type: "choose", id })}
        onAction={act}
      />
      {more > 0 && <p className={styles.more}>{formatCount(more)} older ones are not listed.</p>}
      <VersionDetail path={path} versions={versions} view={view} />
    </div>
  );
}

/** Back to what is there already, or to nothing, is no way to go. */
const canRollBack = (version: FileVersion, versions: readonly FileVersion[]): boolean =>
  version.hash !== null && version.hash !== versions[0]?.hash;

interface ToolbarProps {
  readonly versions: readonly FileVersion[];
  readonly chosen: FileVersion | null;
  readonly view: typeof FIRST_VIEW;
  readonly onAction: (action: Action) => void;
}

/** What can be done with the chosen version. Always there, so that nothing moves when one is chosen. */
function Toolbar({ versions, chosen, view, onAction }: ToolbarProps) {
  const { access } = useFilesScreen();
  const isPinned = chosen?.pinned === "yes";
  const isMarked = chosen !== null && view.marked.includes(chosen.id);
  return (
    <div className={styles.actions} role="toolbar" aria-label="With the chosen version">
      <Button
        size="small"
        aria-pressed={view.show === "content"}
        aria-keyshortcuts="Enter"
        className={view.show === "content" ? styles.pressed : undefined}
        onClick={() => onAction("content")}
      >
        Whole text
      </Button>
      <Button
        size="small"
        aria-pressed={isMarked}
        aria-keyshortcuts="c"
        className={isMarked ? styles.pressed : undefined}
        onClick={() => onAction("mark")}
      >
        Compare
      </Button>
      <Button
        size="small"
        icon={Undo2}
        aria-keyshortcuts="r"
        disabled={chosen === null || access === "read-only" || !canRollBack(chosen, versions)}
        onClick={() => onAction("roll-back")}
      >
        Roll back
      </Button>
      <IconButton
        size="small"
        variant="plain"
        icon={isPinned ? PinOff : Pin}
        label={isPinned ? "Unpin" : "Pin: it is always kept"}
        keys="P"
        onClick={() => onAction("pin")}
      />
      <span className={styles.hint} role="status">
        {view.marked.length === 1 && `${view.marked[0]}: choose the other and press Compare`}
      </span>
    </div>
  );
}
