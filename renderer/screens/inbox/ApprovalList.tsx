import type { ApprovalId } from "../../../shared/ids.ts";
import type { Approval, DecidedApproval } from "../../../shared/permission.ts";
import { classes } from "../../components/classes.ts";
import { StateMark } from "../../components/StateMark.tsx";
import { formatAge, formatTime } from "../../format.ts";
import { useNow } from "../../now.ts";
import { permissionAnswerLine, subjectOf } from "../agent/permission-text.ts";
import styles from "./ApprovalList.module.css";
import type { InboxRow } from "./order.ts";
import { RiskMark } from "./RiskMark.tsx";
import { VisibleText } from "./VisibleText.tsx";

export interface ApprovalListProps {
  readonly rows: readonly InboxRow[];
  readonly selected: ApprovalId | null;
  readonly onSelect: (approval: Approval) => void;
  /** `hold` while the pointer is over the rows. */
  readonly onHold: (order: "sort" | "hold") => void;
}

/** Requests that wait, by risk, then by age. */
export function ApprovalList({ rows, selected, onSelect, onHold }: ApprovalListProps) {
  const now = useNow();
  return (
    <ul
      className={styles.list}
      aria-label="Requests that wait for you"
      onPointerEnter={() => onHold("hold")}
      onPointerLeave={() => onHold("sort")}
    >
      {rows.map(({ approval, state }) => (
        <li key={approval.id}>
          <button
            type="button"
            id={rowId(approval.id)}
            className={classes(styles.row, state === "gone" && styles.gone)}
            aria-current={approval.id === selected || undefined}
            disabled={state === "gone"}
            tabIndex={approval.id === selected || selected === null ? 0 : -1}
            onClick={() => onSelect(approval)}
          >
            <RiskMark risk={approval.risk} show="shape" />
            <RowText approval={approval} />
            <span className={classes(styles.age, "figures")}>
              {state === "gone" ? "answered" : formatAge(now - approval.requestedAt)}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

export const rowId = (id: ApprovalId): string => `request-${id}`;

function RowText({ approval }: { readonly approval: Approval }) {
  return (
    <span className={styles.text}>
      <span className={styles.tool}>
        <span className="mono">{approval.tool}</span> <span className="faint mono">{approval.agentId}</span>
      </span>
      <span className={classes(styles.subject, "mono")}>
        <VisibleText text={subjectOf(approval)} />
      </span>
    </span>
  );
}

export interface DecidedListProps {
  readonly decided: readonly DecidedApproval[];
  readonly selected: ApprovalId | null;
  readonly onSelect: (approval: Approval) => void;
}

/** What was decided lately: the answer, by whom, and when. */
export function DecidedList({ decided, selected, onSelect }: DecidedListProps) {
  return (
    <ul className={styles.list} aria-label="Decided requests">
      {decided.map(({ approval, answer, by, decidedAt }) => (
        <li key={approval.id}>
          <button
            type="button"
            className={styles.row}
            aria-current={approval.id === selected || undefined}
            onClick={() => onSelect(approval)}
          >
            <StateMark
              state={answer.type === "deny" ? "denied" : "done"}
              word={permissionAnswerLine(answer, by).text}
              show="shape"
            />
            <span className={styles.text}>
              <span className={styles.tool}>
                <span className="mono">{approval.tool}</span>{" "}
                <span className="faint mono">{approval.agentId}</span>
              </span>
              <span className={styles.subject}>{permissionAnswerLine(answer, by).text}</span>
            </span>
            <span className={classes(styles.age, "figures")}>{formatTime(decidedAt)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
