import type { EffectType } from "../../../shared/permission.ts";
import { Checkbox } from "../../components/Checkbox.tsx";
import { Field } from "../../components/Field.tsx";
import { Select, TextArea, TextInput } from "../../components/inputs.tsx";
import styles from "./GroupFields.module.css";
import { type GroupForm, LIST_NAMES, type ListForm, type ListName } from "./group-form.ts";
import { EFFECT_CHOICES, FLOOR_EFFECTS } from "./words.ts";

interface GroupFieldsProps {
  readonly form: GroupForm;
  /** `fixed`: the group exists, and its name is how manifests find it. */
  readonly naming: "free" | "fixed";
  readonly errorOf: (field: keyof GroupForm) => string | null;
  readonly onChange: (part: Partial<GroupForm>) => void;
}

/** Every bound of a group. */
export function GroupFields({ form, naming, errorOf, onChange }: GroupFieldsProps) {
  const toggle = (effect: EffectType, state: "on" | "off"): void =>
    onChange({
      effects: EFFECT_CHOICES.map(({ value }) => value).filter((value) =>
        value === effect ? state === "on" : form.effects.includes(value),
      ),
    });
  return (
    <>
      <div className={styles.pair}>
        <Field label="Title" error={errorOf("title")}>
          <TextInput value={form.title} onChange={(event) => onChange({ title: event.target.value })} />
        </Field>
        <Field label="Name" error={errorOf("name")} hint="As manifests name it">
          <TextInput
            className="mono"
            value={form.name}
            readOnly={naming === "fixed"}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        </Field>
      </div>
      <Field label="Description" error={errorOf("description")}>
        <TextInput
          value={form.description}
          onChange={(event) => onChange({ description: event.target.value })}
        />
      </Field>
      <fieldset>
        <legend className={styles.legend}>Effects that members may have</legend>
        <div className={styles.effects}>
          {EFFECT_CHOICES.map(({ value, label }) => (
            <Checkbox
              key={value}
              value={value}
              state={form.effects.includes(value) ? "on" : "off"}
              onChange={(state) => toggle(value, state)}
            >
              {label}
              {FLOOR_EFFECTS.has(value) && <span className="faint"> (no agent ever may)</span>}
            </Checkbox>
          ))}
        </div>
      </fieldset>
      <div className={styles.pair}>
        {LIST_NAMES.map((name) => (
          <ListField
            key={name}
            name={name}
            value={form[name]}
            error={errorOf(name)}
            onChange={(value) => onChange({ [name]: value })}
          />
        ))}
      </div>
      <div className={styles.pair}>
        <Field label="Tokens in one run" error={errorOf("tokens")} hint="Empty: as the manifest says">
          <TextInput
            inputMode="numeric"
            value={form.tokens}
            onChange={(event) => onChange({ tokens: event.target.value })}
          />
        </Field>
        <Field label="Memory" hint="Whether members may act on each other's memory">
          <Select
            value={form.sharing}
            choices={[
              { value: "none", label: "Each its own" },
              { value: "members", label: "Shared among members" },
            ]}
            onChoose={(sharing) => onChange({ sharing })}
          />
        </Field>
      </div>
    </>
  );
}

const LISTS: Readonly<Record<ListName, { readonly label: string; readonly hint: string }>> = {
  folders: { label: "Folders", hint: "One pattern a line, such as notes/**" },
  hosts: { label: "Hosts", hint: "One a line, such as *.example.com" },
  servers: { label: "MCP servers", hint: "One name a line" },
  cores: { label: "Models", hint: "One name a line" },
};

interface ListFieldProps {
  readonly name: ListName;
  readonly value: ListForm;
  readonly error: string | null;
  readonly onChange: (value: ListForm) => void;
}

function ListField({ name, value, error, onChange }: ListFieldProps) {
  const { label, hint } = LISTS[name];
  return (
    <div className={styles.list}>
      <Field label={label} error={value.scope === "all" ? error : null}>
        <Select
          value={value.scope}
          choices={[
            { value: "all", label: "All" },
            { value: "only", label: "Only these" },
          ]}
          onChoose={(scope) => onChange({ ...value, scope })}
        />
      </Field>
      {value.scope === "only" && (
        <Field label={`${label}, one a line`} showLabel="unseen" hint={hint} error={error}>
          <TextArea
            className={styles.lines}
            rows={3}
            spellCheck={false}
            value={value.lines}
            onChange={(event) => onChange({ ...value, lines: event.target.value })}
          />
        </Field>
      )}
    </div>
  );
}
