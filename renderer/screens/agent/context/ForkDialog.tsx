import type { SnapshotView } from "../../../../shared/context.ts";
import type { AgentId } from "../../../../shared/ids.ts";
import { useTransport } from "../../../store.tsx";
import { BranchDialog } from "./BranchDialog.tsx";

interface ForkDialogProps {
  readonly agentId: AgentId;
  readonly snapshot: SnapshotView;
  readonly onClose: () => void;
  readonly onForked: (agentId: AgentId) => void;
}

/** Starts a new agent with the context of a snapshot. */
export function ForkDialog({ agentId, snapshot, onClose, onForked }: ForkDialogProps) {
  const transport = useTransport();
  return (
    <BranchDialog
      title={`Fork ${agentId} at ${snapshot.id}`}
      description={`A new agent begins with this context; ${agentId} stays as it is.`}
      verb="Fork"
      onClose={onClose}
      onSubmit={async (branch) => {
        const forked = await transport.request("context.fork", {
          agentId,
          snapshotId: snapshot.id,
          ...branch,
        });
        onForked(forked.agentId);
      }}
    />
  );
}
