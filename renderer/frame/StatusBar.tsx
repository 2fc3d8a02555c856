import type { ReactNode } from "react";
import type { CoreInfo } from "../../shared/cores.ts";
import type { TransportStatus } from "../../shared/transport.ts";
import { HealthMark } from "../components/HealthMark.tsx";
import { StateMark } from "../components/StateMark.tsx";
import { scrollable } from "../components/scrollable.ts";
import { Tooltip } from "../components/Tooltip.tsx";
import { formatCost, formatCount, formatPercent, formatRate } from "../format.ts";
import { MODE_WORDS, POLICY_WORDS } from "../labels.ts";
import { useNow } from "../now.ts";
import { routeHash } from "../routes.ts";
import { queueCounts } from "../samples.ts";
import { useLive, useSystem } from "../store.tsx";
import styles from "./StatusBar.module.css";
import { StorageItems } from "./StorageItems.tsx";

/** Cores named in the bar; the others are on Models. */
const NAMED_CORES = 3;

/** The system in one line. Figures keep their room, so that nothing moves. */
export function StatusBar() {
  const settings = useSystem((system) => system.settings);
  const llm = useSystem((system) => queueCounts(system, "llm"));
  const slots = useSystem((system) =>
    [...system.cores.values()].reduce((sum, core) => sum + core.capabilities.slots, 0),
  );
  const cost = useSystem((system) => system.totals.costUsd);
  const cores = useSystem((system) => [...system.cores.values()]);
  const rate = useLive((live) => live.samples.at(-1)?.tokensPerSecond ?? 0);
  const connection = useLive((live) => live.connection);
  return (
    <footer className={styles.bar} {...scrollable}>
      <Item label="Policy">
        <span className={styles.value}>{POLICY_WORDS[settings.policy]}</span>
        {settings.policy !== "fifo" && <span>slice {formatCount(settings.sliceTokens)} tok</span>}
      </Item>
      <Item label="Slots">
        <span className={styles.figure}>
          {llm.running}/{slots}
        </span>
      </Item>
      <Item label="Queue">
        <span className={styles.figure}>{formatCount(llm.waiting)}</span>
      </Item>
      <Item label="Tokens/s">
        <span className={styles.figure}>{formatRate(rate)}</span>
      </Item>
      <Item label="Cost">
        <span className={styles.figure}>{formatCost(cost)}</span>
      </Item>
      <Item label="Permissions">
        <span className={styles.value}>{MODE_WORDS[settings.mode]}</span>
      </Item>
      <StorageItems />
      <Jobs />
      <div className={styles.space} />
      {cores.slice(0, NAMED_CORES).map((core) => (
        <CoreItem key={core.id} core={core} />
      ))}
      {cores.length > NAMED_CORES && <span className={styles.item}>+{cores.length - NAMED_CORES} cores</span>}
      <Connection status={connection} />
    </footer>
  );
}

/** Downloads and installs that run; nothing where there are none. */
function Jobs() {
  const running = useSystem((system) => [...system.jobs.values()].filter((job) => job.end === null));
  const [first] = running;
  if (!first) return null;
  const { done = 0, total = null } = first.progress ?? {};
  return (
    <Tooltip content={first.title} side="top">
      <a className={styles.job} href={routeHash({ screen: "models" })}>
        <span>{running.length === 1 ? "Job" : `${running.length} jobs`}</span>
        <span className={styles.figure}>{total ? formatPercent(done / total) : "…"}</span>
      </a>
    </Tooltip>
  );
}

function Item({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <span className={styles.item}>
      <span>{label}</span>
      {children}
    </span>
  );
}

function CoreItem({ core }: { readonly core: CoreInfo }) {
  const now = useNow();
  return (
    <Tooltip
      content={core.health.status === "failing" ? core.health.error.message : `${core.title}: ${core.model}`}
      side="top"
    >
      <span className={styles.core}>
        <HealthMark health={core.health} now={now} show="shape" />
        <span className={styles.value}>{core.title}</span>
      </span>
    </Tooltip>
  );
}

function Connection({ status }: { readonly status: TransportStatus }) {
  switch (status.type) {
    case "connected":
      return (
        <span className={styles.item}>
          <StateMark state="done" word="Connected" />
        </span>
      );
    case "connecting":
      return (
        <span className={styles.item}>
          <StateMark state="blocked" word="Connecting" />
        </span>
      );
    case "lost":
      return (
        <span className={styles.item}>
          <StateMark state="failed" word="Disconnected" />
        </span>
      );
  }
}
