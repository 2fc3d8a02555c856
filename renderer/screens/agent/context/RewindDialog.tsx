import { TriangleAlert } from "lucide-react";
import type { SnapshotView, StayingEffect } from "../../../../shared/context.ts";
import type { AgentId } from "../../../../shared/ids.ts";
import { Badge } from "../../../components/Badge.tsx";
import { scrollable } from "../../../components/scrollable.ts";
import { WhenLoaded } from "../../../components/WhenLoaded.tsx";
import { formatCount, formatTime } from "../../../format.ts";
import { useLoaded, useTransport } from "../../../store.tsx";
import { VisibleText } from "../../inbox/VisibleText.tsx";
import { BranchDialog } from "./BranchDialog.tsx";
import styles from "./BranchFields.module.css";

interface RewindDialogProps {
  readonly agentId: AgentId;
  readonly snapshot: SnapshotView;
  readonly onClose: () => void;
  readonly onRewound: () => void;
}

/** Takes an agent back in place, after showing what stays done all the same. */
export function RewindDialog({ agentId, snapshot, onClose, onRewound }: RewindDialogProps) {
  const transport = useTransport();
  return (
    <BranchDialog
      title={`Rewind ${agentId} to ${snapshot.id}`}
      description={`Its context becomes again what it was at ${formatTime(snapshot.at)}. What runs now is cancelled.`}
      verb="Rewind"
      onClose={onClose}
      onSubmit={async (branch) => {
        await transport.request("context.rewind", { agentId, snapshotId: snapshot.id, ...branch });
        onRewound();
      }}
      before={<StayingEffects agentId={agentId} snapshot={snapshot} />}
      after={
        <p className={styles.undo}>
          You can undo this: a snapshot “Before rewind” then stands on top, and a rewind to it brings all
          back.
        </p>
      }
    />
  );
}

function StayingEffects({ agentId, snapshot }: Pick<RewindDialogProps, "agentId" | "snapshot">) {
  const { loaded, reload } = useLoaded("context.effectsSince", { agentId, snapshotId: snapshot.id });
  return (
    <section className={styles.effects} aria-label="What stays done">
      <h3>What stays done</h3>
      <WhenLoaded loaded={loaded} reload={reload} lines={2}>
        {(output) => (
          <>
            {output.effects.length === 0 && <p className="soft">Nothing outside was changed since.</p>}
            {output.effects.length > 0 && (
              <>
                <p className="soft">A rewind does not take these back:</p>
                <ul aria-label="Effects that stay" {...scrollable}>
                  {output.effects.map((effect) => (
                    <Effect key={effect.syscallId} effect={effect} />
                  ))}
                </ul>
                {output.more > 0 && (
                  <p className="faint">
                    and {formatCount(output.more)} older ones, which the transcript names.
                  </p>
                )}
              </>
            )}
          </>
        )}
      </WhenLoaded>
    </section>
  );
}

function Effect({ effect }: { readonly effect: StayingEffect }) {
  return (
    <li>
      <div className={styles.what}>
        <code>
          <VisibleText text={effect.effects.join(", ") || effect.tool} />
        </code>
        <Outcome outcome={effect.outcome} />
      </div>
      <span className={styles.when}>
        {effect.tool} <span className="mono">{effect.syscallId}</span> at {formatTime(effect.at)}
      </span>
    </li>
  );
}

function Outcome({ outcome }: Pick<StayingEffect, "outcome">) {
  switch (outcome) {
    case "done":
      return null;
    case "failed":
      return <Badge tone="danger">Failed, may be done in part</Badge>;
    case "unknown":
      return (
        <Badge tone="warning">
          <TriangleAlert size={12} aria-hidden />
          Not known whether it was done
        </Badge>
      );
  }
}
