import { Camera, GitFork, Pin, PinOff, Undo2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { SnapshotView } from "../../../../shared/context.ts";
import type { AgentId, SnapshotId } from "../../../../shared/ids.ts";
import { Badge } from "../../../components/Badge.tsx";
import { Button, IconButton } from "../../../components/Button.tsx";
import { Empty, ErrorNote, Skeleton } from "../../../components/Feedback.tsx";
import { Field } from "../../../components/Field.tsx";
import { TextInput } from "../../../components/inputs.tsx";
import { formatCount } from "../../../format.ts";
import { useRequest } from "../../../store.tsx";
import styles from "./Panel.module.css";
import { SnapshotList, type SnapshotListProps } from "./SnapshotList.tsx";
import type { LiveOutput } from "./use-live-method.ts";

/** Longest label, in characters, as the contract has it. */
const LABEL_CHARACTERS = 80;

interface SnapshotsPanelProps extends Omit<SnapshotListProps, "snapshots"> {
  readonly agentId: AgentId;
  readonly loaded: LiveOutput<{ readonly snapshots: readonly SnapshotView[]; readonly dropped: number }>;
}

/** The snapshots of an agent: take one, choose one, act on it. */
export function SnapshotsPanel({ agentId, loaded, selected, onSelect, ...rest }: SnapshotsPanelProps) {
  const { output, error, reload } = loaded;
  const snapshot = output?.snapshots.find(({ id }) => id === selected) ?? null;
  return (
    <section className={styles.panel} aria-label="Snapshots of the context">
      <header className={styles.head}>
        <h2>Snapshots</h2>
        {output && <Badge>{formatCount(output.snapshots.length)}</Badge>}
      </header>
      <TakeSnapshot
        agentId={agentId}
        onTaken={(id) => {
          onSelect(id);
          reload();
        }}
      />
      {error && (
        <ErrorNote
          className={styles.error}
          error={error}
          actions={
            <Button size="small" onClick={reload}>
              Try again
            </Button>
          }
        />
      )}
      {!output && !error && <Skeleton lines={4} />}
      {output?.snapshots.length === 0 && (
        <Empty icon={Camera} className={styles.empty}>
          No snapshot yet: one is made at each slice's end, tool wait and answer.
        </Empty>
      )}
      {output && output.snapshots.length > 0 && (
        <>
          <Actions snapshot={snapshot} onAction={rest.onAction} />
          <SnapshotList snapshots={output.snapshots} selected={selected} onSelect={onSelect} {...rest} />
          {output.dropped > 0 && (
            <p className={styles.foot}>{formatCount(output.dropped)} older ones are no longer listed.</p>
          )}
        </>
      )}
    </section>
  );
}

interface TakeSnapshotProps {
  readonly agentId: AgentId;
  readonly onTaken: (id: SnapshotId) => void;
}

function TakeSnapshot({ agentId, onTaken }: TakeSnapshotProps) {
  const request = useRequest();
  const [label, setLabel] = useState("");
  const [state, setState] = useState<"idle" | "taking">("idle");
  const take = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (state === "taking") return;
    setState("taking");
    const taken = await request("context.snapshot", { agentId, label });
    setState("idle");
    if (!taken) return;
    setLabel("");
    onTaken(taken.snapshotId);
  };
  return (
    <form className={styles.take} onSubmit={(event) => void take(event)}>
      <Field label="Label of the snapshot" showLabel="unseen" className={styles.grow}>
        <TextInput
          size="small"
          placeholder="Label, if you like"
          maxLength={LABEL_CHARACTERS}
          value={label}
          onChange={(event) => setLabel(event.target.value)}
        />
      </Field>
      <Button type="submit" size="small" icon={Camera} disabled={state === "taking"}>
        Take a snapshot
      </Button>
    </form>
  );
}

interface ActionsProps extends Pick<SnapshotListProps, "onAction"> {
  readonly snapshot: SnapshotView | null;
}

/** What can be done with the chosen snapshot. Always there, so that nothing moves when one is chosen. */
function Actions({ snapshot, onAction }: ActionsProps) {
  const props = { size: "small", disabled: snapshot === null } as const;
  const act = (action: Parameters<typeof onAction>[0]) => () => {
    if (snapshot) onAction(action, snapshot);
  };
  const isPinned = snapshot?.pinned === "yes";
  return (
    <div className={styles.actions} role="toolbar" aria-label="With the chosen snapshot">
      <Button {...props} onClick={act("view")} aria-keyshortcuts="Enter">
        View
      </Button>
      <Button {...props} onClick={act("compare")} aria-keyshortcuts="c">
        Compare
      </Button>
      <Button {...props} icon={GitFork} onClick={act("fork")} aria-keyshortcuts="f">
        Fork
      </Button>
      <Button {...props} icon={Undo2} onClick={act("rewind")} aria-keyshortcuts="r">
        Rewind
      </Button>
      <IconButton
        {...props}
        variant="plain"
        icon={isPinned ? PinOff : Pin}
        label={isPinned ? "Unpin" : "Pin: it is always kept"}
        keys="P"
        onClick={act("pin")}
      />
    </div>
  );
}
