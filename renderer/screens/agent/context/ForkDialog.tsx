import { type FormEvent, useId, useState } from "react";
import type { SnapshotView } from "../../../../shared/context.ts";
import { type KernelErrorData, toErrorData } from "../../../../shared/errors.ts";
import type { AgentId } from "../../../../shared/ids.ts";
import { Button } from "../../../components/Button.tsx";
import { Dialog } from "../../../components/Dialog.tsx";
import { ErrorNote } from "../../../components/Feedback.tsx";
import { useTransport } from "../../../store.tsx";
import styles from "./BranchFields.module.css";
import { BranchFields, FIRST_BRANCH } from "./BranchFields.tsx";

interface ForkDialogProps {
  readonly agentId: AgentId;
  readonly snapshot: SnapshotView;
  readonly onClose: () => void;
  readonly onForked: (agentId: AgentId) => void;
}

/** Starts a new agent with the context of a snapshot. */
export function ForkDialog({ agentId, snapshot, onClose, onForked }: ForkDialogProps) {
  const transport = useTransport();
  const form = useId();
  const [branch, setBranch] = useState(FIRST_BRANCH);
  const [state, setState] = useState<"idle" | "forking">("idle");
  const [error, setError] = useState<KernelErrorData | null>(null);
  const fork = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (state === "forking") return;
    setState("forking");
    try {
      const forked = await transport.request("context.fork", { agentId, snapshotId: snapshot.id, ...branch });
      onForked(forked.agentId);
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
      title={`Fork ${agentId} at ${snapshot.id}`}
      description={`A new agent begins with this context; ${agentId} stays as it is.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} variant="primary" disabled={state === "forking"}>
            Fork
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={(event) => void fork(event)}>
        {error && <ErrorNote error={error} />}
        <BranchFields branch={branch} onChange={setBranch} />
      </form>
    </Dialog>
  );
}
