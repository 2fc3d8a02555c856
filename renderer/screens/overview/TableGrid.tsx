import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { assertNever } from "../../../shared/errors.ts";
import type { AgentId } from "../../../shared/ids.ts";
import { useActions } from "../../frame/actions.tsx";
import { serviceTotals } from "../../selectors.ts";
import { useDataNow, useLiveStore, useNavigation } from "../../store.tsx";
import { AgentRow, rowElementId } from "./AgentRow.tsx";
import styles from "./AgentTable.module.css";
import type { SortColumn, Sorting } from "./agent-rows.ts";
import { COLUMNS } from "./columns.ts";
import { TableHead } from "./TableHead.tsx";
import { movedIndex, type TableAction, tableAction } from "./table-keys.ts";

/** Heights in px, as in the style sheet. */
const ROW = 28;
const HEAD = 25;
/** Rows drawn beyond each edge. */
const OVERSCAN = 4;

/** A table that is moved in and acted on by keys is a grid (WAI-ARIA Authoring Practices, "Grid"). */
const gridAttributes = (rows: number, selected: AgentId | null) => ({
  role: "grid",
  tabIndex: 0,
  "aria-label": "Agents",
  "aria-rowcount": rows + 1,
  "aria-colcount": COLUMNS.length,
  "aria-activedescendant": selected === null ? undefined : rowElementId(selected),
});

export interface TableGridProps {
  readonly rows: readonly AgentId[];
  readonly sorting: Sorting;
  readonly onSort: (column: SortColumn) => void;
  /** Tells whether the pointer or the focus is on the rows. */
  readonly onAttention: (attention: "here" | "elsewhere") => void;
  readonly onClear: () => void;
}

/** The rows in view, and the keys. Only those in view are drawn, however many there are. */
export function TableGrid({ rows, sorting, onSort, onAttention, onClear }: TableGridProps) {
  const scroller = useRef<HTMLTableElement>(null);
  const [selected, setSelected] = useState<AgentId | null>(null);
  const run = useRowActions(selected);
  const live = useLiveStore();
  const now = useDataNow();
  const service = serviceTotals(live.store.getState().system, now);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: OVERSCAN,
    scrollPaddingStart: HEAD,
    useFlushSync: false,
  });
  // A row that scrolls out of view is drawn again as the one that scrolls in: nothing is made or thrown away.
  const pool = Math.ceil((virtual.scrollRect?.height ?? 0) / ROW) + 2 * OVERSCAN + 2;
  useAttention(scroller, onAttention);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== scroller.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - HEAD) / ROW) - 1);
    const action = tableAction(event.key, page);
    if (!action) return;
    event.preventDefault();
    if (action.type === "clear") {
      if (selected === null) onClear();
      setSelected(null);
      return;
    }
    const at = selected === null ? -1 : rows.indexOf(selected);
    const to = movedIndex(at, rows.length, action);
    if (action.type === "move" || action.type === "first" || action.type === "last") {
      setSelected(rows[to] ?? null);
      if (to >= 0) virtual.scrollToIndex(to, { align: "auto" });
      return;
    }
    run(action);
  };

  return (
    <table
      ref={scroller}
      className={styles.grid}
      {...gridAttributes(rows.length, selected)}
      onKeyDown={onKeyDown}
    >
      <TableHead sorting={sorting} onSort={onSort} />
      <tbody className={styles.body} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const id = rows[item.index];
          return id === undefined ? null : (
            <AgentRow
              key={item.index % pool}
              id={id}
              now={now}
              top={item.start}
              number={item.index + 2}
              selection={id === selected ? "selected" : "plain"}
              totalServiceMs={service.totalMs}
              sharers={service.agents}
              onSelect={setSelected}
            />
          );
        })}
        {rows.length === 0 && (
          <tr>
            <td className={styles.none}>No agent passes the filter.</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

type RowAction = Exclude<TableAction, { readonly type: "move" | "first" | "last" | "clear" }>;

/** What the keys do to the selected agent. */
function useRowActions(selected: AgentId | null): (action: RowAction) => void {
  const actions = useActions();
  const live = useLiveStore();
  const { go } = useNavigation();
  return (action) => {
    const agent = selected === null ? undefined : live.store.getState().system.agents.get(selected);
    if (!agent) return;
    if (action.type === "open") {
      go({ screen: "agent", agentId: agent.id });
      return;
    }
    if (agent.ending !== null) return;
    switch (action.type) {
      case "pause-or-resume":
        if (agent.control === "paused") actions.resume(agent.id);
        else actions.pause(agent.id);
        return;
      case "priority":
        actions.changePriority(agent.id, action.by);
        return;
      case "kill":
        actions.kill(agent.id);
        return;
      default:
        assertNever(action);
    }
  };
}

/** Tells when the pointer or the keyboard's focus comes to the rows, and when both have left. */
function useAttention(
  scroller: { readonly current: HTMLTableElement | null },
  onAttention: (attention: "here" | "elsewhere") => void,
): void {
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const look = (): void =>
      onAttention(
        element.matches(":hover") ||
          element.matches(":focus-visible") ||
          element.querySelector(":focus-visible")
          ? "here"
          : "elsewhere",
      );
    const events = ["pointerenter", "pointerleave", "focusin", "focusout", "keydown"] as const;
    const later = (): void => queueMicrotask(look);
    for (const type of events) element.addEventListener(type, later);
    return () => {
      for (const type of events) element.removeEventListener(type, later);
    };
  }, [scroller, onAttention]);
}
