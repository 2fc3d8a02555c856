import { type FormEvent, useEffect, useEffectEvent } from "react";
import { TASK_CHARACTERS } from "../../../shared/contract.ts";
import type { AgentManifest } from "../../../shared/manifest.ts";
import { modeSchema } from "../../../shared/permission.ts";
import { DEFAULT_PRIORITY } from "../../../shared/settings.ts";
import { Button } from "../../components/Button.tsx";
import { Field } from "../../components/Field.tsx";
import { type Choice, Select, TextArea } from "../../components/inputs.tsx";
import { MODE_WORDS } from "../../labels.ts";
import { useSystem } from "../../store.tsx";
import { AgentChoice } from "./AgentChoice.tsx";
import styles from "./LaunchFields.module.css";
import { type CheckedForm, choose, type LaunchForm, modelsOf } from "./launch-form.ts";
import { ServerChoice } from "./ServerChoice.tsx";

export interface LaunchFieldsProps {
  readonly form: LaunchForm;
  readonly wrong: Extract<CheckedForm, { readonly type: "wrong" }> | null;
  readonly manifests: readonly AgentManifest[];
  readonly onChange: (form: LaunchForm) => void;
  readonly onLaunch: (form: LaunchForm) => void;
}

/** Stands for "as the agent has it" in the selects. No model and no mode is called so. */
const DEFAULT = "";

/** The agent, its task, and how it is run. */
export function LaunchFields({ form, wrong, manifests, onChange, onLaunch }: LaunchFieldsProps) {
  const manifest = manifests.find(({ name }) => name === form.agent);
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    onLaunch(form);
  };
  const onLaunchKey = useEffectEvent((event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    onLaunch(form);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onLaunchKey(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
  const errorOf = (field: keyof LaunchForm): string | null => (wrong?.field === field ? wrong.message : null);
  return (
    <form id="launch" className={styles.form} onSubmit={onSubmit} noValidate>
      <AgentChoice
        manifests={manifests}
        chosen={form.agent}
        error={errorOf("agent")}
        onChoose={(next) => onChange(choose(form, next, manifests))}
      />
      <div className={styles.task}>
        {manifest && (
          <p className={styles.tools}>
            <span className="soft">Tools</span>{" "}
            <span className="mono">{manifest.tools.join("  ") || "none"}</span>
          </p>
        )}
        <Field label="Task" error={errorOf("task")}>
          <TextArea
            rows={5}
            value={form.task}
            maxLength={TASK_CHARACTERS}
            placeholder="What shall it do?"
            required
            onChange={(event) => onChange({ ...form, task: event.target.value })}
          />
        </Field>
        {manifest && (
          <ul className={styles.samples} aria-label="Sample tasks">
            {manifest.sampleTasks.map((sample) => (
              <li key={sample}>
                <Button size="small" variant="quiet" onClick={() => onChange({ ...form, task: sample })}>
                  {sample}
                </Button>
              </li>
            ))}
          </ul>
        )}
        <Options form={form} manifest={manifest} errorOf={errorOf} onChange={onChange} />
        <ServerChoice
          chosen={form.servers}
          error={errorOf("servers")}
          onChange={(servers) => onChange({ ...form, servers })}
        />
      </div>
    </form>
  );
}

interface OptionsProps extends Pick<LaunchFieldsProps, "form" | "onChange"> {
  readonly manifest: AgentManifest | undefined;
  readonly errorOf: (field: keyof LaunchForm) => string | null;
}

const PRIORITIES = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

function Options({ form, manifest, errorOf, onChange }: OptionsProps) {
  const models = useSystem((system) => modelsOf(system.cores.values()));
  const settings = useSystem((system) => system.settings);
  const model = manifest?.model ?? settings.defaultModel ?? "Best found";
  const mode = MODE_WORDS[manifest?.mode ?? settings.mode];
  return (
    <div className={styles.options}>
      <Field
        label="Priority"
        error={errorOf("priority")}
        hint={form.priority === null && String(manifest?.priority ?? DEFAULT_PRIORITY)}
      >
        <Select<string>
          value={form.priority === null ? DEFAULT : String(form.priority)}
          choices={withDefault(PRIORITIES)}
          onChoose={(value) => onChange({ ...form, priority: value === DEFAULT ? null : Number(value) })}
        />
      </Field>
      <Field label="Model" error={errorOf("model")} hint={form.model === null && model}>
        <Select<string>
          value={form.model ?? DEFAULT}
          choices={withDefault(models)}
          onChoose={(value) => onChange({ ...form, model: value === DEFAULT ? null : value })}
        />
      </Field>
      <Field label="Permission" error={errorOf("mode")} hint={form.mode === null && mode}>
        <Select<string>
          value={form.mode ?? DEFAULT}
          choices={[
            { value: DEFAULT, label: "Default" },
            ...modeSchema.options.map((value) => ({ value, label: MODE_WORDS[value] })),
          ]}
          onChoose={(value) => {
            const parsed = modeSchema.safeParse(value);
            onChange({ ...form, mode: parsed.success ? parsed.data : null });
          }}
        />
      </Field>
    </div>
  );
}

const withDefault = (values: readonly string[]): readonly Choice<string>[] => [
  { value: DEFAULT, label: "Default" },
  ...values.map((value) => ({ value, label: value })),
];
