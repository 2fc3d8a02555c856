import { type LucideIcon, TriangleAlert } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { KernelErrorData } from "../../shared/errors.ts";
import { classes } from "./classes.ts";
import styles from "./Feedback.module.css";

export interface EmptyProps {
  readonly icon?: LucideIcon;
  /** One sentence. */
  readonly children: ReactNode;
  /** The one action, or two. */
  readonly actions?: ReactNode;
  readonly className?: string | undefined;
}

/** Says that there is nothing, and what to do about it. */
export function Empty({ icon: Icon, children, actions, className }: EmptyProps) {
  return (
    <div className={classes(styles.empty, className)}>
      {Icon && <Icon size={28} strokeWidth={1.5} className={styles.icon} aria-hidden />}
      <p>{children}</p>
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}

/** How long a wait may be before it is worth showing, in ms. */
const SKELETON_AFTER_MS = 150;
const WIDTHS = ["62%", "88%", "74%", "91%", "58%", "80%"] as const;

/** Stands where lines will come. Shows nothing for the first 150 ms. */
export function Skeleton({ lines = 4 }: { readonly lines?: number }) {
  const [shown, setShown] = useState<"not-yet" | "shown">("not-yet");
  useEffect(() => {
    const timer = setTimeout(() => setShown("shown"), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  if (shown === "not-yet") return null;
  return (
    <div className={styles.skeleton} role="status">
      <span className="unseen">Loading</span>
      {Array.from({ length: lines }, (_, line) => {
        const width = WIDTHS[line % WIDTHS.length];
        return <div key={`${line}-${width}`} className={styles.bone} style={{ width }} />;
      })}
    </div>
  );
}

export interface ErrorNoteProps {
  readonly error: KernelErrorData;
  readonly actions?: ReactNode;
  readonly className?: string | undefined;
}

/** What went wrong and the way out, in the kernel's own words. */
export function ErrorNote({ error, actions, className }: ErrorNoteProps) {
  return (
    <div className={classes(styles.error, className)} role="alert">
      <TriangleAlert size={14} aria-hidden />
      <div>
        <p>{error.message}</p>
        {error.hint && <p className={styles.hint}>{error.hint}</p>}
        {actions}
      </div>
    </div>
  );
}
