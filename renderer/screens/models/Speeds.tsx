import type { MeasuredSpeeds } from "../../../shared/local-models.ts";
import { speedRows } from "./local-words.ts";
import styles from "./Speeds.module.css";

/** How fast a model reads and writes here, and how fast its state is put away and brought back. */
export function Speeds({ speeds }: { readonly speeds: MeasuredSpeeds }) {
  const rows = speedRows(speeds);
  return (
    <div>
      <h3 className={styles.heading}>Speed on this machine</h3>
      {rows.every(({ value }) => value === null) ? (
        <p className="faint">Not measured yet: its calls measure it.</p>
      ) : (
        <dl className={styles.speeds}>
          {rows.map(({ label, value }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd className={value === null ? styles.none : undefined}>{value ?? "not measured yet"}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
