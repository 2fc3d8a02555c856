import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { Button } from "../../components/Button.tsx";
import { Field } from "../../components/Field.tsx";
import { TextArea } from "../../components/inputs.tsx";
import { useRequest, useSystem } from "../../store.tsx";
import styles from "./ReachTab.module.css";
import { checkLines, isChanged, REACH_LISTS, type ReachList } from "./reach-form.ts";
import tab from "./Tab.module.css";

const WORDS: Readonly<Record<ReachList, { readonly label: string; readonly hint: string }>> = {
  shellHosts: {
    label: "Hosts that commands may reach",
    hint: "One a line, such as registry.npmjs.org or *.example.com. A command still asks for each.",
  },
  allowedPrivateHosts: {
    label: "Private addresses that pages may be fetched from",
    hint: "One host:port a line, such as localhost:3000. All others of this machine and network are refused.",
  },
  outsideFolders: {
    label: "Folders for what comes from outside",
    hint: "One folder of the workspace a line. A file in them marks the agent that reads it.",
  },
};

/** How far tools reach at most, whatever an agent may do besides. */
export function ReachTab() {
  return (
    <div className={tab.tab}>
      <p className={tab.about}>
        How far commands and pages reach at most, and which files count as text from outside. A change takes
        effect with the next call.
      </p>
      <div className={styles.lists}>
        {REACH_LISTS.map((list) => (
          <ReachForm key={list} list={list} />
        ))}
      </div>
    </div>
  );
}

function ReachForm({ list }: { readonly list: ReachList }) {
  const request = useRequest();
  const settings = useSystem((system) => system.settings);
  /** null: as it is saved. */
  const [typed, setTyped] = useState<string | null>(null);
  const lines = typed ?? settings[list].join("\n");
  const checked = checkLines(list, lines);
  const changed = checked.type === "wrong" || isChanged(settings, list, checked.values);
  const { label, hint } = WORDS[list];

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (checked.type === "wrong" || !changed) return;
    if ((await request("settings.update", { [list]: [...checked.values] })) === null) return;
    setTyped(null);
    toast.success(`Saved: ${label.toLowerCase()}`);
  }
  return (
    <form className={styles.form} noValidate onSubmit={(event) => void save(event)}>
      <Field label={label} hint={hint} error={checked.type === "wrong" ? checked.message : null}>
        <TextArea
          className={styles.lines}
          spellCheck={false}
          value={lines}
          placeholder="none"
          onChange={(event) => setTyped(event.target.value)}
        />
      </Field>
      <div className={styles.buttons}>
        <Button type="submit" variant="primary" size="small" disabled={!changed || checked.type === "wrong"}>
          Save
        </Button>
        {changed && (
          <Button size="small" onClick={() => setTyped(null)}>
            Discard
          </Button>
        )}
      </div>
    </form>
  );
}
