import type { ReactNode } from "react";
import { formatCount, formatPercent } from "../format.ts";
import { classes } from "./classes.ts";
import styles from "./ProgressBar.module.css";

export interface ProgressBarProps {
  /** Said by screen readers, such as "Progress of s7". */
  readonly label: string;
  readonly done: number;
  /** null: nobody knows; the bar then shows that something goes on, and the count. */
  readonly total: number | null;
  /** The count in its unit, where the total is not known; else the bare number. */
  readonly count?: string;
  readonly message?: ReactNode;
}

/** How far something is, as a bar, a figure and the message that came with it. */
export function ProgressBar({ label, done, total, count = formatCount(done), message }: ProgressBarProps) {
  const share = total === null || total <= 0 ? null : Math.min(1, Math.max(0, done / total));
  return (
    <div className={styles.progress}>
      <div
        className={classes(styles.track, share === null && styles.unknown)}
        role="progressbar"
        aria-label={label}
        {...(share === null
          ? { "aria-valuetext": count }
          : { "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": Math.round(100 * share) })}
      >
        {share !== null && <div className={styles.fill} style={{ width: `${100 * share}%` }} />}
      </div>
      <span className={styles.figure}>{share === null ? count : formatPercent(share)}</span>
      {message && <span className={styles.message}>{message}</span>}
    </div>
  );
}
