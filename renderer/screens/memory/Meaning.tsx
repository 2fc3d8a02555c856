import { Settings2 } from "lucide-react";
import { Button } from "../../components/Button.tsx";
import { ProgressBar } from "../../components/ProgressBar.tsx";
import { StateMark } from "../../components/StateMark.tsx";
import { useSystem } from "../../store.tsx";
import styles from "./Meaning.module.css";
import { useMemoryScreen } from "./memory-context.tsx";
import { meaningReason, meaningText } from "./words.ts";

const MARKS = { "words-only": "paused", indexing: "running", ready: "done" } as const;

/** Whether items are found by meaning, how far that is, and the way to the settings. */
export function Meaning() {
  const meaning = useSystem((system) => system.meaning);
  const { openDialog } = useMemoryScreen();
  return (
    <section className={styles.meaning} aria-label="Search by meaning">
      <div className={styles.head}>
        <StateMark state={MARKS[meaning.type]} word={meaningText(meaning)} />
      </div>
      <div className={styles.more}>
        {meaning.type === "indexing" && (
          <ProgressBar label="Items read for their meaning" done={meaning.done} total={meaning.total} />
        )}
        <p title={meaningReason(meaning)}>{meaningReason(meaning)}</p>
      </div>
      <Button size="small" icon={Settings2} onClick={() => openDialog({ type: "settings" })}>
        Memory settings
      </Button>
    </section>
  );
}
