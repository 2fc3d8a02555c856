import type { ReactNode } from "react";
import { classes } from "../../components/classes.ts";
import { formatTime } from "../../format.ts";
import styles from "./TranscriptLine.module.css";

export interface LineProps {
  /** Wall time in ms. */
  readonly at: number;
  readonly who: ReactNode;
  readonly tone: "system" | "user" | "model" | "tool" | "note" | "ending";
  readonly children: ReactNode;
}

/** The three columns of a row. */
export function Line({ at, who, tone, children }: LineProps) {
  return (
    <div className={classes(styles.line, styles[tone])}>
      <time className={classes(styles.time, "figures")} dateTime={new Date(at).toISOString()}>
        {formatTime(at)}
      </time>
      <div className={styles.who}>{who}</div>
      <div className={styles.what}>{children}</div>
    </div>
  );
}
