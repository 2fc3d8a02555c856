import { FolderOpen } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { KernelEvent } from "../../../shared/events.ts";
import type { WorkspaceView } from "../../../shared/files.ts";
import { GROUP_WORKSPACES, OWN_WORKSPACES } from "../../../shared/workspaces.ts";
import { Button } from "../../components/Button.tsx";
import { Empty, ErrorNote, Skeleton } from "../../components/Feedback.tsx";
import { takesText } from "../../frame/shortcuts.ts";
import type { FilesShown } from "../../routes.ts";
import { useNavigation, useSystem } from "../../store.tsx";
import { useLiveRequest } from "../../use-live-request.ts";
import { useSettled } from "../access/use-settled.ts";
import { DetailsPane, NothingChosen } from "./DetailsPane.tsx";
import { FilesDialogs } from "./FilesDialogs.tsx";
import styles from "./FilesScreen.module.css";
import { FileTree } from "./FileTree.tsx";
import { type FilesDialog, FilesScreenContext, type FilesScreenParts } from "./files-context.tsx";
import { ListHead } from "./ListHead.tsx";
import { Places } from "./Places.tsx";
import { isUnder, ROOT } from "./paths.ts";
import { type Place, placeGroups, placeHolding } from "./places.ts";
import { SearchResults } from "./SearchResults.tsx";
import { SharesList } from "./SharesList.tsx";
import { TrashList } from "./TrashList.tsx";
import { changedPaths } from "./tree.ts";
import { useFilesShown } from "./use-files-shown.ts";
import { useFolders } from "./use-folders.ts";

/** A pause in the typing after which is searched, in ms. */
const TYPING_MS = 250;

/** The workspaces: what lies in them, who wrote it, and every version of it. */
export function FilesScreen() {
  const shown = useFilesShown();
  const workspaces = useLiveRequest("files.workspaces", {}, bearsOnWorkspaces);
  const all = workspaces.output?.workspaces ?? [];
  const place = placeHolding(all, shown.type === "folder" ? shown.path : ROOT);
  return (
    <div className={styles.screen}>
      <h1 className="unseen">Files</h1>
      {workspaces.error && (
        <ErrorNote
          className={styles.note}
          error={workspaces.error}
          actions={
            <Button size="small" onClick={workspaces.reload}>
              Try again
            </Button>
          }
        />
      )}
      {!workspaces.output && !workspaces.error && <Skeleton lines={8} />}
      {workspaces.output && place && <Workspaces all={all} place={place} shown={shown} />}
      {workspaces.output && !place && (
        <Empty icon={FolderOpen} className={styles.empty} actions={<a href="#/files">All files</a>}>
          There is no such workspace now.
        </Empty>
      )}
    </div>
  );
}

/** Workspaces come with agents, groups and mounts. */
function bearsOnWorkspaces(event: KernelEvent): boolean {
  return (
    event.type === "mount.added" ||
    event.type === "mount.removed" ||
    event.type === "agent.created" ||
    changedPaths(event).some((path) => isUnder(path, OWN_WORKSPACES) || isUnder(path, GROUP_WORKSPACES))
  );
}

interface WorkspacesProps {
  readonly all: readonly WorkspaceView[];
  readonly place: Place;
  readonly shown: FilesShown;
}

function Workspaces({ all, place, shown }: WorkspacesProps) {
  const { go } = useNavigation();
  const [dialog, setDialog] = useState<FilesDialog | null>(null);
  const [line, setLine] = useState<{ readonly path: string; readonly line: number } | null>(null);
  const [query, setQuery] = useState("");
  const search = useRef<HTMLInputElement>(null);
  const root = shown.type === "folder" ? shown.path : ROOT;
  const chosen = shown.type === "folder" ? (shown.chosen ?? null) : null;
  const folders = useFolders(root, chosen);
  const asked = useSettled(query.trim(), TYPING_MS);
  const hasRoom = useSystem((system) => system.storage.mode) === "ready";
  const canWrite = hasRoom && place.access === "read-write";

  const { store } = folders;
  const reload = useCallback((): void => store.reload(), [store]);
  const parts = useMemo(
    (): FilesScreenParts => ({
      openDialog: setDialog,
      reload,
      access: canWrite ? "read-write" : "read-only",
      copying: hasRoom ? "yes" : "no",
      goInto: (path) => go({ screen: "files", shown: { type: "folder", path } }),
      choose: (path, at = null) => {
        setLine(at === null ? null : { path, line: at });
        const from = isUnder(path, root) ? root : (placeHolding(all, path)?.path ?? ROOT);
        go({ screen: "files", shown: { type: "folder", path: from, chosen: path } });
      },
    }),
    [reload, canWrite, hasRoom, go, root, all],
  );
  useSearchKey(search);

  return (
    <FilesScreenContext value={parts}>
      <div className={styles.columns}>
        <Places groups={placeGroups(all)} current={shown.type === "folder" ? place : null} shown={shown} />
        {shown.type === "trash" && <TrashList />}
        {shown.type === "shares" && <SharesList />}
        {shown.type === "folder" && (
          <>
            <section className={styles.list} aria-label="Files">
              <ListHead place={place} root={root} query={query} searchRef={search} onQuery={setQuery} />
              {asked === "" || query.trim() === "" ? (
                <FileTree
                  key={root}
                  label={place.label}
                  root={root}
                  top={place.path}
                  chosen={chosen}
                  folders={folders}
                />
              ) : (
                <SearchResults
                  query={asked}
                  path={place.path}
                  chosen={chosen}
                  chosenLine={line?.path === chosen ? (line?.line ?? null) : null}
                  onChoose={(hit) => parts.choose(hit.path, hit.line)}
                />
              )}
            </section>
            <section className={styles.pane} aria-label="Details">
              {asked !== "" && query.trim() !== "" && chosen === null ? (
                <NothingChosen />
              ) : (
                <DetailsPane
                  place={place}
                  root={root}
                  chosen={chosen}
                  line={line?.path === chosen ? (line?.line ?? null) : null}
                  lines={folders.lines}
                />
              )}
            </section>
          </>
        )}
      </div>
      <FilesDialogs dialog={dialog} onClose={() => setDialog(null)} />
    </FilesScreenContext>
  );
}

/** `/` goes to the search, as on the Overview. */
function useSearchKey(search: { readonly current: HTMLInputElement | null }): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || takesText(event.target))
        return;
      if (!search.current || event.defaultPrevented) return;
      event.preventDefault();
      search.current.focus();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [search]);
}
