import { Field } from "../../components/Field.tsx";
import { Select, TextArea, TextInput } from "../../components/inputs.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import type { ArgumentField } from "./argument-form.ts";

interface ArgumentInputProps {
  readonly field: ArgumentField;
  readonly value: string;
  readonly error: string | null;
  readonly onChange: (value: string) => void;
}

/** One argument of a call. Empty is left out. */
export function ArgumentInput({ field, value, error, onChange }: ArgumentInputProps) {
  return (
    <Field
      label={field.need === "required" ? field.label : `${field.label} (optional)`}
      hint={<VisibleText text={field.hint} />}
      error={error}
    >
      <Input field={field} value={value} onChange={onChange} />
    </Field>
  );
}

function Input({ field: { kind, need }, value, onChange }: Omit<ArgumentInputProps, "error">) {
  const required = need === "required";
  switch (kind.type) {
    case "choice":
      return (
        <Select<string>
          value={value}
          required={required}
          choices={[
            { value: "", label: required ? "Choose" : "Left out" },
            ...kind.values.map((each) => ({
              value: JSON.stringify(each),
              label: typeof each === "string" ? each : JSON.stringify(each),
            })),
          ]}
          onChoose={onChange}
        />
      );
    case "number":
      return (
        <TextInput
          inputMode={kind.whole === "yes" ? "numeric" : "decimal"}
          required={required}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case "text":
      return kind.lines === "one" ? (
        <TextInput required={required} value={value} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <TextArea
          rows={3}
          required={required}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case "json":
      return (
        <TextArea
          className="mono"
          rows={3}
          spellCheck={false}
          required={required}
          placeholder="as JSON"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}
