import type { MemoryUsage } from "../../../shared/memory.ts";
import { classes } from "../../components/classes.ts";
import { formatBytes, formatPercent } from "../../format.ts";
import { ramShare, WATERMARK } from "./owners.ts";
import styles from "./RamBar.module.css";

export interface RamBarProps {
  readonly label: string;
  readonly usage: Pick<MemoryUsage, "ramBytes" | "budgetBytes">;
}

/** RAM against its budget, with the mark above which items leave for the disk. */
export function RamBar({ label, usage }: RamBarProps) {
  const share = ramShare(usage);
  const text = `${formatBytes(usage.ramBytes)} of ${formatBytes(usage.budgetBytes)}, ${formatPercent(share)}`;
  return (
    <div
      className={styles.track}
      role="img"
      aria-label={`RAM of ${label}: ${text}`}
      title={`${text}. Above ${formatPercent(WATERMARK)} items leave for the disk.`}
    >
      <div
        className={classes(styles.fill, share > WATERMARK && styles.above)}
        style={{ width: `${100 * share}%` }}
      />
      <div className={styles.mark} style={{ left: `${100 * WATERMARK}%` }} />
    </div>
  );
}
