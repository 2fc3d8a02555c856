import { useSystem } from "../../store.tsx";
import { AgentTable } from "./AgentTable.tsx";
import { CoresPanel } from "./CoresPanel.tsx";
import { NoAgent } from "./NoAgent.tsx";
import styles from "./OverviewScreen.module.css";
import { QueuesPanel } from "./QueuesPanel.tsx";
import { RecentPanel } from "./RecentPanel.tsx";
import { Toolbar } from "./Toolbar.tsx";

/** What runs, what waits and for what. */
export function OverviewScreen() {
  const agents = useSystem((system) => (system.agents.size === 0 ? "none" : "some"));
  return (
    <div className={styles.screen}>
      <h1 className="unseen">Overview</h1>
      <div className={styles.top}>
        <Toolbar />
        <div className={styles.panels}>
          <CoresPanel />
          <QueuesPanel />
          <RecentPanel />
        </div>
      </div>
      <div className={styles.table}>{agents === "none" ? <NoAgent /> : <AgentTable />}</div>
    </div>
  );
}
