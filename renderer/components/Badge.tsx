import type { ReactNode } from "react";
import styles from "./Badge.module.css";
import { classes } from "./classes.ts";

export type Tone = "neutral" | "accent" | "good" | "warning" | "danger" | "asking";

export interface BadgeProps {
  readonly tone?: Tone;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** A word or a count in a small box. The word carries the meaning; the tone repeats it. */
export function Badge({ tone = "neutral", className, children }: BadgeProps) {
  return (
    <span className={classes(styles.badge, tone !== "neutral" && styles[tone], className)}>{children}</span>
  );
}
