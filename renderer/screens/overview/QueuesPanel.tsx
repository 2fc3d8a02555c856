import { useEffect, useRef, useState } from "react";
import type { SyscallView } from "../../../shared/state.ts";
import type { QueueName } from "../../../shared/syscall.ts";
import { classes } from "../../components/classes.ts";
import { formatCount, formatDuration } from "../../format.ts";
import { QUEUE_WORDS } from "../../labels.ts";
import { callerOf, callerText, type QueueLane, queueLanes } from "../../selectors.ts";
import { goTo, useDataNow, useLive, useLiveStore } from "../../store.tsx";
import { callRoute } from "./call-route.ts";
import { Panel } from "./Panel.tsx";
import styles from "./QueuesPanel.module.css";

/** Room that one chip takes, its gap included, in px; as in the style sheet. Model calls have no name to show. */
const chipRoom = (queue: QueueName): number => (queue === "llm" ? 96 : 136);

/** The four queues with what waits in each, and how long. */
export function QueuesPanel() {
  const live = useLiveStore();
  useLive((state) => state.version);
  const lanes = queueLanes(live.store.getState().system);
  const waiting = lanes.reduce((sum, lane) => sum + lane.waiting.length, 0);
  return (
    <Panel title="Queues" note={<span className="figures">{formatCount(waiting)} waiting</span>}>
      <ul className={styles.lanes}>
        {lanes.map((lane) => (
          <Lane key={lane.queue} lane={lane} />
        ))}
      </ul>
    </Panel>
  );
}

function Lane({ lane }: { readonly lane: QueueLane }) {
  const now = useDataNow();
  const room = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(360);
  useEffect(() => {
    if (!room.current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(entry.contentRect.width);
    });
    observer.observe(room.current);
    return () => observer.disconnect();
  }, []);
  const capacity = Math.max(1, Math.floor((width + 4) / chipRoom(lane.queue)));
  const shown = lane.waiting.slice(0, capacity);
  const hidden = lane.waiting.length - shown.length;
  return (
    <li className={styles.lane}>
      <div className={classes(styles.name, lane.waiting.length > 0 && styles.filled)}>
        {QUEUE_WORDS[lane.queue]}
        <span className={styles.running}>{lane.running} running</span>
      </div>
      <span className={styles.depth} title={`${lane.waiting.length} waiting`}>
        {formatCount(lane.waiting.length)}
      </span>
      <div ref={room} className={styles.chips}>
        {shown.map((call) => (
          <Chip key={call.id} call={call} now={now} />
        ))}
      </div>
      <span className={styles.more}>{hidden > 0 && `+${formatCount(hidden)}`}</span>
    </li>
  );
}

function Chip({ call, now }: { readonly call: SyscallView; readonly now: number }) {
  const wait = formatDuration(Math.max(0, now - call.since));
  const caller = callerOf(call);
  const who = callerText(caller);
  const route = callRoute(call);
  const what = call.label === "" ? "default model" : call.label;
  return (
    <button
      type="button"
      className={classes(styles.chip, call.kind === "llm" && styles.short)}
      title={`${who} ${caller.type === "person" ? "wait" : "waits"} for ${what}: ${call.id}, priority ${call.priority}`}
      disabled={route === null}
      onClick={() => route && goTo(route)}
    >
      <span className={caller.type === "agent" ? "mono" : styles.who}>{who}</span>
      <span className={styles.label}>{call.kind !== "llm" && call.label}</span>
      <span className={styles.wait}>{wait}</span>
    </button>
  );
}
