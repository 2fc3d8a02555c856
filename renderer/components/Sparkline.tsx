import styles from "./Sparkline.module.css";

export interface SparklineProps {
  /** Oldest first. */
  readonly values: readonly number[];
  /** Points the whole width stands for; fewer values fill it from the right. */
  readonly capacity: number;
  /** Said by screen readers, with the last value. */
  readonly label: string;
  /** The least value that reaches the top, so that a quiet line stays low. */
  readonly ceiling?: number;
}

/** The recent past of one number, as a line from 0. */
export function Sparkline({ values, capacity, label, ceiling = 1 }: SparklineProps) {
  const top = Math.max(ceiling, ...values);
  const start = capacity - values.length;
  const points = values.map((value, index) => `${start + index},${(1 - value / top) * 24 + 2}`);
  const last = Math.max(1, capacity - 1);
  return (
    <svg
      className={styles.sparkline}
      viewBox={`0 0 ${last} 28`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${label}, last minute; now ${values.at(-1) ?? 0}`}
    >
      <line className={styles.base} x1="0" y1="26.5" x2={last} y2="26.5" />
      {points.length > 1 && (
        <>
          <polygon className={styles.area} points={`${start},26 ${points.join(" ")} ${last},26`} />
          <polyline className={styles.line} points={points.join(" ")} />
        </>
      )}
    </svg>
  );
}
