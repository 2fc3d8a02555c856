import type { Turn } from "../../../shared/agent-detail.ts";
import { formatCount, formatDuration, formatTime } from "../../format.ts";
import { suspensionText } from "./syscall-rows.ts";
import styles from "./TurnList.module.css";

/** Turns shown: the first, where it began, and the last ones. */
const LAST_SHOWN = 20;

/** Each turn on a slot with the decision that gave it: the policy, the candidates by key, and the reason. */
export function TurnList({ turns }: { readonly turns: readonly Turn[] }) {
  if (turns.length === 0) return <p className="soft">It has not been on a slot.</p>;
  const left = Math.max(0, turns.length - LAST_SHOWN);
  const shown = turns.slice(left);
  return (
    <ol className={styles.turns}>
      {left > 0 && <li className="faint">{formatCount(left)} earlier turns are in the log.</li>}
      {shown.map((turn, index) => (
        <li key={`${turn.startedAt}-${left + index}`}>
          <p>
            <span className={styles.count}>{left + index + 1}.</span>{" "}
            <span className="figures">{formatTime(turn.startedAt)}</span> on{" "}
            <span className="mono">{turn.placement.coreId}</span> slot {turn.placement.slot}, after{" "}
            <span className="figures">{formatDuration(turn.waitedMs)}</span>
          </p>
          <p className={styles.why}>
            {turn.schedule.policy}: {turn.schedule.reason}
          </p>
          <Candidates turn={turn} />
          {turn.ended && (
            <p className="soft">
              Left after <span className="figures">{formatDuration(turn.ended.at - turn.startedAt)}</span>:{" "}
              {suspensionText(turn.ended.reason)}
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}

function Candidates({ turn: { schedule } }: { readonly turn: Turn }) {
  const more = schedule.waiting - schedule.candidates.length;
  return (
    <ul className={styles.candidates} aria-label="Candidates and their keys, the smallest runs">
      {schedule.candidates.map((candidate) => (
        <li
          key={candidate.syscallId}
          className={candidate.syscallId === schedule.winner ? styles.winner : undefined}
        >
          <span className="mono">{candidate.syscallId}</span>{" "}
          <span className="figures">{keyText(candidate.key)}</span>
          {candidate.syscallId === schedule.winner && <span className="unseen"> chosen</span>}
        </li>
      ))}
      {more > 0 && <li className={styles.more}>{formatCount(more)} more waited</li>}
    </ul>
  );
}

const keyText = (key: number): string => (Number.isInteger(key) ? String(key) : key.toFixed(2));
