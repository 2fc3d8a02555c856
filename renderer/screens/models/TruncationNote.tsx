import { Scissors } from "lucide-react";
import type { CoreInfo } from "../../../shared/cores.ts";
import { formatAge, formatCount } from "../../format.ts";
import { useDataNow } from "../../store.tsx";
import styles from "./TruncationNote.module.css";
import { countedWords, truncationWayOut } from "./truncation-words.ts";

/** That a server seems to have dropped the beginning of a prompt, by how much, and what to do. */
export function TruncationNote({ core }: { readonly core: CoreInfo }) {
  const now = useDataNow();
  const { truncation } = core;
  if (!truncation) return null;
  return (
    <div className={styles.note} role="note" aria-label={`Prompt cut by ${core.title}`}>
      <Scissors size={14} aria-hidden />
      <div>
        <p>
          Its server seems to drop the beginning of long prompts: {formatCount(truncation.reported)} tokens
          were read of {formatCount(truncation.counted)} ({countedWords(truncation)}),{" "}
          {formatAge(now - truncation.at)}.
        </p>
        <p className={styles.way}>{truncationWayOut(core, truncation)}</p>
      </div>
    </div>
  );
}
