import type { ReactNode } from "react";
import styles from "./Part.module.css";

export interface PartProps {
  readonly title: string;
  /** Beside the title. */
  readonly note?: ReactNode;
  readonly children: ReactNode;
}

/** A titled part of a pane. */
export function Part({ title, note, children }: PartProps) {
  return (
    <section className={styles.part} aria-label={title}>
      <header className={styles.head}>
        <h3>{title}</h3>
        {note && <div className={styles.note}>{note}</div>}
      </header>
      {children}
    </section>
  );
}
