import { Trash2 } from "lucide-react";
import type { CoreInfo } from "../../../shared/cores.ts";
import { Badge } from "../../components/Badge.tsx";
import { IconButton } from "../../components/Button.tsx";
import { classes } from "../../components/classes.ts";
import { ErrorNote } from "../../components/Feedback.tsx";
import { HealthMark } from "../../components/HealthMark.tsx";
import { NumberInput } from "../../components/inputs.tsx";
import { formatAge, formatCount, formatRate, formatTokens } from "../../format.ts";
import { useActions } from "../../frame/actions.tsx";
import { SOURCE_WORDS } from "../../labels.ts";
import { useDataNow, useSystem } from "../../store.tsx";
import styles from "./CoreCard.module.css";
import { CoreSlots } from "./CoreSlots.tsx";
import { coreSpeed, priceText } from "./core-facts.ts";
import { TestCore } from "./TestCore.tsx";
import { TruncationNote } from "./TruncationNote.tsx";

export interface CoreCardProps {
  readonly core: CoreInfo;
  readonly onRemove: () => void;
}

/** One core: what it is, how it does, and what can be set. */
export function CoreCard({ core, onRemove }: CoreCardProps) {
  const now = useDataNow();
  const { capabilities, health } = core;
  const speed = useSystem((system) => coreSpeed(core.id, system, now));
  return (
    <article className={styles.card} aria-label={core.title}>
      <header className={styles.head}>
        <h2 className={styles.title}>{core.title}</h2>
        <Badge>{SOURCE_WORDS[core.source]}</Badge>
        <div className={styles.space} />
        <HealthMark health={health} now={now} />
      </header>
      {core.kind === "offline" && (
        <p className={styles.note}>
          A small deterministic planner, not a language model. It does arithmetic, dates, memory, files and
          pages with the real tools, and says so when a task is beyond it.
        </p>
      )}
      <TruncationNote core={core} />
      <dl className={styles.facts}>
        <dt>Model</dt>
        <dd className={styles.wide}>
          <span className={classes("mono", styles.value)} title={core.model}>
            {core.model}
          </span>
        </dd>
        <dt>Address</dt>
        <dd className={styles.wide}>
          <span className={classes("mono", styles.value)} title={core.baseUrl ?? undefined}>
            {core.baseUrl ?? "in this program"}
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
            <span title={`${formatCount(capabilities.contextTokens)} tokens`}>
              {formatTokens(capabilities.contextTokens)} tokens
            </span>
          )}
        </dd>
        <dt>Speed</dt>
        <dd>{core.kind === "offline" ? <OfflineSpeed /> : <Speed perSecond={speed} />}</dd>
        <dt>Price</dt>
        <dd className={styles.value} title="US dollars for a million tokens">
          {priceText(core)}
        </dd>
      </dl>
      {health.status === "failing" && (
        <ErrorNote
          error={health.error}
          actions={<p className="faint">{`Since ${formatAge(now - health.since)}`}</p>}
        />
      )}
      {core.kind !== "offline" && (
        <footer className={styles.foot}>
          <TestCore coreId={core.id} />
          <div className={styles.space} />
          {core.source === "added" && (
            <IconButton icon={Trash2} label={`Remove ${core.title}`} onClick={onRemove} />
          )}
        </footer>
      )}
    </article>
  );
}

const Speed = ({ perSecond }: { readonly perSecond: number | null }) =>
  perSecond === null ? (
    <span className="faint">no call running</span>
  ) : (
    <span>{formatRate(perSecond)} tokens/s a call</span>
  );

function OfflineSpeed() {
  const speed = useSystem((system) => system.settings.offlineTokensPerSecond);
  const actions = useActions();
  return (
    <>
      <NumberInput
        size="small"
        className={styles.number}
        aria-label="Speed of the offline core, tokens a second"
        value={speed}
        minimum={1}
        maximum={100_000}
        onCommit={(offlineTokensPerSecond) => actions.changeSettings({ offlineTokensPerSecond })}
      />
      <span className={styles.unit}>tokens/s</span>
    </>
  );
}
