import { Copy, FileX, KeyRound, Link2, PencilLine, SquarePen, Trash2 } from "lucide-react";
import { useState } from "react";
import type { FileContent, FileRow, FileVersion } from "../../../shared/files.ts";
import { Badge } from "../../components/Badge.tsx";
import { Button } from "../../components/Button.tsx";
import { Empty, ErrorNote, Skeleton } from "../../components/Feedback.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import { formatBytes, formatCount } from "../../format.ts";
import { type LiveOutput, useLiveRequest } from "../../use-live-request.ts";
import { formatWhen } from "../access/when.ts";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { ContentView } from "./ContentView.tsx";
import { EditFile } from "./EditFile.tsx";
import { useFilesScreen } from "./files-context.tsx";
import styles from "./Pane.module.css";
import { nameOf, parentOf, ROOT } from "./paths.ts";
import { changedPaths } from "./tree.ts";
import { newerOf } from "./undo.ts";
import { useFileActions } from "./use-file-actions.ts";
import { VersionAuthor } from "./VersionAuthor.tsx";
import { VersionsTab } from "./VersionsTab.tsx";
import { changeText } from "./words.ts";

export interface FilePaneProps {
  readonly path: string;
  /** null where the list does not hold it: it may be far down in a big folder, or gone. */
  readonly row: FileRow | null;
  readonly line: number | null;
}

type Tab = "content" | "versions";

/** A file: what it holds, where that came from, and what can be done with it. */
export function FilePane({ path, row, line }: FilePaneProps) {
  const [tab, setTab] = useState<Tab>("content");
  const [mode, setMode] = useState<"read" | "edit">("read");
  const isAbout = (event: Parameters<typeof changedPaths>[0]): boolean => changedPaths(event).includes(path);
  const content = useLiveRequest("files.read", { path }, isAbout);
  const versions = useLiveRequest("files.versions", { path }, isAbout);
  const newest = newerOf(versions.output?.versions[0] ?? null, row?.version ?? null);
  const count = versions.output ? versions.output.versions.length + versions.output.more : row?.versions;
  const isThere = newest === null || newest.hash !== null;
  return (
    <>
      <header className={styles.head}>
        <div className={styles.title}>
          <h2>
            <VisibleText text={nameOf(path)} />
          </h2>
          {!isThere && <Badge tone="danger">Not there any more</Badge>}
          {row?.origin && <Badge tone="asking">From outside: {row.origin}</Badge>}
          {row?.sensitivity === "key" && <Badge tone="warning">Key material</Badge>}
        </div>
        <p className={styles.path} title={path}>
          in <VisibleText text={parentOf(path) === ROOT ? "the workspace" : parentOf(path)} />
        </p>
        <p className={styles.facts}>{newest && <Facts version={newest} />}</p>
      </header>
      <FileButtons
        path={path}
        editable={
          mode === "read" && content.output?.type === "text" && content.output.cut === "whole" && isThere
            ? "yes"
            : "no"
        }
        presence={isThere ? "there" : "gone"}
        sensitivity={row?.sensitivity ?? "plain"}
        onEdit={() => {
          setTab("content");
          setMode("edit");
        }}
      />
      {mode === "edit" && content.output?.type === "text" ? (
        <EditFile
          path={path}
          newest={newest}
          content={content.output.text}
          onClose={() => setMode("read")}
          onSaved={() => {
            content.reload();
            versions.reload();
            setMode("read");
          }}
        />
      ) : (
        <Tabs<Tab>
          label="The file"
          value={tab}
          onChange={setTab}
          className={styles.tabs}
          items={[
            {
              value: "content",
              label: "Content",
              content: isThere ? (
                <Content path={path} row={row} loaded={content} line={line} />
              ) : (
                <Gone path={path} versions={versions.output?.versions ?? []} />
              ),
            },
            {
              value: "versions",
              label: "Versions",
              mark: count === undefined ? null : <Badge>{formatCount(count)}</Badge>,
              content: <VersionsTab path={path} loaded={versions} />,
            },
          ]}
        />
      )}
    </>
  );
}

function Facts({ version }: { readonly version: FileVersion }) {
  return (
    <>
      <span className="mono">{version.id}</span>, {changeText(version.change)}{" "}
      <time dateTime={new Date(version.at).toISOString()}>{formatWhen(version.at)}</time> by{" "}
      <VersionAuthor version={version} />
      {version.hash !== null && `, ${formatBytes(version.bytes)}`}
    </>
  );
}

interface FileButtonsProps {
  readonly path: string;
  readonly editable: "yes" | "no";
  readonly presence: "there" | "gone";
  readonly sensitivity: FileRow["sensitivity"];
  readonly onEdit: () => void;
}

function FileButtons({ path, editable, presence, sensitivity, onEdit }: FileButtonsProps) {
  const { openDialog, access, copying } = useFilesScreen();
  const { remove } = useFileActions();
  const blocked = access === "read-only" || presence === "gone";
  return (
    <div className={styles.actions} role="toolbar" aria-label="With the file">
      <Button size="small" icon={SquarePen} disabled={blocked || editable === "no"} onClick={onEdit}>
        Edit
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
        disabled={copying === "no" || presence === "gone"}
        onClick={() => openDialog({ type: "copy", path })}
      >
        Copy
      </Button>
      <Button
        size="small"
        icon={Link2}
        disabled={presence === "gone" || sensitivity === "key"}
        onClick={() => openDialog({ type: "share", path, of: "file" })}
      >
        Share
      </Button>
      <Button size="small" icon={Trash2} disabled={blocked} onClick={() => void remove(path)}>
        Delete
      </Button>
    </div>
  );
}

interface GoneProps {
  readonly path: string;
  /** Newest first. */
  readonly versions: readonly FileVersion[];
}

/** A file that was moved or deleted: what it last held can come back. */
function Gone({ path, versions }: GoneProps) {
  const { access } = useFilesScreen();
  const { restore } = useFileActions();
  const [newest] = versions;
  const last = versions.find(({ hash }) => hash !== null);
  return (
    <Empty
      icon={FileX}
      actions={
        last &&
        newest?.change.type === "deleted" && (
          <Button disabled={access === "read-only"} onClick={() => void restore(path, last.id)}>
            Restore
          </Button>
        )
      }
    >
      {newest?.change.type === "moved-away"
        ? `It was moved to ${newest.change.to}.`
        : "It is not there any more. Its versions are kept for a while."}
    </Empty>
  );
}

interface ContentProps extends FilePaneProps {
  readonly loaded: LiveOutput<FileContent>;
}

function Content({ path, row, line, loaded: { output, error, reload } }: ContentProps) {
  if (row?.sensitivity === "key" || error?.code === "not-allowed")
    return (
      <Empty icon={KeyRound}>
        {error?.message ?? "It holds keys, which no screen shows"}. Open it with another program.
      </Empty>
    );
  if (error)
    return (
      <ErrorNote
        className={styles.note}
        error={error}
        actions={
          <Button size="small" onClick={reload}>
            Try again
          </Button>
        }
      />
    );
  if (!output) return <Skeleton lines={6} />;
  return <ContentView label={`Content of ${nameOf(path)}`} content={output} line={line} />;
}
