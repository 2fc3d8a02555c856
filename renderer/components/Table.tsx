import type { ReactNode } from "react";
import type { Quantity } from "../format.ts";
import { classes } from "./classes.ts";
import styles from "./Table.module.css";

export interface TableProps {
  /** Said by screen readers. */
  readonly label: string;
  readonly columns: readonly {
    readonly id: string;
    readonly label: ReactNode;
    readonly align?: "left" | "number";
  }[];
  /** The rows: `<tr>` of `<td>` and NumberCell. */
  readonly children: ReactNode;
  readonly className?: string | undefined;
}

/** A short table with a heading that stays. For thousands of rows see the Overview's. */
export function Table({ label, columns, children, className }: TableProps) {
  return (
    <table className={classes(styles.table, className)} aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.id} scope="col" className={column.align === "number" ? styles.number : undefined}>
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

/** A value with its unit set back, in figures of one width. */
export function Figure({ value, unit }: Quantity) {
  return (
    <span className="figures">
      {value}
      {unit !== "" && <span className={styles.unit}>{unit}</span>}
    </span>
  );
}

/** A right-aligned cell for a quantity. */
export function NumberCell({ quantity }: { readonly quantity: Quantity }) {
  return (
    <td className={styles.number}>
      <Figure {...quantity} />
    </td>
  );
}
