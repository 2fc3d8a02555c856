import { CornerDownRight } from "lucide-react";
import type { Continuation } from "../../../../shared/context.ts";
import { continuationText } from "./continuation-text.ts";
import styles from "./Turns.module.css";

/** Where an answer that had been broken off went on, oldest first. */
export function Continuations({ continuations }: { readonly continuations: readonly Continuation[] }) {
  if (continuations.length === 0) return null;
  return (
    <ul className={styles.continuations} aria-label="Continuations">
      {continuations.map((continuation, index) => (
        <li key={`${index}-${continuation.from}`}>
          <CornerDownRight size={12} aria-hidden /> {continuationText(continuation)}
        </li>
      ))}
    </ul>
  );
}
