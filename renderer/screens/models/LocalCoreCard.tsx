import { Trash2 } from "lucide-react";
import type { CoreInfo } from "../../../shared/cores.ts";
import type { LoadStatus, LocalModelView } from "../../../shared/local-models.ts";
import { Badge } from "../../components/Badge.tsx";
import { IconButton } from "../../components/Button.tsx";
import { classes } from "../../components/classes.ts";
import { ErrorNote } from "../../components/Feedback.tsx";
import { HealthMark } from "../../components/HealthMark.tsx";
import { formatAge, formatBytes, formatCount } from "../../format.ts";
import { useDataNow, useSystem } from "../../store.tsx";
import card from "./CoreCard.module.css";
import { CoreSlots } from "./CoreSlots.tsx";
import { busySlots } from "./core-facts.ts";
import { KvMemory } from "./KvMemory.tsx";
import { LoadState } from "./LoadState.tsx";
import styles from "./LocalCoreCard.module.css";
import { Speeds } from "./Speeds.tsx";
import { TestCore } from "./TestCore.tsx";
import { TruncationNote } from "./TruncationNote.tsx";

export interface LocalCoreCardProps {
  readonly core: CoreInfo;
  readonly local: LocalModelView;
  readonly onRemove: () => void;
}

/** Whether the health of a core says more than its state of loading does. */
const tellsOfHealth = ({ status }: LoadStatus): boolean => status === "loaded" || status === "unloaded";

/** A model file that runs in the program: whether it is loaded, how fast it is, and whose state it holds. */
export function LocalCoreCard({ core, local, onRemove }: LocalCoreCardProps) {
  const now = useDataNow();
  const { capabilities, health } = core;
  const busy = useSystem((system) => busySlots(core.id, system));
  return (
    <article className={card.card} aria-label={core.title}>
      <header className={card.head}>
        <h2 className={card.title}>{core.title}</h2>
        <Badge>Model file</Badge>
        <div className={card.space} />
        {health.status !== "untested" && tellsOfHealth(local.load) && (
          <HealthMark health={health} now={now} />
        )}
      </header>
      <LoadState core={core} load={local.load} busy={busy} />
      <TruncationNote core={core} />
      {health.status === "failing" && tellsOfHealth(local.load) && (
        <ErrorNote
          error={health.error}
          actions={<p className="faint">{`Since ${formatAge(now - health.since)}`}</p>}
        />
      )}
      <div className={styles.columns}>
        <dl className={styles.facts}>
          <dt>File</dt>
          <dd>
            <span className={classes("mono", styles.path)}>{local.file}</span>
          </dd>
          <dt>Size</dt>
          <dd>{local.bytes > 0 ? formatBytes(local.bytes) : <span className="faint">not known</span>}</dd>
          <dt>Model</dt>
          <dd>
            <span className={classes("mono", card.value)} title={core.model}>
              {core.model}
            </span>
          </dd>
          <dt>Slots</dt>
          <dd>
            <CoreSlots core={core} />
          </dd>
          <dt>Window</dt>
          <dd>
            {capabilities.contextTokens === null ? (
              <span className="faint">not known</span>
            ) : (
              `${formatCount(capabilities.contextTokens)} tokens`
            )}
          </dd>
          <dt>Threads</dt>
          <dd>
            {local.threads === null ? (
              <span className="faint">measured when it loads</span>
            ) : (
              formatCount(local.threads)
            )}
          </dd>
        </dl>
        <div className={styles.measured}>
          <Speeds speeds={local.speeds} />
          <KvMemory core={core} local={local} />
        </div>
      </div>
      <footer className={card.foot}>
        <TestCore coreId={core.id} />
        <div className={card.space} />
        <IconButton icon={Trash2} label={`Remove ${core.title}`} onClick={onRemove} />
      </footer>
    </article>
  );
}
