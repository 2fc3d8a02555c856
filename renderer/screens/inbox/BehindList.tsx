import type { Approval } from "../../../shared/permission.ts";
import { StateMark } from "../../components/StateMark.tsx";
import { useSystem } from "../../store.tsx";
import { subjectOf } from "../agent/permission-text.ts";
import styles from "./BehindList.module.css";
import { agentsBehind, otherCalls, otherRequests } from "./behind.ts";
import { VisibleText } from "./VisibleText.tsx";

interface BehindListProps {
  readonly approval: Approval;
  /** Requests that are answered together with it. */
  readonly same: readonly Approval[];
}

/** Requests named; all of them are in the list beside. */
const FIRST_SHOWN = 8;

/** What else waits until the request is answered. */
export function BehindList({ approval, same }: BehindListProps) {
  const requests = useSystem((system) => otherRequests(approval, same, system));
  const calls = useSystem((system) => otherCalls(approval, system));
  const agents = useSystem((system) => agentsBehind(approval, system));
  return (
    <section>
      <h3 className={styles.title}>What else waits behind it</h3>
      {requests.length + calls.length + agents.length === 0 ? (
        <p className="soft">Only {approval.agentId} itself.</p>
      ) : (
        <ul className={styles.list}>
          {agents.map((agent) => (
            <li key={agent.id}>
              <StateMark state="blocked" show="shape" />
              <span className="mono">{agent.id}</span>
              <span>{agent.title} waits for this agent to end</span>
            </li>
          ))}
          {requests.slice(0, FIRST_SHOWN).map((request) => (
            <li key={request.id}>
              <StateMark state="asking" show="shape" />
              <span className="mono">{request.syscallId}</span>
              <span>
                <code>{request.tool}</code> asks too:{" "}
                <code>
                  <VisibleText text={subjectOf(request)} />
                </code>
              </span>
            </li>
          ))}
          {requests.length > FIRST_SHOWN && (
            <li className="soft">and {requests.length - FIRST_SHOWN} further requests, in the list</li>
          )}
          {calls.map((call) => (
            <li key={call.id}>
              <StateMark state={call.state} show="shape" />
              <span className="mono">{call.id}</span>
              <span>
                <code>{call.label === "" ? call.kind : call.label}</code> {call.state}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
