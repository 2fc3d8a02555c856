import type { ReactNode } from "react";
import { classes } from "./classes.ts";
import styles from "./Disclosure.module.css";

export interface DisclosureProps {
  readonly summary: ReactNode;
  readonly first?: "open" | "folded";
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** Something folded under its summary. */
export function Disclosure({ summary, first = "folded", className, children }: DisclosureProps) {
  return (
    <details className={classes(styles.disclosure, className)} open={first === "open"}>
      <summary className={styles.summary}>{summary}</summary>
      <div className={styles.body}>{children}</div>
    </details>
  );
}
