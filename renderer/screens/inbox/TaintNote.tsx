import { ShieldAlert } from "lucide-react";
import { sourceText, type TaintSource } from "../../../shared/taint.ts";
import styles from "./TaintNote.module.css";
import { VisibleText } from "./VisibleText.tsx";

/** Says which text of outside origin the agent has read: whoever wrote it may be the one who asks. */
export function TaintNote({ sources }: { readonly sources: readonly TaintSource[] }) {
  const [only, ...others] = sources;
  if (!only) return null;
  return (
    <div className={styles.taint} role="note" aria-label="Outside text in its context">
      <ShieldAlert size={16} aria-hidden />
      <div>
        {others.length === 0 ? (
          <p>
            This agent has read{" "}
            <strong>
              <VisibleText text={sourceText(only)} />
            </strong>
            ; what it says may have led it here.
          </p>
        ) : (
          <>
            <p>This agent has read text from outside; what it says may have led it here:</p>
            <ul className={styles.sources}>
              {sources.map((source) => (
                <li key={sourceText(source)}>
                  <strong>
                    <VisibleText text={sourceText(source)} />
                  </strong>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  );
}
