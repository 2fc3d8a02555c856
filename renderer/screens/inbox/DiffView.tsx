import { useMemo, useState } from "react";
import { Badge, type Tone } from "../../components/Badge.tsx";
import { Button } from "../../components/Button.tsx";
import { classes } from "../../components/classes.ts";
import { formatCount } from "../../format.ts";
import styles from "./DiffView.module.css";
import { type DiffRow, diffOf, type FileChange, type FileDiff } from "./file-diff.ts";
import { VisibleText } from "./VisibleText.tsx";

/** Rows drawn before the rest is asked for. */
const FIRST_ROWS = 400;

const CHANGE: Readonly<Record<FileDiff["change"], { readonly word: string; readonly tone: Tone }>> = {
  new: { word: "New file", tone: "good" },
  deleted: { word: "Deleted file", tone: "danger" },
  changed: { word: "Changed", tone: "accent" },
  unchanged: { word: "Unchanged", tone: "neutral" },
};

export interface DiffViewProps {
  readonly change: FileChange;
  /** What is said where the texts are cut. */
  readonly cutNote?: string;
}

const CUT_PREVIEW =
  "The preview is cut: the file is longer than what is shown here. The arguments are whole.";

/** A file change as a unified diff with line numbers. */
export function DiffView({ change, cutNote = CUT_PREVIEW }: DiffViewProps) {
  const diff = useMemo(() => diffOf(change), [change]);
  const [shown, setShown] = useState<"first" | "all">("first");
  const rows = shown === "all" ? diff.rows : diff.rows.slice(0, FIRST_ROWS);
  const look = CHANGE[diff.change];
  return (
    <figure className={styles.diff}>
      <figcaption className={styles.head}>
        <span className="mono">
          <VisibleText text={change.path} />
        </span>
        <Badge tone={look.tone}>{look.word}</Badge>
        <span className={classes(styles.counts, "figures")}>
          <span className={styles.addedCount}>+{formatCount(diff.added)}</span>{" "}
          <span className={styles.removedCount}>−{formatCount(diff.removed)}</span>
          <span className="unseen"> lines added and removed</span>
        </span>
      </figcaption>
      {diff.rows.length === 0 ? (
        <p className={styles.nothing}>
          {diff.change === "unchanged" ? "Both sides are the same." : "The file is empty."}
        </p>
      ) : (
        <table className={styles.table} aria-label={`Changes to ${change.path}`}>
          <tbody>{rows.map((row, index) => drawRow(row, index))}</tbody>
        </table>
      )}
      {diff.rows.length > rows.length && (
        <Button size="small" className={styles.more} onClick={() => setShown("all")}>
          Show the other {formatCount(diff.rows.length - rows.length)} lines
        </Button>
      )}
      {change.cut === "cut" && (
        <p className={styles.cut} role="note">
          {cutNote}
        </p>
      )}
    </figure>
  );
}

const SIGN = { added: "+", removed: "−", same: " " } as const;
const SAID = { added: "added", removed: "removed", same: "" } as const;

function drawRow(row: DiffRow, index: number) {
  switch (row.type) {
    case "gap":
      return (
        <tr key={index} className={styles.gap}>
          <td colSpan={4}>
            {formatCount(row.lines)} unchanged {row.lines === 1 ? "line" : "lines"}
          </td>
        </tr>
      );
    case "no-newline":
      return (
        <tr key={index} className={styles.gap}>
          <td colSpan={4}>No line feed at the end</td>
        </tr>
      );
    default:
      return (
        <tr key={index} className={styles[row.type]}>
          <td className={styles.number}>{row.before}</td>
          <td className={styles.number}>{row.after}</td>
          <td className={styles.sign}>
            <span aria-hidden="true">{SIGN[row.type]}</span>
            {SAID[row.type] !== "" && <span className="unseen">{SAID[row.type]}</span>}
          </td>
          <td className={styles.line}>
            <VisibleText text={row.text} />
          </td>
        </tr>
      );
  }
}
