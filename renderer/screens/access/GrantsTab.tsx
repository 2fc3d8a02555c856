import { KeyRound } from "lucide-react";
import { Button } from "../../components/Button.tsx";
import { Empty } from "../../components/Feedback.tsx";
import { Table } from "../../components/Table.tsx";
import { routeHash } from "../../routes.ts";
import { useRequest, useSystem } from "../../store.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import styles from "./Tab.module.css";
import { formatWhen } from "./when.ts";

/** What was allowed "for this run": ends with its agent, or when it is revoked. */
export function GrantsTab() {
  const request = useRequest();
  const grants = useSystem((system) => [...system.grants.values()].reverse());
  const titles = useSystem((system) =>
    [...system.grants.values()].reverse().map(({ agentId }) => system.agents.get(agentId)?.title ?? ""),
  );
  return (
    <div className={styles.tab}>
      <p className={styles.about}>
        Allowed for one agent, one tool and one run. A grant ends with its agent, and never covers what cannot
        be taken back.
      </p>
      {grants.length === 0 ? (
        <Empty icon={KeyRound} actions={<a href="#/inbox">See what asks</a>}>
          Nothing is allowed beyond single calls. “Allow for this run” in the Inbox gives a grant.
        </Empty>
      ) : (
        <div className={styles.scroll}>
          <Table
            label="Grants"
            columns={[
              { id: "agent", label: "Agent" },
              { id: "words", label: "Grant" },
              { id: "tool", label: "Tool" },
              { id: "since", label: "Since" },
              { id: "revoke", label: <span className="unseen">Revoke</span> },
            ]}
          >
            {grants.map((grant, index) => (
              <tr key={grant.id}>
                <td className={styles.when}>
                  <a href={routeHash({ screen: "agent", agentId: grant.agentId })}>
                    {titles[index]} <span className="mono">{grant.agentId}</span>
                  </a>
                </td>
                <td className={styles.words}>
                  <VisibleText text={grant.text} />
                </td>
                <td className="mono">{grant.tool}</td>
                <td className={styles.when}>{formatWhen(grant.createdAt)}</td>
                <td className={styles.end}>
                  <Button
                    size="small"
                    aria-label={`Revoke ${grant.id}: ${grant.text}`}
                    onClick={() => void request("grants.revoke", { grantId: grant.id })}
                  >
                    Revoke
                  </Button>
                </td>
              </tr>
            ))}
          </Table>
        </div>
      )}
    </div>
  );
}
