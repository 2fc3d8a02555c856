import type { ReactNode } from "react";
import styles from "./SidePanel.module.css";

/** A part of the side panel under its heading. */
export function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.part}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
