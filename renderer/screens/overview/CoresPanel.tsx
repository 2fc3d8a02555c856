import type { SyscallView } from "../../../shared/state.ts";
import { classes } from "../../components/classes.ts";
import { HealthMark } from "../../components/HealthMark.tsx";
import { scrollable } from "../../components/scrollable.ts";
import { formatDuration, formatTokens } from "../../format.ts";
import { type CoreSlots, callerOf, callerText, coreSlots } from "../../selectors.ts";
import { goTo, useAgent, useDataNow, useLive, useLiveStore } from "../../store.tsx";
import styles from "./CoresPanel.module.css";
import { callRoute } from "./call-route.ts";
import { Panel } from "./Panel.tsx";

/** Who is on which slot of which core. */
export function CoresPanel() {
  const live = useLiveStore();
  useLive((state) => state.version);
  const cores = coreSlots(live.store.getState().system);
  const busy = cores.reduce((sum, { slots }) => sum + slots.filter((slot) => slot.call !== null).length, 0);
  const all = cores.reduce((sum, { slots }) => sum + slots.length, 0);
  return (
    <Panel title="Cores" note={<span className="figures">{`${busy} of ${all} slots busy`}</span>}>
      <div className={styles.cores} {...scrollable}>
        {cores.map((entry) => (
          <Core key={entry.core.id} entry={entry} />
        ))}
        {cores.length === 0 && <p className="faint">No core is there.</p>}
      </div>
    </Panel>
  );
}

function Core({ entry: { core, slots } }: { readonly entry: CoreSlots }) {
  const now = useDataNow();
  return (
    <div>
      <div className={styles.head}>
        <h3 className={styles.title}>{core.title}</h3>
        {core.model !== core.title && <span className={classes("mono", styles.model)}>{core.model}</span>}
        <span className={styles.health}>
          <HealthMark health={core.health} now={now} />
        </span>
      </div>
      <ul className={styles.slots}>
        {slots.map((slot) => (
          <li key={slot.number}>
            <Slot number={slot.number} call={slot.call} now={now} />
          </li>
        ))}
      </ul>
    </div>
  );
}

interface SlotProps {
  readonly number: number;
  readonly call: SyscallView | null;
  readonly now: number;
}

function Slot({ number, call, now }: SlotProps) {
  const agent = useAgent(call?.agentId ?? null);
  if (!call) {
    return (
      <div className={classes(styles.slot, styles.free)}>
        <span className={styles.number}>{number}</span>
        Free
      </div>
    );
  }
  const who = callerText(callerOf(call));
  const route = callRoute(call);
  return (
    <button
      type="button"
      className={classes(styles.slot, styles.busy)}
      title={`Slot ${number}: ${who}${agent ? `, ${agent.title}` : ""}, ${call.id}`}
      disabled={route === null}
      onClick={() => route && goTo(route)}
    >
      <span className={styles.number}>{number}</span>
      <span className={classes("mono", styles.who)}>{who}</span>
      <span className={styles.agent}>{agent?.title}</span>
      <span className={styles.figure}>{formatTokens(call.outputTokens)} tok</span>
      <span className={styles.figure}>{formatDuration(Math.max(0, now - call.since))}</span>
    </button>
  );
}
