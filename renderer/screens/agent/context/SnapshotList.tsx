import { useVirtualizer } from "@tanstack/react-virtual";
import {
  Camera,
  CircleSlash,
  Flag,
  FoldVertical,
  type LucideIcon,
  MessageSquare,
  Pin,
  RotateCw,
  Timer,
  Undo2,
  Wrench,
} from "lucide-react";
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef } from "react";
import type { SnapshotCause, SnapshotView } from "../../../../shared/context.ts";
import type { SnapshotId } from "../../../../shared/ids.ts";
import { Badge } from "../../../components/Badge.tsx";
import { classes } from "../../../components/classes.ts";
import { Figure } from "../../../components/Table.tsx";
import { bytesQuantity, formatCount, formatTime } from "../../../format.ts";
import { VisibleText } from "../../inbox/VisibleText.tsx";
import styles from "./SnapshotList.module.css";
import { movedIndex, type SnapshotAction, snapshotCommand } from "./snapshot-keys.ts";
import { SNAPSHOT_CAUSE_WORDS } from "./words.ts";

const ROW_PX = 46;

const CAUSE_ICONS: Record<SnapshotCause, LucideIcon> = {
  "slice-end": Timer,
  "tool-wait": Wrench,
  answer: MessageSquare,
  person: Camera,
  "crash-point": RotateCw,
  cancelled: CircleSlash,
  "before-compaction": FoldVertical,
  "before-rewind": Undo2,
  ended: Flag,
};

export interface SnapshotListProps {
  /** Newest first. */
  readonly snapshots: readonly SnapshotView[];
  readonly selected: SnapshotId | null;
  /** Those that the pane shows or compares. */
  readonly shown: ReadonlySet<SnapshotId>;
  readonly onSelect: (id: SnapshotId) => void;
  readonly onAction: (action: SnapshotAction, snapshot: SnapshotView) => void;
}

const optionId = (id: SnapshotId): string => `snapshot-${id}`;

/** Snapshots to choose one of: arrow keys move, letters act on the chosen one. Only rows in sight are drawn. */
export function SnapshotList({ snapshots, selected, shown, onSelect, onAction }: SnapshotListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: snapshots.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => snapshots[index]?.id ?? index,
    overscan: 8,
  });
  useStillRows(scroller, snapshots);
  const index = snapshots.findIndex(({ id }) => id === selected);
  const rows = virtualizer.getVirtualItems();
  const isDrawn = rows.some((row) => row.index === index);

  // One that was chosen elsewhere, as after taking it, is brought into sight.
  const latest = useRef(index);
  useEffect(() => {
    latest.current = index;
  });
  useEffect(() => {
    if (selected !== null && latest.current >= 0) virtualizer.scrollToIndex(latest.current);
  }, [selected, virtualizer]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const command = snapshotCommand(event);
    if (!command || snapshots.length === 0) return;
    event.preventDefault();
    if (command.type === "move") {
      const next = snapshots[movedIndex(index, snapshots.length, command.to)];
      if (next) onSelect(next.id);
      return;
    }
    const snapshot = snapshots[index];
    if (snapshot) onAction(command.action, snapshot);
  };

  return (
    <div
      ref={scroller}
      role="listbox"
      tabIndex={0}
      aria-label="Snapshots"
      aria-activedescendant={selected !== null && isDrawn ? optionId(selected) : undefined}
      className={styles.list}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" className={styles.rows} style={{ height: virtualizer.getTotalSize() }}>
        {rows.map((row) => {
          const snapshot = snapshots[row.index];
          if (!snapshot) return null;
          const { id } = snapshot;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys
            <div
              key={row.key}
              role="option"
              tabIndex={-1}
              id={optionId(id)}
              aria-selected={id === selected}
              aria-posinset={row.index + 1}
              aria-setsize={snapshots.length}
              className={classes(
                styles.row,
                id === selected && styles.selected,
                shown.has(id) && styles.shown,
              )}
              style={{ height: row.size, transform: `translateY(${row.start}px)` }}
              onClick={() => onSelect(id)}
              onDoubleClick={() => onAction("view", snapshot)}
            >
              <Snapshot snapshot={snapshot} place={shown.has(id) ? "shown" : "elsewhere"} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Keeps the rows where they are when newer ones come on top, once they are scrolled or have the pointer over them. */
function useStillRows(
  scroller: React.RefObject<HTMLDivElement | null>,
  snapshots: readonly SnapshotView[],
): void {
  const top = useRef<SnapshotId | null>(null);
  useLayoutEffect(() => {
    const before = top.current;
    top.current = snapshots[0]?.id ?? null;
    const element = scroller.current;
    const added = snapshots.findIndex(({ id }) => id === before);
    if (!element || added <= 0) return;
    if (element.scrollTop > 0 || element.matches(":hover")) element.scrollTop += added * ROW_PX;
  }, [scroller, snapshots]);
}

interface SnapshotProps {
  readonly snapshot: SnapshotView;
  readonly place: "shown" | "elsewhere";
}

function Snapshot({ snapshot, place }: SnapshotProps) {
  const Icon = CAUSE_ICONS[snapshot.cause];
  return (
    <>
      <div className={styles.line}>
        <Icon size={14} className={styles.icon} aria-hidden />
        <span className="mono">{snapshot.id}</span>
        <span className={styles.cause}>{SNAPSHOT_CAUSE_WORDS[snapshot.cause]}</span>
        {place === "shown" && <span className="unseen">shown</span>}
        {snapshot.course === "left" && <Badge>Left behind</Badge>}
        {snapshot.pinned === "yes" && (
          <span className={styles.pin}>
            <Pin size={12} fill="currentColor" aria-hidden />
            <span className="unseen">pinned</span>
          </span>
        )}
        <time className={styles.time} dateTime={new Date(snapshot.at).toISOString()}>
          {formatTime(snapshot.at)}
        </time>
      </div>
      <div className={styles.line}>
        <span className={styles.label} title={snapshot.label || undefined}>
          {snapshot.label !== "" ? (
            <VisibleText text={snapshot.label} />
          ) : (
            snapshot.partialTokens > 0 && (
              <span className="faint">{formatCount(snapshot.partialTokens)} tok unfinished</span>
            )
          )}
        </span>
        <span className={styles.messages}>
          <Figure value={formatCount(snapshot.messages)} unit="msg" />
        </span>
        <span className={styles.tokens}>
          <Figure value={formatCount(snapshot.tokens)} unit="tok" />
        </span>
        <span className={styles.bytes}>
          <Figure {...bytesQuantity(snapshot.bytes)} />
        </span>
      </div>
    </>
  );
}
