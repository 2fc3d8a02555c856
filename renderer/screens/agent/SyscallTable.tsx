import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useRef } from "react";
import type { SyscallDetail } from "../../../shared/agent-detail.ts";
import type { SyscallId } from "../../../shared/ids.ts";
import { classes } from "../../components/classes.ts";
import { StateMark } from "../../components/StateMark.tsx";
import { NumberCell, Table } from "../../components/Table.tsx";
import { durationQuantity, formatCount, formatTokens } from "../../format.ts";
import { useNow } from "../../now.ts";
import styles from "./SyscallTable.module.css";
import { liveness, placeOf, timesOf, tokensOf, whatOf } from "./syscall-rows.ts";

const ROW_PX = 28;
const COLUMNS = [
  { id: "id", label: "Id" },
  { id: "kind", label: "Kind" },
  { id: "what", label: "What" },
  { id: "state", label: "State" },
  { id: "wait", label: "Wait", align: "number" },
  { id: "service", label: "Service", align: "number" },
  { id: "turnaround", label: "Turnaround", align: "number" },
  { id: "turns", label: "Turns", align: "number" },
  { id: "tokens", label: "Tokens", align: "number" },
  { id: "place", label: "Core and slot" },
] as const;

export interface SyscallTableProps {
  readonly calls: readonly SyscallDetail[];
  readonly selected: SyscallId | null;
  readonly onSelect: (id: SyscallId) => void;
}

/** Every syscall of the agent with its times, oldest first. Only the rows in sight are drawn. */
export function SyscallTable({ calls, selected, onSelect }: SyscallTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: calls.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const rows = virtualizer.getVirtualItems();
  const above = rows[0]?.start ?? 0;
  const below = virtualizer.getTotalSize() - (rows.at(-1)?.end ?? 0);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const from = calls.findIndex(({ id }) => id === selected);
    const next = calls[from + (event.key === "ArrowDown" ? 1 : -1)];
    if (from < 0 || !next) return;
    event.preventDefault();
    onSelect(next.id);
    virtualizer.scrollToIndex(calls.indexOf(next));
    requestAnimationFrame(() => document.getElementById(cellId(next.id))?.focus());
  };

  return (
    <div ref={scroller} className={styles.scroller}>
      <Table label="Syscalls" columns={COLUMNS} className={styles.table}>
        {above > 0 && <Spacer height={above} />}
        {rows.map((row) => {
          const call = calls[row.index];
          return call ? (
            <SyscallRow
              key={call.id}
              call={call}
              selection={call.id === selected ? "selected" : "none"}
              onSelect={onSelect}
              onKeyDown={onKeyDown}
            />
          ) : null;
        })}
        {below > 0 && <Spacer height={below} />}
      </Table>
    </div>
  );
}

const cellId = (id: SyscallId): string => `syscall-${id}`;

function Spacer({ height }: { readonly height: number }) {
  return (
    <tr className={styles.spacer}>
      <td colSpan={COLUMNS.length} style={{ height }} />
    </tr>
  );
}

interface SyscallRowProps {
  readonly call: SyscallDetail;
  readonly selection: "selected" | "none";
  readonly onSelect: (id: SyscallId) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

function SyscallRow(props: SyscallRowProps) {
  return liveness(props.call.state) === "live" ? (
    <LiveRow {...props} />
  ) : (
    <Row {...props} now={props.call.since} />
  );
}

/** Ended rows do not follow the clock. */
function LiveRow(props: SyscallRowProps) {
  return <Row {...props} now={useNow()} />;
}

function Row({ call, selection, onSelect, onKeyDown, now }: SyscallRowProps & { readonly now: number }) {
  const times = timesOf(call, now);
  const what = whatOf(call.call);
  const tokens = tokensOf(call);
  return (
    // The button in the first cell does the same from the keyboard.
    <tr
      className={classes(styles.row, selection === "selected" && styles.selected)}
      onClick={() => onSelect(call.id)}
    >
      <td>
        <button
          type="button"
          id={cellId(call.id)}
          className={classes(styles.id, "mono")}
          aria-pressed={selection === "selected"}
          onKeyDown={onKeyDown}
        >
          {call.id}
        </button>
      </td>
      <td className="soft">{call.call.kind}</td>
      <td className={styles.what} title={what.rest}>
        <code>{what.name}</code> <span className="mono faint">{what.rest}</span>
      </td>
      <td>
        <StateMark state={call.approval && !call.answer && call.state === "gated" ? "asking" : call.state} />
      </td>
      <NumberCell quantity={durationQuantity(times.waitMs)} />
      <NumberCell quantity={durationQuantity(times.serviceMs)} />
      <NumberCell quantity={durationQuantity(times.turnaroundMs)} />
      <NumberCell quantity={{ value: formatCount(call.turns.length), unit: "" }} />
      <NumberCell quantity={{ value: tokens === null ? "–" : formatTokens(tokens), unit: "" }} />
      <td className={styles.place} title={placeOf(call) ?? undefined}>
        {placeOf(call) ?? "–"}
      </td>
    </tr>
  );
}
