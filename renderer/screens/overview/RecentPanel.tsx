import { Sparkline } from "../../components/Sparkline.tsx";
import { formatCount, formatRate } from "../../format.ts";
import { SAMPLES_KEPT, type Sample } from "../../samples.ts";
import { useLive } from "../../store.tsx";
import { Panel } from "./Panel.tsx";
import styles from "./RecentPanel.module.css";

interface Measure {
  readonly key: keyof Sample;
  readonly label: string;
  readonly format: (value: number) => string;
  /** The least value at the top of the line. */
  readonly ceiling: number;
}

const MEASURES: readonly Measure[] = [
  { key: "queueDepth", label: "LLM queue", format: formatCount, ceiling: 4 },
  { key: "slotsBusy", label: "Slots busy", format: formatCount, ceiling: 2 },
  { key: "tokensPerSecond", label: "Tokens/s", format: formatRate, ceiling: 20 },
  { key: "syscallsPerSecond", label: "Syscalls/s", format: formatRate, ceiling: 5 },
];

/** The last minute of four numbers, a point each second. */
export function RecentPanel() {
  const samples = useLive((live) => live.samples);
  return (
    <Panel title="Last 60 s">
      <div className={styles.grid}>
        {MEASURES.map((measure) => (
          <div key={measure.key}>
            <div className={styles.head}>
              <span className={styles.label}>{measure.label}</span>
              <span className={styles.value}>{measure.format(samples.at(-1)?.[measure.key] ?? 0)}</span>
            </div>
            <Sparkline
              values={samples.map((sample) => sample[measure.key])}
              capacity={SAMPLES_KEPT}
              ceiling={measure.ceiling}
              label={measure.label}
            />
          </div>
        ))}
      </div>
    </Panel>
  );
}
