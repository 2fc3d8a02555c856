import { ChevronDown, ChevronUp, Pause, Play, SquareArrowOutUpRight, X } from "lucide-react";
import { memo, type ReactElement, type ReactNode } from "react";
import type { AgentId } from "../../../shared/ids.ts";
import { classes } from "../../components/classes.ts";
import { StateMark } from "../../components/StateMark.tsx";
import { Figure } from "../../components/Table.tsx";
import { durationQuantity, formatCost, formatCount, formatPercent, formatTokens } from "../../format.ts";
import { useActions } from "../../frame/actions.tsx";
import { routeHash } from "../../routes.ts";
import { goTo, useSystem } from "../../store.tsx";
import styles from "./AgentTable.module.css";
import { type RowView, rowView } from "./row-view.ts";

// Made once: a table draws hundreds, and React leaves alone what is the same element.
const DOWN = <ChevronDown size={14} aria-hidden />;
const UP = <ChevronUp size={14} aria-hidden />;
const PLAY = <Play size={14} aria-hidden />;
const PAUSE = <Pause size={14} aria-hidden />;
const CROSS = <X size={14} aria-hidden />;
const OPEN = <SquareArrowOutUpRight size={14} aria-hidden />;

export const rowElementId = (id: AgentId): string => `agent-row-${id}`;

export interface AgentRowProps {
  readonly id: AgentId;
  /** Wall time in ms that waits are counted up to. */
  readonly now: number;
  /** Distance from the top of the rows, in px. */
  readonly top: number;
  /** Its place in the whole table, the heading being 1. */
  readonly number: number;
  readonly selection: "selected" | "plain";
  readonly totalServiceMs: number;
  readonly sharers: number;
  readonly onSelect: (id: AgentId) => void;
}

/** One agent. Draws itself again only when something that it shows has changed. */
export const AgentRow = memo(function AgentRow(props: AgentRowProps) {
  const { id, now, top, number, selection, totalServiceMs, sharers, onSelect } = props;
  const view = useSystem((system) => rowView(id, system, now));
  if (!view) return null;
  const { agent } = view;
  return (
    <tr
      id={rowElementId(id)}
      tabIndex={-1}
      aria-rowindex={number}
      aria-selected={selection === "selected"}
      className={classes(styles.row, agent.ending !== null && styles.ended)}
      style={{ transform: `translateY(${top}px)` }}
      onPointerDown={() => onSelect(id)}
      onDoubleClick={() => goTo({ screen: "agent", agentId: id })}
    >
      <Cell>
        <a
          className={classes("mono", styles.id)}
          href={routeHash({ screen: "agent", agentId: id })}
          tabIndex={-1}
        >
          {id}
        </a>
      </Cell>
      <Cell title={agent.name}>{agent.title}</Cell>
      <Cell title={agent.task}>{agent.task}</Cell>
      <td className={classes(styles.cell, styles.parts)}>
        <StateMark state={view.phase} />
      </td>
      <Cell title={agent.error?.message ?? view.waitingFor}>{agent.error?.message ?? view.waitingFor}</Cell>
      <NumberCell of={view.serviceMs}>
        <Figure {...durationQuantity(view.serviceMs)} />
      </NumberCell>
      <NumberCell of={view.waitMs}>
        <Figure {...durationQuantity(view.waitMs)} />
      </NumberCell>
      <ShareCell view={view} totalServiceMs={totalServiceMs} sharers={sharers} />
      <ContextCell view={view} />
      <NumberCell of={view.tokens}>{formatTokens(view.tokens)}</NumberCell>
      <NumberCell of={agent.costUsd}>{formatCost(agent.costUsd)}</NumberCell>
      <NumberCell of={agent.switches}>{formatCount(agent.switches)}</NumberCell>
      <PriorityCell view={view} />
      <ActionsCell view={view} />
    </tr>
  );
});

interface CellProps {
  readonly title?: string;
  readonly children: ReactNode;
}

const Cell = ({ title, children }: CellProps) => (
  <td className={styles.cell} title={title}>
    {children}
  </td>
);

interface NumberCellProps {
  /** The value itself: nothing is set back. */
  readonly of?: number;
  readonly children: ReactNode;
}

const NumberCell = ({ of, children }: NumberCellProps) => (
  <td className={classes(styles.cell, styles.number, of === 0 && styles.zero)}>{children}</td>
);

interface ShareCellProps {
  readonly view: RowView;
  readonly totalServiceMs: number;
  readonly sharers: number;
}

function ShareCell({ view, totalServiceMs, sharers }: ShareCellProps) {
  if (view.agent.ending !== null) return <Cell>{null}</Cell>;
  const share = totalServiceMs > 0 ? view.serviceMs / totalServiceMs : 0;
  const fair = sharers > 0 ? 1 / sharers : 1;
  // The bar ends at twice the fair share, so that the mark stands in the middle of every row.
  const width = Math.min(1, share / (2 * fair));
  return (
    <td
      className={classes(styles.cell, styles.parts)}
      title={`${formatPercent(share)} of the service; fair would be ${formatPercent(fair)}`}
    >
      <span className="unseen">{`${formatPercent(share)}, fair ${formatPercent(fair)}`}</span>
      <div className={styles.bar}>
        <div className={styles.fill} style={{ width: `${100 * width}%` }} />
        <div className={styles.fair} style={{ left: "50%" }} />
      </div>
    </td>
  );
}

function ContextCell({ view: { agent, windowTokens } }: { readonly view: RowView }) {
  if (agent.contextTokens === 0) return <Cell>{null}</Cell>;
  if (windowTokens === null) return <Cell>{`${formatTokens(agent.contextTokens)} tok`}</Cell>;
  const fill = agent.contextTokens / windowTokens;
  return (
    <td
      className={classes(styles.cell, styles.parts)}
      title={`${formatCount(agent.contextTokens)} of ${formatCount(windowTokens)} tokens`}
    >
      <div className={styles.bar}>
        <div
          className={classes(styles.fill, fill > 0.8 && styles.full)}
          style={{ width: `${100 * Math.min(1, fill)}%` }}
        />
      </div>
      <span className={styles.percent}>{formatPercent(fill)}</span>
    </td>
  );
}

function PriorityCell({ view: { agent } }: { readonly view: RowView }) {
  const actions = useActions();
  return (
    <td className={classes(styles.cell, styles.number, styles.parts)}>
      <RowButton
        icon={DOWN}
        label={`Lower priority of ${agent.id}`}
        state={agent.ending === null && agent.priority > 0 ? "enabled" : "hidden"}
        look={styles.narrow}
        onClick={() => actions.changePriority(agent.id, -1)}
      />
      <span className={styles.priority}>{agent.priority}</span>
      <RowButton
        icon={UP}
        label={`Raise priority of ${agent.id}`}
        state={agent.ending === null && agent.priority < 9 ? "enabled" : "hidden"}
        look={styles.narrow}
        onClick={() => actions.changePriority(agent.id, 1)}
      />
    </td>
  );
}

function ActionsCell({ view: { agent } }: { readonly view: RowView }) {
  const actions = useActions();
  const control = agent.ending === null ? "enabled" : "hidden";
  return (
    <td className={classes(styles.cell, styles.number, styles.parts)}>
      {agent.control === "paused" ? (
        <RowButton
          icon={PLAY}
          label={`Resume ${agent.id}`}
          state={control}
          onClick={() => actions.resume(agent.id)}
        />
      ) : (
        <RowButton
          icon={PAUSE}
          label={`Pause ${agent.id}`}
          state={control}
          onClick={() => actions.pause(agent.id)}
        />
      )}
      <RowButton
        icon={CROSS}
        label={`Kill ${agent.id}`}
        state={control}
        look={styles.kill}
        onClick={() => actions.kill(agent.id)}
      />
      <RowButton
        icon={OPEN}
        label={`Open ${agent.id}`}
        state="enabled"
        onClick={() => goTo({ screen: "agent", agentId: agent.id })}
      />
    </td>
  );
}

interface RowButtonProps {
  readonly icon: ReactElement;
  readonly label: string;
  readonly state: "enabled" | "hidden";
  readonly look?: string | undefined;
  readonly onClick: () => void;
}

/** Lighter than IconButton: a table draws hundreds. Keys do the same, so it is no stop for Tab. */
const RowButton = ({ icon, label, state, look, onClick }: RowButtonProps) => (
  <button
    type="button"
    tabIndex={-1}
    className={classes(styles.tool, look)}
    aria-label={label}
    title={label}
    disabled={state === "hidden"}
    onClick={onClick}
  >
    {icon}
  </button>
);
