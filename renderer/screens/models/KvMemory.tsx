import { useEffect, useRef, useState } from "react";
import type { CoreInfo } from "../../../shared/cores.ts";
import type { LocalModelView } from "../../../shared/local-models.ts";
import { Button } from "../../components/Button.tsx";
import { classes } from "../../components/classes.ts";
import { formatBytes } from "../../format.ts";
import { KvBudgetForm } from "./KvBudgetForm.tsx";
import styles from "./KvMemory.module.css";
import { heldText } from "./local-words.ts";

export interface KvMemoryProps {
  readonly core: CoreInfo;
  readonly local: LocalModelView;
}

/** Key-value state that is kept, in memory and on disk, against what may be. */
export function KvMemory({ core, local }: KvMemoryProps) {
  const { kv } = local;
  const [editing, setEditing] = useState<"not-yet" | "edited" | "closed">("not-yet");
  const change = useRef<HTMLButtonElement>(null);
  // The focus goes back to where it was before the form.
  useEffect(() => {
    if (editing === "closed") change.current?.focus();
  }, [editing]);
  return (
    <div>
      <header className={styles.head}>
        <h3 className={styles.heading}>Key-value state of agents</h3>
        {editing !== "edited" && (
          <Button
            ref={change}
            size="small"
            variant="quiet"
            className={styles.change}
            aria-label={`Change the key-value memory of ${core.title}`}
            onClick={() => setEditing("edited")}
          >
            Change
          </Button>
        )}
      </header>
      {editing === "edited" ? (
        <KvBudgetForm core={core} local={local} onClose={() => setEditing("closed")} />
      ) : (
        <div className={styles.bars}>
          <Used place="In memory" bytes={kv.ramBytes} budget={kv.ramBudget} agents={kv.inRam} />
          <Used place="On disk" bytes={kv.diskBytes} budget={kv.diskBudget} agents={kv.onDisk} />
        </div>
      )}
    </div>
  );
}

interface UsedProps {
  readonly place: string;
  readonly bytes: number;
  readonly budget: number;
  readonly agents: number;
}

function Used({ place, bytes, budget, agents }: UsedProps) {
  const share = budget <= 0 ? 0 : Math.min(1, bytes / budget);
  const text = `${formatBytes(bytes)} of ${formatBytes(budget)}`;
  return (
    <div className={styles.used}>
      <div className={styles.words}>
        <span className="soft">{place}</span>
        <span>
          {text}
          <span className="faint"> · {heldText(bytes, agents)}</span>
        </span>
      </div>
      <div className={styles.track} role="img" aria-label={`Key-value state ${place.toLowerCase()}: ${text}`}>
        <div
          className={classes(styles.fill, place === "On disk" && styles.disk)}
          style={{ width: `${100 * share}%` }}
        />
      </div>
    </div>
  );
}
