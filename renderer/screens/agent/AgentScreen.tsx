import { SearchX } from "lucide-react";
import { useState } from "react";
import type { AgentDetail } from "../../../shared/agent-detail.ts";
import type { AgentId, SyscallId } from "../../../shared/ids.ts";
import type { AgentView } from "../../../shared/state.ts";
import { Badge } from "../../components/Badge.tsx";
import { Button } from "../../components/Button.tsx";
import { Empty, ErrorNote, Skeleton } from "../../components/Feedback.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import { formatCount } from "../../format.ts";
import type { AgentTab } from "../../routes.ts";
import { useAgent, useAgentDetail, useLive, useNavigation } from "../../store.tsx";
import { AgentHeader } from "./AgentHeader.tsx";
import styles from "./AgentScreen.module.css";
import { Answer, endingOf } from "./Answer.tsx";
import { Composer } from "./Composer.tsx";
import { ContextTab } from "./context/ContextTab.tsx";
import { Folds } from "./folds.tsx";
import { SidePanel } from "./SidePanel.tsx";
import { SyscallsTab } from "./SyscallsTab.tsx";
import { syscallsOf } from "./syscall-rows.ts";
import { Transcript } from "./Transcript.tsx";

/** One agent: what it is at, what it did, with which prompt, and what it holds. */
export function AgentScreen({ agentId }: { readonly agentId: AgentId }) {
  const phase = useLive((live) => live.phase);
  const agent = useAgent(agentId);
  const state = useAgentDetail(agentId);
  if (phase === "loading") return <Skeleton lines={8} />;
  if (!agent) return <NotFound agentId={agentId} />;
  return (
    <Folds key={agentId}>
      <div className={styles.screen}>
        <AgentHeader agent={agent} />
        {state.status === "live" ? (
          <Live agent={agent} detail={state.detail} />
        ) : state.status === "failed" ? (
          <div className={styles.failed}>
            <ErrorNote error={state.error} />
          </div>
        ) : (
          <Skeleton lines={8} />
        )}
      </div>
    </Folds>
  );
}

function NotFound({ agentId }: { readonly agentId: AgentId }) {
  const { go } = useNavigation();
  return (
    <>
      <h1 className="unseen">Agent {agentId}</h1>
      <Empty
        icon={SearchX}
        actions={<Button onClick={() => go({ screen: "overview" })}>See all agents</Button>}
      >
        There is no agent <span className="mono">{agentId}</span> here. It may have ended long ago: its events
        are still in the log.
      </Empty>
    </>
  );
}

/** Drawn anew at each commit: the detail changes in place, its items do not. */
function Live({ agent, detail }: { readonly agent: AgentView; readonly detail: AgentDetail }) {
  const { route, go } = useNavigation();
  const [call, setCall] = useState<SyscallId | null>(null);
  const tab = (route.screen === "agent" && route.tab) || "transcript";
  const setTab = (next: AgentTab): void => go({ screen: "agent", agentId: agent.id, tab: next });
  const calls = syscallsOf(detail.items);
  const ending = agent.ending === null ? null : endingOf(detail.items);
  return (
    <div className={styles.columns}>
      <div className={styles.main}>
        {ending && <Answer ending={ending} />}
        <Tabs<AgentTab>
          label="Views of the agent"
          className={styles.tabs}
          value={tab}
          onChange={setTab}
          items={[
            { value: "transcript", label: "Transcript", content: <Transcript detail={detail} /> },
            {
              value: "syscalls",
              label: "Syscalls",
              mark: <Badge>{formatCount(calls.length)}</Badge>,
              content: <SyscallsTab calls={calls} selected={call} onSelect={setCall} />,
            },
            {
              value: "context",
              label: "Context",
              content: (
                <ContextTab
                  agent={agent}
                  calls={calls}
                  onCall={(id) => {
                    setCall(id);
                    setTab("syscalls");
                  }}
                />
              ),
            },
          ]}
        />
        <Composer key={agent.id} agent={agent} />
      </div>
      <SidePanel agent={agent} marks={detail.marks} calls={calls} />
    </div>
  );
}
