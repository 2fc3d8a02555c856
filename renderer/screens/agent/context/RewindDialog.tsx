import { TriangleAlert } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import type { SnapshotView, StayingEffect } from "../../../../shared/context.ts";
import { type KernelErrorData, toErrorData } from "../../../../shared/errors.ts";
import type { AgentId } from "../../../../shared/ids.ts";
import { Badge } from "../../../components/Badge.tsx";
import { Button } from "../../../components/Button.tsx";
import { Dialog } from "../../../components/Dialog.tsx";
import { ErrorNote, Skeleton } from "../../../components/Feedback.tsx";
import { scrollable } from "../../../components/scrollable.ts";
import { formatCount, formatTime } from "../../../format.ts";
import { useLoaded, useTransport } from "../../../store.tsx";
import { VisibleText } from "../../inbox/VisibleText.tsx";
import styles from "./BranchFields.module.css";
import { BranchFields, FIRST_BRANCH } from "./BranchFields.tsx";

interface RewindDialogProps {
  readonly agentId: AgentId;
  readonly snapshot: SnapshotView;
  readonly onClose: () => void;
  readonly onRewound: () => void;
}

/** Takes an agent back in place, after showing what stays done all the same. */
export function RewindDialog({ agentId, snapshot, onClose, onRewound }: RewindDialogProps) {
  const transport = useTransport();
  const form = useId();
  const [branch, setBranch] = useState(FIRST_BRANCH);
  const [state, setState] = useState<"idle" | "rewinding">("idle");
  const [error, setError] = useState<KernelErrorData | null>(null);
  const rewind = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (state === "rewinding") return;
    setState("rewinding");
    try {
      await transport.request("context.rewind", { agentId, snapshotId: snapshot.id, ...branch });
      onRewound();
    } catch (thrown) {
      setError(toErrorData(thrown));
      setState("idle");
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Rewind ${agentId} to ${snapshot.id}`}
      description={`Its context becomes again what it was at ${formatTime(snapshot.at)}. What runs now is cancelled.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" disabled={state === "rewinding"}>
            Rewind
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={(event) => void rewind(event)}>
        {error && <ErrorNote error={error} />}
        <StayingEffects agentId={agentId} snapshot={snapshot} />
        <BranchFields branch={branch} onChange={setBranch} />
        <p className={styles.undo}>
          You can undo this: a snapshot “Before rewind” then stands on top, and a rewind to it brings all
          back.
        </p>
      </form>
    </Dialog>
  );
}

function StayingEffects({ agentId, snapshot }: Pick<RewindDialogProps, "agentId" | "snapshot">) {
  const { loaded, reload } = useLoaded("context.effectsSince", { agentId, snapshotId: snapshot.id });
  return (
    <section className={styles.effects} aria-label="What stays done">
      <h3>What stays done</h3>
      {loaded.status === "loading" && <Skeleton lines={2} />}
      {loaded.status === "failed" && (
        <ErrorNote
          error={loaded.error}
          actions={
            <Button size="small" onClick={reload}>
              Try again
            </Button>
          }
        />
      )}
      {loaded.status === "ready" && loaded.output.effects.length === 0 && (
        <p className="soft">Nothing outside was changed since.</p>
      )}
      {loaded.status === "ready" && loaded.output.effects.length > 0 && (
        <>
          <p className="soft">A rewind does not take these back:</p>
          <ul aria-label="Effects that stay" {...scrollable}>
            {loaded.output.effects.map((effect) => (
              <Effect key={effect.syscallId} effect={effect} />
            ))}
          </ul>
          {loaded.output.more > 0 && (
            <p className="faint">
              and {formatCount(loaded.output.more)} older ones, which the transcript names.
            </p>
          )}
        </>
      )}
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
