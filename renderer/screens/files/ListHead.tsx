import { ChevronRight, FilePlus, FolderPlus, HardDrive, Plus, RefreshCw, Search, X } from "lucide-react";
import { type FormEvent, type KeyboardEvent, type Ref, useState } from "react";
import { Button, IconButton } from "../../components/Button.tsx";
import { Field } from "../../components/Field.tsx";
import { TextInput } from "../../components/inputs.tsx";
import { Menu } from "../../components/Menu.tsx";
import { ProgressBar } from "../../components/ProgressBar.tsx";
import { type Route, routeHash } from "../../routes.ts";
import { useSystem } from "../../store.tsx";
import { useFilesScreen } from "./files-context.tsx";
import styles from "./ListHead.module.css";
import { type Crumb, crumbs } from "./paths.ts";
import type { Place } from "./places.ts";
import { useFileActions } from "./use-file-actions.ts";
import { indexText } from "./words.ts";

export interface ListHeadProps {
  readonly place: Place;
  /** The folder that is listed. */
  readonly root: string;
  readonly query: string;
  readonly searchRef: Ref<HTMLInputElement>;
  readonly onQuery: (query: string) => void;
}

/** Above the list: where it is, the search, and the line for plain words. */
export function ListHead({ place, root, query, searchRef, onQuery }: ListHeadProps) {
  const { openDialog, access } = useFilesScreen();
  return (
    <header className={styles.head}>
      <div className={styles.line}>
        <Crumbs crumbs={crumbs({ path: place.path, label: place.label }, root)} />
        <Menu
          entries={[
            ...(access === "read-write"
              ? ([
                  {
                    type: "item",
                    label: "New file",
                    icon: FilePlus,
                    onSelect: () => openDialog({ type: "new-file", folder: root }),
                  },
                  {
                    type: "item",
                    label: "New folder",
                    icon: FolderPlus,
                    onSelect: () => openDialog({ type: "new-folder", folder: root }),
                  },
                  { type: "separator", id: "new" },
                ] as const)
              : []),
            {
              type: "item",
              label: "Mount a folder",
              icon: HardDrive,
              onSelect: () => openDialog({ type: "mount" }),
            },
          ]}
        >
          <Button size="small" icon={Plus}>
            New
          </Button>
        </Menu>
      </div>
      <SearchLine label={place.label} query={query} inputRef={searchRef} onQuery={onQuery} />
      <PlanLine path={place.path} />
      <IndexLine />
    </header>
  );
}

const folderHash = (path: string): string =>
  routeHash({ screen: "files", shown: { type: "folder", path } } satisfies Route);

function Crumbs({ crumbs: all }: { readonly crumbs: readonly Crumb[] }) {
  return (
    <nav className={styles.crumbs} aria-label="Folder">
      <ol>
        {all.map(({ path, label }, index) => (
          <li key={path}>
            {index > 0 && <ChevronRight size={12} aria-hidden />}
            <a href={folderHash(path)} aria-current={index === all.length - 1 ? "location" : undefined}>
              {label}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

interface SearchLineProps {
  readonly label: string;
  readonly query: string;
  readonly inputRef: Ref<HTMLInputElement>;
  readonly onQuery: (query: string) => void;
}

function SearchLine({ label, query, inputRef, onQuery }: SearchLineProps) {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || query === "") return;
    event.stopPropagation();
    onQuery("");
  };
  return (
    <search className={styles.field}>
      <Search size={14} className={styles.icon} aria-hidden />
      <Field label={`Search in ${label}`} showLabel="unseen" className={styles.grow}>
        <TextInput
          ref={inputRef}
          size="small"
          placeholder={`Search in ${label} by words or meaning`}
          maxLength={1_000}
          className={styles.input}
          value={query}
          onChange={(event) => onQuery(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </Field>
      {query !== "" && (
        <IconButton size="small" icon={X} label="End the search" onClick={() => onQuery("")} />
      )}
    </search>
  );
}

function PlanLine({ path }: { readonly path: string }) {
  const { openDialog, access } = useFilesScreen();
  const [request, setRequest] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (request.trim() !== "") openDialog({ type: "plan", request: request.trim(), path });
  };
  return (
    <form className={styles.field} onSubmit={submit}>
      <Field label="What shall be done with these files?" showLabel="unseen" className={styles.grow}>
        <TextInput
          size="small"
          placeholder="What shall be done with these files?"
          maxLength={2_000}
          disabled={access === "read-only"}
          value={request}
          onChange={(event) => setRequest(event.target.value)}
        />
      </Field>
      <Button size="small" type="submit" disabled={access === "read-only" || request.trim() === ""}>
        Plan
      </Button>
    </form>
  );
}

/** How far the index of the search is. Its line is there before and after, so that nothing moves. */
function IndexLine() {
  const index = useSystem((system) => system.fileIndex);
  const { reindex } = useFileActions();
  return (
    <div className={styles.index}>
      {index.phase === "indexing" ? (
        <ProgressBar
          label="Reading files for the search"
          done={index.done}
          total={index.total > 0 ? index.total : null}
          message={indexText(index)}
        />
      ) : (
        <>
          <span>{indexText(index)}</span>
          <IconButton
            size="small"
            icon={RefreshCw}
            label="Read all files for the search again"
            onClick={() => void reindex()}
          />
        </>
      )}
    </div>
  );
}
