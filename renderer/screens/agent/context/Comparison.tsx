import type { ContextView, SnapshotView } from "../../../../shared/context.ts";
import type { AgentId, SnapshotId } from "../../../../shared/ids.ts";
import { Button } from "../../../components/Button.tsx";
import { Skeleton } from "../../../components/Feedback.tsx";
import { Field } from "../../../components/Field.tsx";
import { Select } from "../../../components/inputs.tsx";
import { WhenLoaded } from "../../../components/WhenLoaded.tsx";
import { formatTime } from "../../../format.ts";
import { useLoaded } from "../../../store.tsx";
import styles from "./Comparison.module.css";
import { type ComparedPlace, Difference } from "./Difference.tsx";
import { SNAPSHOT_CAUSE_WORDS } from "./words.ts";

interface ComparisonProps {
  readonly agentId: AgentId;
  readonly from: ComparedPlace;
  readonly to: ComparedPlace;
  readonly now: ContextView | null;
  readonly snapshots: readonly SnapshotView[];
  readonly onChoose: (from: ComparedPlace, to: ComparedPlace) => void;
}

/** Two contexts side by side: tokens of each part, and what was added, removed and changed between them. */
export function Comparison({ agentId, from, to, now, snapshots, onChoose }: ComparisonProps) {
  const listed = snapshots.map(({ id, cause, label, at }) => ({
    value: id as ComparedPlace,
    label: [id, SNAPSHOT_CAUSE_WORDS[cause], label, formatTime(at)].filter(Boolean).join(" · "),
  }));
  // One that is compared may have left the list meanwhile.
  const unlisted = [...new Set([from, to])]
    .filter((place) => place !== "now" && !listed.some(({ value }) => value === place))
    .map((place) => ({ value: place, label: place }));
  const choices = [{ value: "now" as ComparedPlace, label: "Now" }, ...listed, ...unlisted];
  return (
    <section className={styles.comparison} aria-label="Comparison">
      <div className={styles.choices}>
        <Field label="From">
          <Select size="small" value={from} choices={choices} onChoose={(place) => onChoose(place, to)} />
        </Field>
        <Field label="To">
          <Select size="small" value={to} choices={choices} onChoose={(place) => onChoose(from, place)} />
        </Field>
        <Button size="small" onClick={() => onChoose(to, from)}>
          Swap
        </Button>
      </div>
      <Side key={`from-${from}`} agentId={agentId} place={from} now={now}>
        {(before) => (
          <Side key={`to-${to}`} agentId={agentId} place={to} now={now}>
            {(after) => <Difference before={before} after={after} from={from} to={to} />}
          </Side>
        )}
      </Side>
    </section>
  );
}

interface SideProps {
  readonly agentId: AgentId;
  readonly place: ComparedPlace;
  readonly now: ContextView | null;
  readonly children: (view: ContextView) => React.ReactNode;
}

/** A context that is at hand, or is fetched: a snapshot never changes. */
function Side({ agentId, place, now, children }: SideProps) {
  if (place !== "now") {
    return (
      <FetchedSide agentId={agentId} snapshotId={place}>
        {children}
      </FetchedSide>
    );
  }
  return now ? children(now) : <Skeleton lines={6} />;
}

interface FetchedSideProps extends Pick<SideProps, "agentId" | "children"> {
  readonly snapshotId: SnapshotId;
}

function FetchedSide({ agentId, snapshotId, children }: FetchedSideProps) {
  const { loaded, reload } = useLoaded("context.view", { agentId, snapshotId });
  return (
    <WhenLoaded loaded={loaded} reload={reload} lines={6}>
      {children}
    </WhenLoaded>
  );
}
