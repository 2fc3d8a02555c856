import { ArrowLeft, Copy } from "lucide-react";
import { useMemo, useState } from "react";
import { toast } from "sonner";
import type { SyscallDetail } from "../../../../shared/agent-detail.ts";
import type { CompactionView, ContextView, SnapshotView } from "../../../../shared/context.ts";
import type { AgentId, SnapshotId, SyscallId } from "../../../../shared/ids.ts";
import type { AgentView } from "../../../../shared/state.ts";
import { Button } from "../../../components/Button.tsx";
import { Field } from "../../../components/Field.tsx";
import { Select } from "../../../components/inputs.tsx";
import { useNavigation, useRequest } from "../../../store.tsx";
import { changesContext, changesSnapshots } from "./bearing.ts";
import { CompactionDialog } from "./CompactionDialog.tsx";
import { CompactionsPanel } from "./CompactionsPanel.tsx";
import { ContextPane } from "./ContextPane.tsx";
import styles from "./ContextTab.module.css";
import { copyText } from "./copy-text.ts";
import { ForkDialog } from "./ForkDialog.tsx";
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
          <ContextPane
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
