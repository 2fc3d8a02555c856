import { Badge } from "../../components/Badge.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import { formatCount } from "../../format.ts";
import type { AccessTab } from "../../routes.ts";
import { useNavigation, useSystem } from "../../store.tsx";
import styles from "./AccessScreen.module.css";
import { AuditTab } from "./AuditTab.tsx";
import { GrantsTab } from "./GrantsTab.tsx";
import { GroupsTab } from "./GroupsTab.tsx";
import { ReachTab } from "./ReachTab.tsx";
import { RulesTab } from "./RulesTab.tsx";

/** What agents may do, who said so, and what was decided. */
export function AccessScreen() {
  const { route, go } = useNavigation();
  const tab = route.screen === "access" ? (route.tab ?? "rules") : "rules";
  const rules = useSystem((system) => system.rules.size);
  const groups = useSystem((system) => system.groups.size);
  const grants = useSystem((system) => system.grants.size);
  return (
    <div className={styles.screen}>
      <h1 className={styles.title}>Access</h1>
      <Tabs<AccessTab>
        label="Parts of access"
        className={styles.tabs}
        value={tab}
        onChange={(next) => go({ screen: "access", tab: next })}
        items={[
          { value: "rules", label: "Rules", mark: <Count of={rules} />, content: <RulesTab /> },
          { value: "groups", label: "Groups", mark: <Count of={groups} />, content: <GroupsTab /> },
          { value: "grants", label: "Grants", mark: <Count of={grants} />, content: <GrantsTab /> },
          { value: "reach", label: "Reach", content: <ReachTab /> },
          { value: "audit", label: "Audit", content: <AuditTab /> },
        ]}
      />
    </div>
  );
}

const Count = ({ of }: { readonly of: number }) => <Badge>{formatCount(of)}</Badge>;
