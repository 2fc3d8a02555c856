import { ChevronDown, ChevronRight, File, FileKey, Folder, Globe } from "lucide-react";
import type { FileRow } from "../../../shared/files.ts";
import { Button } from "../../components/Button.tsx";
import { classes } from "../../components/classes.ts";
import { Figure } from "../../components/Table.tsx";
import { bytesQuantity, formatCount } from "../../format.ts";
import { VisibleText } from "../inbox/VisibleText.tsx";
import styles from "./FileTree.module.css";
import type { TreeLine } from "./tree.ts";
import { changedText, shortAuthorText, versionText } from "./words.ts";

export const lineElementId = (index: number): string => `file-line-${index}`;

export interface FileTreeLineProps {
  readonly line: TreeLine;
  /** Its place among all lines, from 0. */
  readonly index: number;
  /** Distance from the top of the lines, in px. */
  readonly top: number;
  readonly mark: "active" | "plain";
  readonly choice: "chosen" | "other";
  readonly onAct: (line: TreeLine) => void;
  readonly onToggle: (folder: string, to: "open" | "closed") => void;
}

/** One line of the tree: an entry, or what stands where entries will be. */
export function FileTreeLine({ line, index, top, mark, choice, onAct, onToggle }: FileTreeLineProps) {
  const entry = line.type === "entry" ? line : null;
  return (
    <tr
      id={lineElementId(index)}
      tabIndex={-1}
      aria-rowindex={index + 2}
      aria-level={line.level}
      aria-selected={choice === "chosen"}
      {...(entry && {
        "aria-posinset": entry.position,
        "aria-setsize": entry.size,
        ...(entry.expansion !== "none" && { "aria-expanded": entry.expansion === "open" }),
      })}
      className={classes(styles.row, mark === "active" && styles.active)}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onAct(line)}
    >
      {line.type === "entry" ? (
        <Entry line={line} onToggle={onToggle} />
      ) : (
        <Other line={line} onAct={onAct} />
      )}
    </tr>
  );
}

/** How far a level is set in, in px. */
const INDENT = 16;
const indent = (level: number) => ({ paddingLeft: 6 + INDENT * (level - 1) });

interface EntryProps {
  readonly line: Extract<TreeLine, { readonly type: "entry" }>;
  readonly onToggle: FileTreeLineProps["onToggle"];
}

function Entry({ line: { row, level, expansion }, onToggle }: EntryProps) {
  const { version } = row;
  return (
    <>
      <td className={classes(styles.cell, styles.name)} style={indent(level)}>
        {expansion === "none" ? (
          <span className={styles.noChevron} />
        ) : (
          // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: the tree takes the keys
          <span
            className={styles.chevron}
            onClick={(event) => {
              event.stopPropagation();
              onToggle(row.path, expansion === "open" ? "closed" : "open");
            }}
          >
            {expansion === "open" ? (
              <ChevronDown size={14} aria-hidden />
            ) : (
              <ChevronRight size={14} aria-hidden />
            )}
          </span>
        )}
        <EntryIcon row={row} />
        <span className={styles.text} title={row.name}>
          <VisibleText text={row.name} />
        </span>
        {row.origin !== null && (
          <span className={styles.origin} title={`From outside: ${row.origin}`}>
            <Globe size={12} aria-hidden />
            <span className="unseen">from outside</span>
          </span>
        )}
      </td>
      <td className={classes(styles.cell, styles.number)}>
        {row.type === "file" && <Figure {...bytesQuantity(row.bytes)} />}
      </td>
      <td className={classes(styles.cell, styles.changed)}>{row.type === "file" && changedText(row)}</td>
      <td
        className={classes(styles.cell, styles.author)}
        title={version ? `${version.id} ${versionText(version)}` : undefined}
      >
        {version && shortAuthorText(version.author)}
      </td>
    </>
  );
}

function EntryIcon({ row }: { readonly row: FileRow }) {
  if (row.type === "folder") return <Folder size={14} className={styles.icon} aria-hidden />;
  if (row.sensitivity === "plain") return <File size={14} className={styles.icon} aria-hidden />;
  return (
    <span className={styles.icon} title="Key material: no agent may read it">
      <FileKey size={14} aria-hidden />
      <span className="unseen">key material</span>
    </span>
  );
}

interface OtherProps {
  readonly line: Exclude<TreeLine, { readonly type: "entry" }>;
  readonly onAct: FileTreeLineProps["onAct"];
}

function Other({ line, onAct }: OtherProps) {
  const button = (label: string) => (
    <Button
      size="small"
      variant="quiet"
      tabIndex={-1}
      onClick={(event) => {
        event.stopPropagation();
        onAct(line);
      }}
    >
      {label}
    </Button>
  );
  return (
    <td className={classes(styles.cell, styles.other)} colSpan={4} style={indent(line.level + 1)}>
      {line.type === "loading" && <span className={styles.late}>Reading the folder …</span>}
      {line.type === "empty" && "Empty"}
      {line.type === "more" && (
        <>
          {formatCount(line.left)} more
          {button("Show more")}
        </>
      )}
      {line.type === "failed" && (
        <>
          <span className={styles.failed} title={line.error.hint}>
            {line.error.message}
          </span>
          {button("Try again")}
        </>
      )}
    </td>
  );
}
