import { Plus, ScrollText } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { Rule, RuleDraft } from "../../../shared/access.ts";
import { Badge } from "../../components/Badge.tsx";
import { Button } from "../../components/Button.tsx";
import { Empty } from "../../components/Feedback.tsx";
import { Table } from "../../components/Table.tsx";
import { useRequest, useSystem } from "../../store.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { RuleDialog } from "./RuleDialog.tsx";
import styles from "./Tab.module.css";
import { formatWhen } from "./when.ts";
import { VERDICT_LOOK } from "./words.ts";

/** Rules that hold, newest first, each in the words under which it was saved. */
export function RulesTab() {
  const rules = useSystem((system) => [...system.rules.values()].reverse());
  const [adding, setAdding] = useState<"open" | "closed">("closed");
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => setAdding("open")}>
      New rule
    </Button>
  );
  return (
    <div className={styles.tab}>
      <header className={styles.head}>
        <p className={styles.about}>
          Deny over ask over allow: the strictest rule that matches counts. No rule allows what cannot be
          taken back. A change takes effect with the next call.
        </p>
        {rules.length > 0 && add}
      </header>
      {rules.length === 0 ? (
        <Empty icon={ScrollText} actions={add}>
          No rule yet. Without one, privilege groups and the permission mode decide.
        </Empty>
      ) : (
        <div className={styles.scroll}>
          <Table
            label="Rules"
            columns={[
              { id: "id", label: "Id" },
              { id: "verdict", label: "Verdict" },
              { id: "words", label: "Rule" },
              { id: "source", label: "From" },
              { id: "since", label: "Since" },
              { id: "ends", label: "Ends" },
              { id: "revoke", label: <span className="unseen">Revoke</span> },
            ]}
          >
            {rules.map((rule) => (
              <RuleRow key={rule.id} rule={rule} />
            ))}
          </Table>
        </div>
      )}
      <RuleDialog open={adding === "open"} onClose={() => setAdding("closed")} />
    </div>
  );
}

function RuleRow({ rule }: { readonly rule: Rule }) {
  const request = useRequest();
  const look = VERDICT_LOOK[rule.verdict];
  const revoke = async (): Promise<void> => {
    const revoked = await request("rules.revoke", { ruleId: rule.id });
    if (!revoked) return;
    toast(`Revoked ${rule.id}`, {
      description: rule.text,
      action: { label: "Undo", onClick: () => void request("rules.add", { draft: draftOf(rule) }) },
    });
  };
  return (
    <tr>
      <td className="mono faint">{rule.id}</td>
      <td>
        <Badge tone={look.tone}>{look.word}</Badge>
      </td>
      <td className={styles.words}>
        <VisibleText text={rule.text} />
      </td>
      <td>{rule.source === "person" ? "You" : "Workspace"}</td>
      <td className={styles.when}>{formatWhen(rule.createdAt)}</td>
      <td className={styles.when}>{rule.expiresAt === null ? "No end" : formatWhen(rule.expiresAt)}</td>
      <td className={styles.end}>
        {rule.source === "person" ? (
          <Button size="small" aria-label={`Revoke ${rule.id}: ${rule.text}`} onClick={() => void revoke()}>
            Revoke
          </Button>
        ) : (
          <span className="faint">in .aios/access.json</span>
        )}
      </td>
    </tr>
  );
}

/** What is saved of a rule, without what the kernel added to it. */
const draftOf = ({ id: _id, text: _text, createdAt: _at, source: _source, ...draft }: Rule): RuleDraft =>
  draft;
