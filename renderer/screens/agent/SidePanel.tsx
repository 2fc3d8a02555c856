import type { SyscallDetail } from "../../../shared/agent-detail.ts";
import type { AgentView } from "../../../shared/state.ts";
import { QUEUE_NAMES } from "../../../shared/syscall.ts";
import type { ContextMark } from "../../../shared/taint.ts";
import { Badge } from "../../components/Badge.tsx";
import { SplitBar } from "../../components/SplitBar.tsx";
import { StateMark } from "../../components/StateMark.tsx";
import { Figure } from "../../components/Table.tsx";
import { durationQuantity, formatCost, formatCount, formatPercent, type Quantity } from "../../format.ts";
import { MODE_WORDS, QUEUE_WORDS } from "../../labels.ts";
import { useNow } from "../../now.ts";
import { routeHash } from "../../routes.ts";
import { agentCore, agentPhase, agentTimes, outputTokens } from "../../selectors.ts";
import { useAgent, useSystem } from "../../store.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { ContextMarks, Grants, Groups } from "./AccessParts.tsx";
import { filesTouched } from "./files-touched.ts";
import { Part } from "./Part.tsx";
import styles from "./SidePanel.module.css";

interface SidePanelProps {
  readonly agent: AgentView;
  readonly marks: readonly ContextMark[];
  readonly calls: readonly SyscallDetail[];
}

/** Figures and belongings of the agent. */
export function SidePanel({ agent, marks, calls }: SidePanelProps) {
  return (
    <aside className={styles.panel} aria-label="Facts">
      <Part title="Accounts">
        <Accounts agent={agent} />
      </Part>
      <Part title="Context">
        <ContextFill agent={agent} />
      </Part>
      <Part title="Syscalls ended">
        <dl className={styles.facts}>
          {QUEUE_NAMES.map((kind) => (
            <Fact key={kind} label={QUEUE_WORDS[kind]} quantity={count(agent.calls[kind])} />
          ))}
        </dl>
      </Part>
      <ContextMarks agent={agent} marks={marks} calls={calls} />
      <Grants agent={agent} />
      <Groups agent={agent} />
      <Files calls={calls} />
      <Family agent={agent} />
      <Part title="Set up">
        <dl className={styles.facts}>
          <Fact label="Agent" quantity={word(agent.name)} />
          <Fact label="Model" quantity={word(agent.model ?? "default")} />
          <Fact label="Permission" quantity={word(MODE_WORDS[agent.mode])} />
        </dl>
      </Part>
    </aside>
  );
}

const count = (value: number): Quantity => ({ value: formatCount(value), unit: "" });
const word = (value: string): Quantity => ({ value, unit: "" });

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

function Accounts({ agent }: { readonly agent: AgentView }) {
  const now = useNow();
  const times = useSystem((system) => agentTimes(agent, system, now));
  const output = useSystem((system) => outputTokens(agent, system));
  return (
    <dl className={styles.facts}>
      <Fact label="Wait" quantity={durationQuantity(times.waitMs)} />
      <Fact label="Service" quantity={durationQuantity(times.serviceMs)} />
      <Fact label="Lifetime" quantity={durationQuantity((agent.endedAt ?? now) - agent.createdAt)} />
      <Fact label="Prompt" quantity={{ value: formatCount(agent.promptTokens), unit: "tok" }} />
      <Fact label="Output" quantity={{ value: formatCount(output), unit: "tok" }} />
      <Fact label="Cost" quantity={word(formatCost(agent.costUsd))} />
      <Fact label="Switches" quantity={count(agent.switches)} />
    </dl>
  );
}

function ContextFill({ agent }: { readonly agent: AgentView }) {
  const windowTokens = useSystem((system) => agentCore(agent, system)?.capabilities.contextTokens ?? null);
  return (
    <>
      <p className={styles.fill}>
        <Figure value={formatCount(agent.contextTokens)} unit="tok" />
        <span className="soft figures">
          {windowTokens === null
            ? "window not known"
            : `${formatPercent(agent.contextTokens / windowTokens)} of ${formatCount(windowTokens)}`}
        </span>
      </p>
      <SplitBar
        parts={[{ label: "Used", value: agent.contextTokens }]}
        whole={windowTokens}
        unit="tokens"
        legend="unseen"
      />
      {agent.truncation && (
        <p className={styles.warned}>
          <Badge tone="warning">Beginning dropped</Badge>{" "}
          <a href={routeHash({ screen: "agent", agentId: agent.id, tab: "context" })}>See the context</a>
        </p>
      )}
      {agent.compactions + agent.rewinds > 0 && (
        <dl className={`${styles.facts} ${styles.changes}`}>
          <Fact label="Compactions" quantity={count(agent.compactions)} />
          <Fact label="Rewinds" quantity={count(agent.rewinds)} />
        </dl>
      )}
    </>
  );
}

function Files({ calls }: { readonly calls: readonly SyscallDetail[] }) {
  const files = filesTouched(calls);
  return (
    <Part title="Files touched">
      {files.length === 0 ? (
        <p className="soft">None.</p>
      ) : (
        <ul className={styles.list}>
          {files.map((file) => (
            <li key={file.path} className={styles.file}>
              <code>
                <VisibleText text={file.path} />
              </code>
              <span className="soft">
                {file.touches.join(", ")} <span className="mono faint">{file.last}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

function Family({ agent }: { readonly agent: AgentView }) {
  const parent = useAgent(agent.parent);
  const origin = useAgent(agent.forkedFrom);
  const children = useSystem((system) =>
    [...system.agents.values()].filter((other) => other.parent === agent.id),
  );
  const forks = useSystem((system) =>
    [...system.agents.values()].filter((other) => other.forkedFrom === agent.id),
  );
  return (
    <>
      {agent.forkedFrom !== null && (
        <Part title="Forked from">
          {origin ? <Relative agent={origin} /> : <p className="mono soft">{agent.forkedFrom}</p>}
        </Part>
      )}
      {agent.parent !== null && (
        <Part title="Started by">
          {parent ? <Relative agent={parent} /> : <p className="mono soft">{agent.parent}</p>}
        </Part>
      )}
      {children.length > 0 && <Relatives title="Children" agents={children} />}
      {forks.length > 0 && <Relatives title="Forks" agents={forks} />}
    </>
  );
}

function Relatives({ title, agents }: { readonly title: string; readonly agents: readonly AgentView[] }) {
  return (
    <Part title={title}>
      <ul className={styles.list}>
        {agents.map((agent) => (
          <li key={agent.id}>
            <Relative agent={agent} />
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Relative({ agent }: { readonly agent: AgentView }) {
  const phase = useSystem((system) => agentPhase(agent, system));
  return (
    <a className={styles.relative} href={routeHash({ screen: "agent", agentId: agent.id })}>
      <span className="mono">{agent.id}</span>
      <span className={styles.name}>{agent.title}</span>
      <StateMark state={phase} />
    </a>
  );
}
