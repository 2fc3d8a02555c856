import { useState } from "react";
import { DEFAULT_SORTING, NO_FILTER, nextSorting, type RowFilter } from "./agent-rows.ts";
import { FilterBar } from "./FilterBar.tsx";
import { TableGrid } from "./TableGrid.tsx";
import { useRows } from "./use-rows.ts";

/** All agents: sorted, filtered, and acted on, by pointer and by keys. */
export function AgentTable() {
  const [filter, setFilter] = useState<RowFilter>(NO_FILTER);
  const [sorting, setSorting] = useState(DEFAULT_SORTING);
  const [attention, setAttention] = useState<"here" | "elsewhere">("elsewhere");
  const rows = useRows(filter, sorting, attention);
  return (
    <>
      <FilterBar filter={filter} onChange={setFilter} shown={rows.length} order={attention} />
      <TableGrid
        rows={rows}
        sorting={sorting}
        onSort={(column) => setSorting((before) => nextSorting(before, column))}
        onAttention={setAttention}
        onClear={() => setFilter(NO_FILTER)}
      />
    </>
  );
}
