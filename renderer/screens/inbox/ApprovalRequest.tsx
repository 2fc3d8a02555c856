import { useEffect, useRef } from "react";
import type { Approval, DecidedApproval } from "../../../shared/permission.ts";
import { StateMark } from "../../components/StateMark.tsx";
import { formatAge, formatTime } from "../../format.ts";
import { useNow } from "../../now.ts";
import { routeHash } from "../../routes.ts";
import { useAgent } from "../../store.tsx";
import { permissionAnswerLine } from "../agent/permission-text.ts";
import styles from "./ApprovalRequest.module.css";
import { Arguments } from "./Arguments.tsx";
import { BehindList } from "./BehindList.tsx";
import { CommandView } from "./CommandView.tsx";
import { Countdown } from "./Countdown.tsx";
import { DiffView } from "./DiffView.tsx";
import { Effects } from "./Effects.tsx";
import { PlanView } from "./PlanView.tsx";
import { RiskMark } from "./RiskMark.tsx";
import { SameCalls } from "./SameCalls.tsx";
import { TaintNote } from "./TaintNote.tsx";
import { VisibleText } from "./VisibleText.tsx";

export interface ApprovalRequestProps {
  readonly approval: Approval;
  /** Identical requests that get the same answer, itself included. */
  readonly same: readonly Approval[];
  /** How it was decided; null while it waits, and when that is not known here. */
  readonly decided: DecidedApproval | null;
  readonly state: "waiting" | "settled";
  /** Changes with each answer given here: the heading then takes the focus. */
  readonly focusKey: number;
}

/** One request in full: who asks for what, what it does to the world, and every argument. */
export function ApprovalRequest({ approval, same, decided, state, focusKey }: ApprovalRequestProps) {
  const now = useNow();
  const agent = useAgent(approval.agentId);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (focusKey > 0) heading.current?.focus({ preventScroll: true });
  }, [focusKey]);
  return (
    <article className={styles.request} aria-labelledby="request-title">
      <header className={styles.head}>
        <h2 id="request-title" ref={heading} tabIndex={-1}>
          <a href={routeHash({ screen: "agent", agentId: approval.agentId })}>
            {agent?.title ?? "An agent"} <span className="mono">{approval.agentId}</span>
          </a>{" "}
          asks to use <code className={styles.tool}>{approval.tool}</code>
        </h2>
        <RiskMark risk={approval.risk} />
      </header>
      <p className={styles.reason}>{approval.reason}</p>
      <p className={styles.meta}>
        <span className="mono">{approval.id}</span> for <span className="mono">{approval.syscallId}</span>,
        asked {formatTime(approval.requestedAt)}
        {state === "waiting" && (
          <>
            <span className="figures"> ({formatAge(now - approval.requestedAt)})</span>,{" "}
            <Countdown until={approval.expiresAt} />
          </>
        )}
      </p>
      {state === "settled" && <Settled decided={decided} />}
      <TaintNote sources={approval.taint} />
      {same.length > 1 && state === "waiting" && <SameCalls same={same} />}

      {approval.preview.type === "plan" && (
        <>
          <h3>What it changes, all or nothing</h3>
          <PlanView key={approval.id} preview={approval.preview} />
        </>
      )}

      <h3>Effects</h3>
      <Effects key={`effects of ${approval.id}`} effects={approval.effects} />

      {approval.preview.type === "file-change" && (
        <>
          <h3>What it changes</h3>
          <DiffView key={approval.id} change={approval.preview} />
        </>
      )}

      {approval.preview.type === "command" && (
        <>
          <h3>What it runs</h3>
          <CommandView key={approval.id} preview={approval.preview} />
        </>
      )}

      <h3>Arguments</h3>
      <Arguments key={`arguments of ${approval.id}`} values={approval.arguments} />

      {state === "waiting" && <BehindList approval={approval} same={same} />}
      {agent && (
        <>
          <h3>Its task</h3>
          <p className={styles.task}>
            <VisibleText text={agent.task} />
          </p>
        </>
      )}
    </article>
  );
}

/** Says how a request that no longer waits was settled. */
function Settled({ decided }: { readonly decided: DecidedApproval | null }) {
  if (!decided) return <p className={styles.settled}>This request no longer waits: its call has ended.</p>;
  const line = permissionAnswerLine(decided.answer, decided.by);
  return (
    <p className={styles.settled}>
      <StateMark state={decided.answer.type === "deny" ? "denied" : "done"} word={line.text} />
      <span className="soft figures">at {formatTime(decided.decidedAt)}</span>
      {line.reason !== "" && <span>“{line.reason}”</span>}
    </p>
  );
}
