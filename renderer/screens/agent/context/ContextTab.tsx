import { ArrowLeft, Copy } from "lucide-react";
import { useMemo, useState } from "react";
import { toast } from "sonner";
import type { SyscallDetail } from "../../../../shared/agent-detail.ts";
import type { CompactionView, ContextView, SnapshotView } from "../../../../shared/context.ts";
import type { AgentId, SnapshotId, SyscallId } from "../../../../shared/ids.ts";
import type { AgentView } from "../../../../shared/state.ts";
import { Button } from "../../../components/Button.tsx";
import { ErrorNote, Skeleton } from "../../../components/Feedback.tsx";
import { Field } from "../../../components/Field.tsx";
import { Select } from "../../../components/inputs.tsx";
import { formatTime } from "../../../format.ts";
import { useLoaded, useNavigation, useRequest } from "../../../store.tsx";
import { changesContext, changesSnapshots } from "./bearing.ts";
import { CompactionDialog } from "./CompactionDialog.tsx";
import { CompactionsPanel } from "./CompactionsPanel.tsx";
import { Comparison } from "./Comparison.tsx";
import { ContextMessages } from "./ContextMessages.tsx";
import styles from "./ContextTab.module.css";
import { ContextWindow } from "./ContextWindow.tsx";
import { copyText } from "./copy-text.ts";
import { ForkDialog } from "./ForkDialog.tsx";
import { PastPrompt } from "./PastPrompt.tsx";
import { RewindDialog } from "./RewindDialog.tsx";
import { SnapshotsPanel } from "./SnapshotsPanel.tsx";
import {
  comparedWith,
  NOW,
  type Shown,
  shownChoices,
  shownFrom,
  shownSnapshots,
  shownValue,
} from "./shown.ts";
import type { SnapshotAction } from "./snapshot-keys.ts";
import { useLiveMethod } from "./use-live-method.ts";

interface ContextTabProps {
  readonly agent: AgentView;
  /** All its syscalls, oldest first. */
  readonly calls: readonly SyscallDetail[];
  readonly onCall: (id: SyscallId) => void;
}

type OpenDialog =
  | { readonly type: "fork" | "rewind"; readonly snapshot: SnapshotView }
  | { readonly type: "compaction"; readonly compaction: CompactionView };

/** The context of an agent: its window, the exact prompt, its snapshots, and what was taken out of it. */
export function ContextTab({ agent, calls, onCall }: ContextTabProps) {
  const { go } = useNavigation();
  const request = useRequest();
  const now = useLiveMethod("context.view", { agentId: agent.id, snapshotId: null }, changesContext);
  const snapshots = useLiveMethod("context.snapshots", { agentId: agent.id }, changesSnapshots);
  const [shown, setShown] = useState<Shown>(NOW);
  const [selected, setSelected] = useState<SnapshotId | null>(null);
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const marked = useMemo(() => shownSnapshots(shown), [shown]);
  const close = (): void => setDialog(null);

  const act = (action: SnapshotAction, snapshot: SnapshotView): void => {
    switch (action) {
      case "view":
        setShown({ type: "snapshot", id: snapshot.id });
        return;
      case "compare":
        setShown(comparedWith(shown, snapshot.id));
        return;
      case "fork":
      case "rewind":
        setDialog({ type: action, snapshot });
        return;
      case "pin": {
        const method = snapshot.pinned === "yes" ? "context.unpin" : "context.pin";
        void request(method, { agentId: agent.id, snapshotId: snapshot.id }).then(snapshots.reload);
      }
    }
  };
  const reload = (): void => {
    now.reload();
    snapshots.reload();
  };
  const openCompaction = (compaction: CompactionView): void => setDialog({ type: "compaction", compaction });

  return (
    <div className={styles.tab}>
      <div className={styles.columns}>
        <section className={styles.pane} aria-label="Context shown">
          <div className={styles.bar}>
            <Field label="Context shown" showLabel="unseen" className={styles.choice}>
              <Select<string>
                size="small"
                value={shownValue(shown)}
                choices={shownChoices(shown, calls)}
                onChoose={(value) => setShown(shownFrom(value, shown))}
              />
            </Field>
            {shown.type !== "now" && (
              <Button size="small" icon={ArrowLeft} onClick={() => setShown(NOW)}>
                Back to now
              </Button>
            )}
            {shown.type === "now" && now.output && <CopyButton view={now.output} />}
          </div>
          <Pane
            agent={agent}
            shown={shown}
            now={now}
            snapshots={snapshots.output?.snapshots ?? []}
            calls={calls}
            onShow={setShown}
            onCompaction={openCompaction}
          />
        </section>
        <aside className={styles.history} aria-label="History of the context">
          <SnapshotsPanel
            agentId={agent.id}
            loaded={snapshots}
            selected={selected}
            shown={marked}
            onSelect={setSelected}
            onAction={act}
          />
          <CompactionsPanel
            agent={agent}
            compactions={now.output?.compactions ?? []}
            onOpen={openCompaction}
            onCall={onCall}
            onChange={reload}
          />
        </aside>
      </div>
      {dialog?.type === "fork" && (
        <ForkDialog
          agentId={agent.id}
          snapshot={dialog.snapshot}
          onClose={close}
          onForked={(agentId: AgentId) => {
            close();
            toast.success(`${agentId} begins with the context of ${agent.id} at ${dialog.snapshot.id}`);
            go({ screen: "agent", agentId });
          }}
        />
      )}
      {dialog?.type === "rewind" && (
        <RewindDialog
          agentId={agent.id}
          snapshot={dialog.snapshot}
          onClose={close}
          onRewound={() => {
            close();
            setShown(NOW);
            reload();
            toast.success(`${agent.id} is back at ${dialog.snapshot.id}`);
          }}
        />
      )}
      {dialog?.type === "compaction" && (
        <CompactionDialog agentId={agent.id} compaction={dialog.compaction} onClose={close} />
      )}
    </div>
  );
}

interface PaneProps extends Pick<ContextTabProps, "agent" | "calls"> {
  readonly shown: Shown;
  readonly now: ReturnType<typeof useLiveMethod<"context.view">>;
  readonly snapshots: readonly SnapshotView[];
  readonly onShow: (shown: Shown) => void;
  readonly onCompaction: (compaction: CompactionView) => void;
}

function Pane({ agent, shown, now, snapshots, calls, onShow, onCompaction }: PaneProps) {
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

interface SnapshotContextProps extends Pick<PaneProps, "agent" | "onCompaction"> {
  readonly snapshotId: SnapshotId;
}

function SnapshotContext({ agent, snapshotId, onCompaction }: SnapshotContextProps) {
  const { loaded, reload } = useLoaded("context.view", { agentId: agent.id, snapshotId });
  switch (loaded.status) {
    case "loading":
      return <Skeleton lines={8} />;
    case "failed":
      return (
        <ErrorNote
          error={loaded.error}
          actions={
            <Button size="small" onClick={reload}>
              Try again
            </Button>
          }
        />
      );
    case "ready":
      return (
        <>
          <p className={styles.banner} role="note">
            As it stood at <span className="mono">{snapshotId}</span>, {formatTime(loaded.output.at)}
          </p>
          <ShownContext agent={agent} view={loaded.output} onCompaction={onCompaction} />
        </>
      );
  }
}

interface ShownContextProps extends Pick<PaneProps, "agent" | "onCompaction"> {
  readonly view: ContextView;
}

const ShownContext = ({ agent, view, onCompaction }: ShownContextProps) => (
  <>
    <ContextWindow agent={agent} view={view} />
    <div className={styles.prompt}>
      <ContextMessages view={view} onCompaction={onCompaction} />
    </div>
  </>
);

const CopyButton = ({ view: { model, messages, tools } }: { readonly view: ContextView }) => (
  <Button
    size="small"
    icon={Copy}
    onClick={() =>
      void copyText(
        JSON.stringify({ model, messages: messages.map(({ message }) => message), tools }, null, 2),
        "Context",
      )
    }
  >
    Copy
  </Button>
);
