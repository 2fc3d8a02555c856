import type { SyscallDetail } from "../../../../shared/agent-detail.ts";
import type { CompactionView, ContextView, SnapshotView } from "../../../../shared/context.ts";
import type { SnapshotId } from "../../../../shared/ids.ts";
import type { AgentView } from "../../../../shared/state.ts";
import { Button } from "../../../components/Button.tsx";
import { ErrorNote, Skeleton } from "../../../components/Feedback.tsx";
import { WhenLoaded } from "../../../components/WhenLoaded.tsx";
import { formatTime } from "../../../format.ts";
import { useLoaded } from "../../../store.tsx";
import { Comparison } from "./Comparison.tsx";
import { ContextMessages } from "./ContextMessages.tsx";
import styles from "./ContextTab.module.css";
import { ContextWindow } from "./ContextWindow.tsx";
import { PastPrompt } from "./PastPrompt.tsx";
import { RecallPanel } from "./RecallPanel.tsx";
import type { Shown } from "./shown.ts";
import type { LiveOutput } from "./use-live-method.ts";

interface ContextPaneProps {
  readonly agent: AgentView;
  /** All its syscalls, oldest first. */
  readonly calls: readonly SyscallDetail[];
  readonly shown: Shown;
  readonly now: LiveOutput<ContextView>;
  readonly snapshots: readonly SnapshotView[];
  readonly onShow: (shown: Shown) => void;
  readonly onCompaction: (compaction: CompactionView) => void;
}

/** One context: as it is now, as it stood at a snapshot, as a past call was sent it, or two side by side. */
export function ContextPane(props: ContextPaneProps) {
  const { agent, shown, now, snapshots, calls, onShow, onCompaction } = props;
  switch (shown.type) {
    case "now":
      return (
        <>
          {now.error && (
            <ErrorNote
              error={now.error}
              actions={
                <Button size="small" onClick={now.reload}>
                  Try again
                </Button>
              }
            />
          )}
          {now.output && <ShownContext agent={agent} view={now.output} onCompaction={onCompaction} />}
          {!now.output && !now.error && <Skeleton lines={8} />}
        </>
      );
    case "snapshot":
      return (
        <SnapshotContext key={shown.id} agent={agent} snapshotId={shown.id} onCompaction={onCompaction} />
      );
    case "compare":
      return (
        <Comparison
          agentId={agent.id}
          from={shown.from}
          to={shown.to}
          now={now.output}
          snapshots={snapshots}
          onChoose={(from, to) => onShow({ type: "compare", from, to })}
        />
      );
    case "call": {
      const call = calls.find(({ id }) => id === shown.id);
      return call ? (
        <PastPrompt key={call.id} call={call} />
      ) : (
        <p className="soft">This call is no longer part of the transcript kept here.</p>
      );
    }
  }
}

interface SnapshotContextProps extends Pick<ContextPaneProps, "agent" | "onCompaction"> {
  readonly snapshotId: SnapshotId;
}

function SnapshotContext({ agent, snapshotId, onCompaction }: SnapshotContextProps) {
  const { loaded, reload } = useLoaded("context.view", { agentId: agent.id, snapshotId });
  return (
    <WhenLoaded loaded={loaded} reload={reload} lines={8}>
      {(output) => (
        <>
          <p className={styles.banner} role="note">
            As it stood at <span className="mono">{snapshotId}</span>, {formatTime(output.at)}
          </p>
          <ShownContext agent={agent} view={output} onCompaction={onCompaction} />
        </>
      )}
    </WhenLoaded>
  );
}

interface ShownContextProps extends Pick<ContextPaneProps, "agent" | "onCompaction"> {
  readonly view: ContextView;
}

const ShownContext = ({ agent, view, onCompaction }: ShownContextProps) => (
  <>
    <ContextWindow agent={agent} view={view} />
    <RecallPanel view={view} />
    <div className={styles.prompt}>
      <ContextMessages view={view} onCompaction={onCompaction} />
    </div>
  </>
);
