import { StateMark } from "../../components/StateMark.tsx";
import { NumberCell, Table } from "../../components/Table.tsx";
import { durationQuantity, formatCount } from "../../format.ts";
import { callerOf } from "../../selectors.ts";
import { useDataNow, useSystem } from "../../store.tsx";
import { CallProgress } from "../agent/CallProgress.tsx";
import { CallerLink } from "./CallerLink.tsx";
import { Part } from "./Part.tsx";
import styles from "./QueueNow.module.css";
import { liveToolCalls } from "./tool-sums.ts";

/** Calls shown; a longer queue is counted. */
const SHOWN = 20;

const COLUMNS = [
  { id: "call", label: "Call" },
  { id: "who", label: "Of" },
  { id: "state", label: "State" },
  { id: "for", label: "For", align: "number" },
  { id: "progress", label: "Progress" },
] as const;

interface QueueNowProps {
  readonly tool: string;
  readonly concurrency: number;
}

/** The calls of a tool that run or wait at this moment. */
export function QueueNow({ tool, concurrency }: QueueNowProps) {
  const calls = useSystem((system) => liveToolCalls(tool, system));
  const now = useDataNow();
  const running = calls.filter((call) => call.state === "running").length;
  return (
    <Part
      title="Now"
      note={
        <span className="figures">
          {`${formatCount(running)} of ${formatCount(concurrency)} at once running, ${formatCount(calls.length - running)} waiting`}
        </span>
      }
    >
      {calls.length === 0 ? (
        <p className="soft">No call runs or waits.</p>
      ) : (
        <Table label="Calls that run or wait" columns={COLUMNS} className={styles.table}>
          {calls.slice(0, SHOWN).map((call) => (
            <tr key={call.id}>
              <td className="mono">{call.id}</td>
              <td>
                <CallerLink caller={callerOf(call)} />
              </td>
              <td>
                <StateMark
                  className={styles.state}
                  state={call.approvalId !== null && call.state === "gated" ? "asking" : call.state}
                />
              </td>
              <NumberCell quantity={durationQuantity(now - call.since)} />
              <td>{call.progress && <CallProgress id={call.id} progress={call.progress} />}</td>
            </tr>
          ))}
        </Table>
      )}
      {calls.length > SHOWN && <p className="soft">and {formatCount(calls.length - SHOWN)} more that wait</p>}
    </Part>
  );
}
