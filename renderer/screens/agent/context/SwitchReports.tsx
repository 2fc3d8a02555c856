import type { Turn } from "../../../../shared/agent-detail.ts";
import type { SwitchReport } from "../../../../shared/context.ts";
import { Badge } from "../../../components/Badge.tsx";
import { Figure } from "../../../components/Table.tsx";
import { bytesQuantity, durationQuantity, formatBytes, formatCount, type Quantity } from "../../../format.ts";
import styles from "./Turns.module.css";
import { costsText, SWITCH_WORDS } from "./words.ts";

/** Turns shown: those of a long call's end. */
const LAST_SHOWN = 20;

/** What bringing the model's state back cost at each turn, and what had to make room for it. */
export function SwitchReports({ turns }: { readonly turns: readonly Turn[] }) {
  const reports = turns.flatMap(({ switched }, index) => (switched ? [{ switched, turn: index + 1 }] : []));
  const left = Math.max(0, reports.length - LAST_SHOWN);
  return (
    <ol className={styles.reports}>
      {left > 0 && <li className="faint">{formatCount(left)} earlier ones are in the log.</li>}
      {reports.slice(left).map(({ switched, turn }) => (
        <li key={turn}>
          <p>
            <span className="faint">{turn}.</span> {SWITCH_WORDS[switched.from]}
          </p>
          <Figures report={switched} />
          {switched.problem && (
            <p>
              <Badge tone="warning">Not usable</Badge> {switched.problem}
            </p>
          )}
          {switched.evicted && <Evicted evicted={switched.evicted} />}
        </li>
      ))}
    </ol>
  );
}

const tokens = (value: number): Quantity => ({ value: formatCount(value), unit: "tok" });

function Figures({ report }: { readonly report: SwitchReport }) {
  return (
    <dl className={styles.figures}>
      <Fact label="Taken over" quantity={tokens(report.reusedTokens)} />
      <Fact label="Read" quantity={tokens(report.prefilledTokens)} />
      {report.restoredBytes > 0 && <Fact label="Restored" quantity={bytesQuantity(report.restoredBytes)} />}
      {report.restoreMs > 0 && <Fact label="Restoring" quantity={durationQuantity(report.restoreMs)} />}
      {report.prefillMs > 0 && <Fact label="Reading" quantity={durationQuantity(report.prefillMs)} />}
    </dl>
  );
}

function Fact({ label, quantity }: { readonly label: string; readonly quantity: Quantity }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <Figure {...quantity} />
      </dd>
    </div>
  );
}

const CHOICE_WORDS = { saved: "saved to disk", dropped: "dropped" } as const;

function Evicted({ evicted }: { readonly evicted: NonNullable<SwitchReport["evicted"]> }) {
  return (
    <div className={styles.evicted}>
      <p>
        Made room: <span className="mono">{evicted.owner}</span> was {CHOICE_WORDS[evicted.choice]} in{" "}
        <Figure {...durationQuantity(evicted.ms)} />
        {", "}
        <span className="figures">
          {formatCount(evicted.tokens)} tokens, {formatBytes(evicted.bytes)}
        </span>
      </p>
      <p className="soft figures">It would have cost: {costsText(evicted.costs)}</p>
    </div>
  );
}
