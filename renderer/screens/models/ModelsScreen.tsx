import { FilePlus, Plus, RefreshCw } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { CoreInfo } from "../../../shared/cores.ts";
import { Button } from "../../components/Button.tsx";
import { ConfirmDialog } from "../../components/Dialog.tsx";
import { Field } from "../../components/Field.tsx";
import { Select } from "../../components/inputs.tsx";
import { useActions } from "../../frame/actions.tsx";
import { useNavigation, useRequest, useSystem } from "../../store.tsx";
import { AddFileDialog } from "./AddFileDialog.tsx";
import { AddModelDialog } from "./AddModelDialog.tsx";
import { AddOnLine } from "./AddOnLine.tsx";
import { CoreCard } from "./CoreCard.tsx";
import { HowToConnect } from "./HowToConnect.tsx";
import { JobsPanel } from "./JobsPanel.tsx";
import { LocalCoreCard } from "./LocalCoreCard.tsx";
import styles from "./ModelsScreen.module.css";

/** The cores that there are, and the ways to have more. */
export function ModelsScreen() {
  const cores = useSystem((system) => [...system.cores.values()]);
  const [adding, setAdding] = useState<"open" | "closed">("closed");
  const [doomed, setDoomed] = useState<CoreInfo | null>(null);
  const { route, go } = useNavigation();
  const shown = route.screen === "models" ? (route.shown ?? null) : null;
  const request = useRequest();
  // Model files take the whole width: between the others they would leave holes.
  const ordered = [...cores.filter((core) => core.local), ...cores.filter((core) => !core.local)];
  const found = cores.some((core) => core.kind !== "offline");
  return (
    <div className={styles.screen}>
      <header className={styles.head}>
        <h1>Models</h1>
        <div className={styles.space} />
        <DefaultModel cores={cores} />
        <LookAgain />
        <Button
          icon={FilePlus}
          onClick={() => go({ screen: "models", shown: { type: "add-file", way: "disk" } })}
        >
          Add a model file
        </Button>
        <Button variant="primary" icon={Plus} onClick={() => setAdding("open")}>
          Add a model
        </Button>
      </header>
      <AddOnLine />
      <JobsPanel />
      <ul className={styles.cores}>
        {ordered.map((core) => (
          <li key={core.id} className={core.local ? styles.local : undefined}>
            {core.local ? (
              <LocalCoreCard core={core} local={core.local} onRemove={() => setDoomed(core)} />
            ) : (
              <CoreCard core={core} onRemove={() => setDoomed(core)} />
            )}
          </li>
        ))}
      </ul>
      {!found && <HowToConnect />}
      <AddFileDialog shown={shown} />
      <AddModelDialog open={adding === "open"} onOpenChange={(open) => setAdding(open ? "open" : "closed")} />
      <ConfirmDialog
        open={doomed !== null}
        onOpenChange={(open) => {
          if (!open) setDoomed(null);
        }}
        title={`Remove ${doomed?.title ?? ""}?`}
        description={doomed?.local ? FILE_REMOVED : SERVER_REMOVED}
        confirm="Remove"
        onConfirm={() => {
          if (doomed) void request("cores.remove", { coreId: doomed.id });
        }}
      />
    </div>
  );
}

const CALLS_END = "Calls that run on it now end; agents that name its model wait for another core.";
const SERVER_REMOVED = `Its key is forgotten too. ${CALLS_END}`;
const FILE_REMOVED = `The file stays where it is; the key-value state of agents goes. ${CALLS_END}`;

const AUTOMATIC = "";

function DefaultModel({ cores }: { readonly cores: readonly CoreInfo[] }) {
  const chosen = useSystem((system) => system.settings.defaultModel);
  const actions = useActions();
  const models = [...new Set(cores.map((core) => core.model))];
  // A model that was chosen and is gone stays named: it is what agents ask for.
  if (chosen !== null && !models.includes(chosen)) models.push(chosen);
  return (
    <Field label="Default model" className={styles.default}>
      <Select
        className={styles.choice}
        value={chosen ?? AUTOMATIC}
        choices={[
          { value: AUTOMATIC, label: "The best one found" },
          ...models.map((model) => ({ value: model, label: model })),
        ]}
        onChoose={(model) => actions.changeSettings({ defaultModel: model === AUTOMATIC ? null : model })}
      />
    </Field>
  );
}

function LookAgain() {
  const request = useRequest();
  const [state, setState] = useState<"idle" | "looking">("idle");
  const look = async (): Promise<void> => {
    setState("looking");
    const reply = await request("cores.discover", {});
    setState("idle");
    if (!reply) return;
    const count = reply.found.length;
    if (count === 0) toast("No further model server was found on this machine");
    else toast.success(count === 1 ? "Found one model" : `Found ${count} models`);
  };
  return (
    <Button icon={RefreshCw} disabled={state === "looking"} onClick={() => void look()}>
      {state === "looking" ? "Looking…" : "Look again"}
    </Button>
  );
}
