import { ChevronDown, ChevronUp } from "lucide-react";
import { classes } from "../../components/classes.ts";
import styles from "./AgentTable.module.css";
import type { SortColumn, Sorting } from "./agent-rows.ts";
import { COLUMNS, type Column } from "./columns.ts";

export interface TableHeadProps {
  readonly sorting: Sorting;
  readonly onSort: (column: SortColumn) => void;
}

/** The headings; a click sorts, another turns the order round. */
export function TableHead({ sorting, onSort }: TableHeadProps) {
  return (
    <thead className={styles.head}>
      <tr aria-rowindex={1} className={styles.headRow}>
        {COLUMNS.map((column) => (
          <Heading key={column.id} column={column} sorting={sorting} onSort={onSort} />
        ))}
      </tr>
    </thead>
  );
}

function Heading({ column, sorting, onSort }: TableHeadProps & { readonly column: Column }) {
  const { sort } = column;
  const sorted = sort !== null && sorting.column === sort && column.id !== "share";
  const look = classes(
    styles.heading,
    column.align === "number" && styles.headingNumber,
    sorted && styles.sorted,
  );
  const Arrow = sorting.direction === "ascending" ? ChevronUp : ChevronDown;
  return (
    <th scope="col" className={styles.headCell} aria-sort={sorted ? sorting.direction : undefined}>
      {sort === null ? (
        <span className={look}>{column.label}</span>
      ) : (
        <button type="button" className={look} title={column.meaning} onClick={() => onSort(sort)}>
          {column.label}
          {sorted && <Arrow size={11} aria-hidden />}
        </button>
      )}
    </th>
  );
}
