import { Plus } from "lucide-react";
import { useState } from "react";
import type { PrivilegeGroup } from "../../../shared/access.ts";
import type { AgentManifest } from "../../../shared/manifest.ts";
import { STANDARD_GROUP } from "../../../shared/standard-group.ts";
import { Button } from "../../components/Button.tsx";
import { ConfirmDialog } from "../../components/Dialog.tsx";
import { useRequest, useSystem } from "../../store.tsx";
import { GroupDialog } from "./GroupDialog.tsx";
import styles from "./GroupsTab.module.css";
import tab from "./Tab.module.css";
import { useChoices } from "./use-choices.ts";
import { ceilingWords } from "./words.ts";

/** Privilege groups, the standard one first: what their members may do at most. */
export function GroupsTab() {
  const request = useRequest();
  const { agents } = useChoices();
  const groups = useSystem((system) => [...system.groups.values()]);
  const [edited, setEdited] = useState<PrivilegeGroup | "new" | null>(null);
  const [doomed, setDoomed] = useState<PrivilegeGroup | null>(null);
  const stranded =
    doomed === null ? [] : membersOf(doomed, agents).filter(({ groups: all }) => all.length === 1);
  return (
    <div className={tab.tab}>
      <header className={tab.head}>
        <p className={tab.about}>
          What members may do at most. An agent belongs to the groups that its manifest names, else to
          Standard; a child agent never gets more than its parent.
        </p>
        <Button variant="primary" icon={Plus} onClick={() => setEdited("new")}>
          New group
        </Button>
      </header>
      <ul className={styles.groups}>
        {groups.map((group) => (
          <li key={group.name}>
            <GroupCard
              group={group}
              members={membersOf(group, agents)}
              onEdit={() => setEdited(group)}
              onRemove={() => setDoomed(group)}
            />
          </li>
        ))}
      </ul>
      <GroupDialog edited={edited} taken={groups.map(({ name }) => name)} onClose={() => setEdited(null)} />
      <ConfirmDialog
        open={doomed !== null}
        onOpenChange={(open) => {
          if (!open) setDoomed(null);
        }}
        title={`Remove ${doomed?.title ?? ""}?`}
        description={
          stranded.length === 0
            ? "No agent depends on it alone. Manifests that name it keep the name, without effect."
            : `These agents are in no other group and may then do nothing that has an effect: ${stranded.map(({ title }) => title).join(", ")}.`
        }
        confirm="Remove"
        onConfirm={() => {
          if (doomed) void request("groups.remove", { name: doomed.name });
        }}
      />
    </div>
  );
}

const membersOf = (group: PrivilegeGroup, agents: readonly AgentManifest[]): readonly AgentManifest[] =>
  agents.filter(({ groups }) => groups.includes(group.name));

interface GroupCardProps {
  readonly group: PrivilegeGroup;
  readonly members: readonly AgentManifest[];
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

function GroupCard({ group, members, onEdit, onRemove }: GroupCardProps) {
  return (
    <article className={styles.card} aria-label={`Group ${group.title}`}>
      <header className={styles.head}>
        <h2>
          {group.title} <span className="mono faint">{group.name}</span>
        </h2>
        <div className={styles.actions}>
          <Button size="small" aria-label={`Edit ${group.title}`} onClick={onEdit}>
            Edit
          </Button>
          {group.name !== STANDARD_GROUP.name && (
            <Button size="small" aria-label={`Remove ${group.title}`} onClick={onRemove}>
              Remove
            </Button>
          )}
        </div>
      </header>
      {group.description !== "" && <p className="soft">{group.description}</p>}
      <dl className={styles.ceilings}>
        {ceilingWords(group).map(({ label, text }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.members}>
        <span className="soft">{members.length === 1 ? "1 member: " : `${members.length} members: `}</span>
        {members.length === 0 ? "no manifest names it" : members.map(({ title }) => title).join(", ")}
      </p>
    </article>
  );
}
