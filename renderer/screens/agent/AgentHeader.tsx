import { ChevronDown, ChevronUp, Pause, Play, X } from "lucide-react";
import type { AgentView } from "../../../shared/state.ts";
import { Button, IconButton } from "../../components/Button.tsx";
import { StateMark } from "../../components/StateMark.tsx";
import { useActions } from "../../frame/actions.tsx";
import { useNow } from "../../now.ts";
import { routeHash } from "../../routes.ts";
import { agentPhase, waitingFor } from "../../selectors.ts";
import { useSystem } from "../../store.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import styles from "./AgentHeader.module.css";
import { AgentIcon } from "./AgentIcon.tsx";
import { useFold } from "./folds.tsx";

const LOWEST = 0;
const HIGHEST = 9;
/** Longest task shown before it folds, in characters. */
const TASK_CHARACTERS = 240;

/** Who the agent is, what it does now, and the levers. */
export function AgentHeader({ agent }: { readonly agent: AgentView }) {
  const now = useNow();
  const phase = useSystem((system) => agentPhase(agent, system));
  const waits = useSystem((system) => waitingFor(agent, system, now));
  return (
    <header className={styles.header}>
      <div className={styles.line}>
        <AgentIcon name={agent.icon} size={20} />
        <h1>
          {agent.title} <span className={styles.id}>{agent.id}</span>
        </h1>
        <StateMark state={phase} />
        {waits !== "" && (
          <span className={styles.waits}>
            waits for {phase === "asking" ? <a href={routeHash({ screen: "inbox" })}>{waits}</a> : waits}
          </span>
        )}
        {agent.forkedFrom && (
          <span className={styles.waits}>
            forked from{" "}
            <a className="mono" href={routeHash({ screen: "agent", agentId: agent.forkedFrom })}>
              {agent.forkedFrom}
            </a>
          </span>
        )}
        {agent.ending === null && <Levers agent={agent} />}
      </div>
      <Goal task={agent.task} />
    </header>
  );
}

function Levers({ agent }: { readonly agent: AgentView }) {
  const actions = useActions();
  return (
    <div className={styles.levers}>
      <fieldset className={styles.priority}>
        <legend className="unseen">Priority</legend>
        <span className="soft">Priority</span>
        <IconButton
          icon={ChevronDown}
          size="small"
          label="Lower the priority"
          disabled={agent.priority <= LOWEST}
          onClick={() => actions.changePriority(agent.id, -1)}
        />
        <output className="figures">{agent.priority}</output>
        <IconButton
          icon={ChevronUp}
          size="small"
          label="Raise the priority"
          disabled={agent.priority >= HIGHEST}
          onClick={() => actions.changePriority(agent.id, 1)}
        />
      </fieldset>
      {agent.control === "paused" ? (
        <Button icon={Play} onClick={() => actions.resume(agent.id)}>
          Resume
        </Button>
      ) : (
        <Button icon={Pause} onClick={() => actions.pause(agent.id)}>
          Pause
        </Button>
      )}
      <Button icon={X} onClick={() => actions.kill(agent.id)}>
        Kill
      </Button>
    </div>
  );
}

function Goal({ task }: { readonly task: string }) {
  const [fold, toggle] = useFold("goal", "folded");
  const isLong = task.length > TASK_CHARACTERS;
  return (
    <div className={styles.goal}>
      <span className={styles.label}>Goal</span>
      <p>
        <VisibleText text={isLong && fold === "folded" ? `${task.slice(0, TASK_CHARACTERS)}…` : task} />
        {isLong && (
          <Button size="small" variant="quiet" aria-expanded={fold === "open"} onClick={toggle}>
            {fold === "open" ? "Fold" : "Show all"}
          </Button>
        )}
      </p>
    </div>
  );
}
