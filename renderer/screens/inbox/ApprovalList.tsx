import { MessageCircleQuestionMark } from "lucide-react";
import { memo } from "react";
import type { DecidedApproval } from "../../../shared/permission.ts";
import { Badge } from "../../components/Badge.tsx";
import { classes } from "../../components/classes.ts";
import { StateMark } from "../../components/StateMark.tsx";
import { formatTime } from "../../format.ts";
import { permissionAnswerLine, subjectOf } from "../agent/permission-text.ts";
import styles from "./ApprovalList.module.css";
import { Countdown } from "./Countdown.tsx";
import { type InboxItem, type ItemId, requestItem } from "./items.ts";
import type { InboxRow } from "./order.ts";
import { RiskMark } from "./RiskMark.tsx";
import { VisibleText } from "./VisibleText.tsx";

export interface ApprovalListProps {
  readonly rows: readonly InboxRow[];
  readonly selected: ItemId | null;
  readonly onSelect: (item: InboxItem) => void;
  /** `hold` while the pointer is over the rows. */
  readonly onHold: (order: "sort" | "hold") => void;
}

/** What waits, by risk, then by age. */
export function ApprovalList({ rows, selected, onSelect, onHold }: ApprovalListProps) {
  return (
    <ul
      className={styles.list}
      aria-label="Requests that wait for you"
      onPointerEnter={() => onHold("hold")}
      onPointerLeave={() => onHold("sort")}
    >
      {rows.map(({ item, state }) => (
        <li key={item.id}>
          <button
            type="button"
            id={rowId(item.id)}
            className={classes(styles.row, state === "gone" && styles.gone)}
            aria-current={item.id === selected || undefined}
            disabled={state === "gone"}
            tabIndex={item.id === selected || selected === null ? 0 : -1}
            onClick={() => onSelect(item)}
          >
            {item.type === "request" ? (
              <RiskMark risk={item.approval.risk} show="shape" />
            ) : (
              <span className={styles.question} title="Question of a server">
                <MessageCircleQuestionMark size={14} aria-hidden />
                <span className="unseen">Question of a server</span>
              </span>
            )}
            <RowText item={item} />
            <span className={styles.age}>
              {state === "gone" ? "answered" : <Countdown until={expiryOf(item)} show="figures" />}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

export const rowId = (id: ItemId): string => `request-${id}`;

const expiryOf = (item: InboxItem): number =>
  item.type === "request" ? item.approval.expiresAt : item.question.expiresAt;

/** Drawn again only when the item is another: fifty rows count down together. */
const RowText = memo(function RowText({ item }: { readonly item: InboxItem }) {
  if (item.type === "question") {
    return (
      <span className={styles.text}>
        <span className={styles.tool}>
          Server <span className="mono">{item.question.server}</span> asks
        </span>
        <span className={styles.subject}>
          <VisibleText text={item.question.message} />
        </span>
      </span>
    );
  }
  const { approval, same } = item;
  return (
    <span className={styles.text}>
      <span className={styles.tool}>
        <span className="mono">{approval.tool}</span> <span className="faint mono">{approval.agentId}</span>
        {same.length > 1 && (
          <>
            {" "}
            <Badge tone="asking">
              <span aria-hidden="true">×{same.length}</span>
              <span className="unseen">{same.length} identical calls</span>
            </Badge>
          </>
        )}
      </span>
      <span className={classes(styles.subject, "mono")}>
        <VisibleText text={subjectOf(approval)} />
      </span>
    </span>
  );
});

export interface DecidedListProps {
  readonly decided: readonly DecidedApproval[];
  readonly selected: ItemId | null;
  readonly onSelect: (item: InboxItem) => void;
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
            onClick={() => onSelect(requestItem(approval))}
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
