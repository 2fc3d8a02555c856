import { GitCompareArrows, Pin } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import type { FileVersion, VersionId } from "../../../shared/files.ts";
import { classes } from "../../components/classes.ts";
import { Figure } from "../../components/Table.tsx";
import { bytesQuantity } from "../../format.ts";
import { formatWhen } from "../access/when.ts";
import { VisibleText } from "../inbox/VisibleText.tsx";
import styles from "./VersionList.module.css";
import { type VersionCommand, versionCommand } from "./version-view.ts";
import { changeText, shortAuthorText } from "./words.ts";

export interface VersionListProps {
  /** Newest first. */
  readonly versions: readonly FileVersion[];
  readonly chosen: VersionId | null;
  readonly marked: readonly VersionId[];
  readonly onChoose: (id: VersionId) => void;
  readonly onAction: (action: Extract<VersionCommand, { readonly type: "act" }>["action"]) => void;
}

const optionId = (id: VersionId): string => `version-${id}`;

/** The versions to choose one of: arrow keys move, letters act on the chosen one. */
export function VersionList({ versions, chosen, marked, onChoose, onAction }: VersionListProps) {
  const list = useRef<HTMLDivElement>(null);
  const at = versions.findIndex(({ id }) => id === chosen);
  useEffect(() => {
    if (chosen !== null)
      list.current?.querySelector(`#${optionId(chosen)}`)?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const command = versionCommand(event.key, at, versions.length);
    if (!command) return;
    event.preventDefault();
    if (command.type === "act") {
      onAction(command.action);
      return;
    }
    const next = versions[command.to];
    if (next) onChoose(next.id);
  };
  return (
    <div
      ref={list}
      role="listbox"
      tabIndex={0}
      aria-label="Versions"
      aria-activedescendant={chosen === null ? undefined : optionId(chosen)}
      className={styles.list}
      onKeyDown={onKeyDown}
    >
      {versions.map((version) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys
        <div
          key={version.id}
          role="option"
          tabIndex={-1}
          id={optionId(version.id)}
          aria-selected={version.id === chosen}
          className={classes(
            styles.row,
            version.id === chosen && styles.chosen,
            marked.includes(version.id) && styles.marked,
          )}
          onClick={() => onChoose(version.id)}
        >
          <span className={styles.mark}>
            {marked.includes(version.id) && (
              <>
                <GitCompareArrows size={12} aria-hidden />
                <span className="unseen">compared</span>
              </>
            )}
          </span>
          <span className="mono">{version.id}</span>
          <span className={styles.change} title={changeText(version.change)}>
            <VisibleText text={changeText(version.change)} />
          </span>
          {version.pinned === "yes" && (
            <span className={styles.pin}>
              <Pin size={12} fill="currentColor" aria-hidden />
              <span className="unseen">pinned</span>
            </span>
          )}
          <span className={styles.author}>{shortAuthorText(version.author)}</span>
          <time className={styles.time} dateTime={new Date(version.at).toISOString()}>
            {formatWhen(version.at)}
          </time>
          <span className={styles.bytes}>
            {version.hash === null ? "–" : <Figure {...bytesQuantity(version.bytes)} />}
          </span>
        </div>
      ))}
    </div>
  );
}
