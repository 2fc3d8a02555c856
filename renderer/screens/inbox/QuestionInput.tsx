import { TriangleAlert } from "lucide-react";
import { Checkbox } from "../../components/Checkbox.tsx";
import { Field } from "../../components/Field.tsx";
import { Select, TextInput } from "../../components/inputs.tsx";
import styles from "./QuestionInput.module.css";
import type { QuestionField, Typed } from "./question-form.ts";
import { VisibleText } from "./VisibleText.tsx";

interface QuestionInputProps {
  readonly field: QuestionField;
  readonly value: Typed;
  readonly error: string | null;
  readonly onChange: (value: Typed) => void;
}

/** One field of a server's question, with the server's own words for it. */
export function QuestionInput(props: QuestionInputProps) {
  return (
    <div>
      <Labelled {...props} />
      {props.field.secrecy === "asks-for-a-secret" && (
        <p className={styles.secret}>
          <TriangleAlert size={14} aria-hidden />
          This looks like a question for a secret. Do not answer it: a server must not ask for one here.
        </p>
      )}
    </div>
  );
}

function Labelled({ field, value, error, onChange }: QuestionInputProps) {
  const { kind, label, need, hint } = field;
  const shownHint = hint === "" ? undefined : <VisibleText text={hint} />;
  if (kind.type === "boolean") {
    return (
      <Checkbox
        value={field.name}
        state={value === "true" ? "on" : "off"}
        onChange={(state) => onChange(state === "on" ? "true" : "false")}
      >
        <VisibleText text={label} />
        {shownHint && <span className={styles.hint}> {shownHint}</span>}
      </Checkbox>
    );
  }
  if (kind.type === "some-of") {
    const chosen = typeof value === "string" ? [] : value;
    return (
      <fieldset aria-invalid={error !== null || undefined}>
        <legend className={styles.legend}>
          <VisibleText text={label} />
          {need === "optional" && " (optional)"}
        </legend>
        {kind.options.map((option) => (
          <Checkbox
            key={option.value}
            value={option.value}
            state={chosen.includes(option.value) ? "on" : "off"}
            onChange={(state) =>
              onChange(
                state === "on" ? [...chosen, option.value] : chosen.filter((each) => each !== option.value),
              )
            }
          >
            <VisibleText text={option.label} />
          </Checkbox>
        ))}
        {error ? (
          <p className={styles.error} role="alert">
            {error}
          </p>
        ) : (
          <p className={styles.hint}>{shownHint}</p>
        )}
      </fieldset>
    );
  }
  return (
    <Field label={need === "optional" ? `${label} (optional)` : label} hint={shownHint} error={error}>
      <Input field={field} value={typeof value === "string" ? value : ""} onChange={onChange} />
    </Field>
  );
}

interface InputProps {
  readonly field: QuestionField;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Input({ field: { kind, need }, value, onChange }: InputProps) {
  const required = need === "required";
  if (kind.type === "one-of") {
    const none = { value: "", label: required ? "Choose" : "Left out" };
    return (
      <Select<string>
        value={value}
        aria-required={required}
        choices={[none, ...kind.options]}
        onChoose={onChange}
      />
    );
  }
  const isDate = kind.type === "text" && kind.format === "date";
  return (
    <TextInput
      type={isDate ? "date" : "text"}
      inputMode={kind.type === "number" ? (kind.whole === "yes" ? "numeric" : "decimal") : undefined}
      aria-required={required}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
