import { formatCount } from "../format.ts";
import { classes } from "./classes.ts";
import styles from "./SplitBar.module.css";

export interface SplitPart {
  readonly label: string;
  readonly value: number;
  /** Which colour and pattern, from 0; that of its place if absent. */
  readonly look?: number;
}

export interface SplitBarProps {
  /** Up to five parts, in order; each has a colour and a pattern of its own. */
  readonly parts: readonly SplitPart[];
  /** The length of the whole bar. null, or less than the sum: the sum. */
  readonly whole: number | null;
  /** Such as "tokens". */
  readonly unit: string;
  readonly legend?: "seen" | "unseen";
  /** Kept free at the end of the whole, and drawn as such. */
  readonly reserve?: SplitPart;
}

const PATTERNS = [styles.pattern1, styles.pattern2, styles.pattern3, styles.pattern4, styles.pattern5];

const patternAt = (index: number): string | undefined => PATTERNS[index % PATTERNS.length];

/** How a whole is made up, as one bar with a legend. */
export function SplitBar({ parts, whole, unit, legend = "seen", reserve }: SplitBarProps) {
  const sum = parts.reduce((total, part) => total + part.value, 0);
  const length = Math.max(sum, whole ?? 0, 1);
  const text = [...parts, ...(reserve ? [reserve] : [])]
    .map((part) => `${part.label} ${formatCount(part.value)} ${unit}`)
    .join(", ");
  const entries = parts.map((part, index) => ({ ...part, pattern: patternAt(part.look ?? index) }));
  return (
    <div>
      <div className={styles.bar} role="img" aria-label={text}>
        {entries
          .filter((part) => part.value > 0)
          .map((part) => (
            <div
              key={part.label}
              className={classes(styles.part, part.pattern)}
              style={{ width: `${(100 * part.value) / length}%` }}
              title={`${part.label}: ${formatCount(part.value)} ${unit}`}
            />
          ))}
        {reserve && (
          <div
            className={styles.reserve}
            style={{ width: `${(100 * reserve.value) / length}%` }}
            title={`${reserve.label}: ${formatCount(reserve.value)} ${unit}`}
          />
        )}
      </div>
      {legend === "seen" && (
        <ul className={styles.legend}>
          {entries.map((part) => (
            <li key={part.label} className={styles.entry}>
              <span className={classes(styles.swatch, part.pattern)} />
              <span className="soft">{part.label}</span>
              <span className="figures">{formatCount(part.value)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The colour and pattern of the part at `index`; without an index, of the reserve. For a legend of one's own. */
export function SplitSwatch({ index }: { readonly index?: number }) {
  const pattern = index === undefined ? styles.reserve : patternAt(index);
  return <span className={classes(styles.swatch, pattern)} aria-hidden="true" />;
}
