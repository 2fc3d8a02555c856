import { Play, Users } from "lucide-react";
import { modeSchema } from "../../../shared/permission.ts";
import { policySchema } from "../../../shared/settings.ts";
import { Button } from "../../components/Button.tsx";
import { Field } from "../../components/Field.tsx";
import { NumberInput, Select } from "../../components/inputs.tsx";
import { useActions } from "../../frame/actions.tsx";
import { MODE_WORDS, POLICY_WORDS } from "../../labels.ts";
import { useSystem } from "../../store.tsx";
import styles from "./Toolbar.module.css";

const POLICIES = policySchema.options.map((value) => ({ value, label: POLICY_WORDS[value] }));
const MODES = modeSchema.options.map((value) => ({ value, label: MODE_WORDS[value] }));

/** Launching, and the settings that count at once for all agents. */
export function Toolbar() {
  const settings = useSystem((system) => system.settings);
  const actions = useActions();
  return (
    <div className={styles.toolbar}>
      <Button variant="primary" icon={Play} onClick={() => actions.launch()}>
        Launch
      </Button>
      <Button icon={Users} onClick={() => actions.launchFleet()}>
        Launch a demo fleet
      </Button>
      <div className={styles.space} />
      <Field label="Policy" className={styles.setting}>
        <Select
          className={styles.policy}
          value={settings.policy}
          choices={POLICIES}
          onChoose={(policy) => actions.changeSettings({ policy })}
        />
      </Field>
      <Field label="Slice, tokens" className={styles.setting}>
        <NumberInput
          className={styles.slice}
          value={settings.sliceTokens}
          minimum={1}
          maximum={4_096}
          disabled={settings.policy === "fifo"}
          title={settings.policy === "fifo" ? "FIFO does not take calls off a slot" : undefined}
          onCommit={(sliceTokens) => actions.changeSettings({ sliceTokens })}
        />
      </Field>
      <Field label="Permissions" className={styles.setting}>
        <Select
          className={styles.mode}
          value={settings.mode}
          choices={MODES}
          onChoose={(mode) => actions.changeSettings({ mode })}
        />
      </Field>
    </div>
  );
}
