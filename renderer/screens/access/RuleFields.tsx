import { useId } from "react";
import { Checkbox } from "../../components/Checkbox.tsx";
import { Field } from "../../components/Field.tsx";
import { Select, TextInput } from "../../components/inputs.tsx";
import { EXPIRY_CHOICES, expiresAt } from "./expiry.ts";
import styles from "./RuleDialog.module.css";
import type { RuleForm } from "./rule-form.ts";
import type { Choices } from "./use-choices.ts";
import { EFFECT_CHOICES, VERDICT_LOOK, VERDICTS } from "./words.ts";

interface RuleFieldsProps {
  readonly form: RuleForm;
  readonly choices: Choices;
  readonly errorOf: (field: keyof RuleForm) => string | null;
  readonly onChange: (part: Partial<RuleForm>) => void;
}

/** Who may or must not do what, where and until when. */
export function RuleFields({ form, choices, errorOf, onChange }: RuleFieldsProps) {
  const tools = useId();
  return (
    <div className={styles.fields}>
      <Field label="Verdict">
        <Select
          value={form.verdict}
          choices={VERDICTS.map((value) => ({ value, label: VERDICT_LOOK[value].word }))}
          onChoose={(verdict) => onChange({ verdict })}
        />
      </Field>
      <Field label="Agent" error={errorOf("agent")}>
        <Select<string>
          value={form.agent}
          choices={[
            { value: "", label: "Any agent" },
            ...choices.agents.map(({ name, title }) => ({ value: name, label: `${title} (${name})` })),
          ]}
          onChoose={(agent) => onChange({ agent })}
        />
      </Field>
      <Field label="Effect">
        <Select
          value={form.effect}
          choices={[{ value: "", label: "Anything" }, ...EFFECT_CHOICES]}
          onChoose={(effect) => onChange({ effect })}
        />
      </Field>
      <Field
        label="Tool"
        error={errorOf("tool")}
        hint="Empty: any. files__* is every tool of the server files."
      >
        <TextInput
          className="mono"
          list={tools}
          placeholder="any tool"
          value={form.tool}
          onChange={(event) => onChange({ tool: event.target.value })}
        />
        <datalist id={tools}>
          {choices.tools.map((tool) => (
            <option key={tool} value={tool} />
          ))}
        </datalist>
      </Field>
      <Field
        label="Pattern"
        className={styles.wide}
        error={errorOf("pattern")}
        hint="Over the target: notes/** is a folder, *.example.com:443 hosts, ** everything."
      >
        <TextInput
          className="mono"
          value={form.pattern}
          onChange={(event) => onChange({ pattern: event.target.value })}
        />
      </Field>
      <Field label="It holds">
        <Select
          value={form.expiry}
          choices={EXPIRY_CHOICES}
          onChoose={(expiry) => onChange({ expiry, expiresAt: expiresAt(expiry, Date.now()) })}
        />
      </Field>
      <div className={styles.beside}>
        <Checkbox
          value="workspace"
          state={form.where === "workspace" ? "on" : "off"}
          onChange={(state) => onChange({ where: state === "on" ? "workspace" : "everywhere" })}
        >
          Only in this workspace
          {choices.workspace !== null && <span className="mono soft"> {choices.workspace}</span>}
        </Checkbox>
      </div>
    </div>
  );
}
