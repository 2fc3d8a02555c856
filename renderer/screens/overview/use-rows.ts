import { useEffect, useMemo, useRef } from "react";
import type { AgentId } from "../../../shared/ids.ts";
import { useDataNow, useLiveStore, useSystem } from "../../store.tsx";
import { arrangeRows, heldRows, type RowFilter, type Sorting } from "./agent-rows.ts";

/**
 * The ids to show. They are arranged anew twice a second, and at once when asked for otherwise; while `attention`
 * is on the table the order is held.
 */
export function useRows(
  filter: RowFilter,
  sorting: Sorting,
  attention: "here" | "elsewhere",
): readonly AgentId[] {
  const live = useLiveStore();
  const now = useDataNow();
  const size = useSystem((system) => system.agents.size);
  const last = useRef<Shown>({ filter, sorting, rows: [] });
  const rows = useMemo(() => {
    const { system } = live.store.getState();
    const before = last.current;
    const arranged = size === 0 ? [] : arrangeRows(system, filter, sorting, now);
    const same = before.filter === filter && before.sorting === sorting;
    return same && attention === "here" ? heldRows(before.rows, arranged, system) : arranged;
  }, [live, filter, sorting, attention, now, size]);
  useEffect(() => {
    last.current = { filter, sorting, rows };
  });
  return rows;
}

interface Shown {
  readonly filter: RowFilter;
  readonly sorting: Sorting;
  readonly rows: readonly AgentId[];
}
