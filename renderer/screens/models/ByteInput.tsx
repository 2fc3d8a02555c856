import type { Ref } from "react";
import { Field } from "../../components/Field.tsx";
import { Select, TextInput } from "../../components/inputs.tsx";
import styles from "./ByteInput.module.css";
import { BYTE_UNITS, type ByteAmount } from "./byte-amount.ts";

export interface ByteInputProps {
  readonly label: string;
  readonly value: ByteAmount;
  readonly onChange: (value: ByteAmount) => void;
  readonly error: string | null;
  /** What the amount is enough for. */
  readonly hint: string;
  /** The input of the amount. */
  readonly ref?: Ref<HTMLInputElement>;
}

/** An amount of memory in a unit of the person's choice. */
export function ByteInput({ label, value, onChange, error, hint, ref }: ByteInputProps) {
  return (
    <div className={styles.bytes}>
      <Field label={label} error={error} hint={hint}>
        <TextInput
          {...(ref ? { ref } : {})}
          inputMode="decimal"
          className={styles.amount}
          value={value.amount}
          onChange={(event) => onChange({ ...value, amount: event.target.value })}
        />
      </Field>
      <Select
        className={styles.unit}
        aria-label={`Unit of ${label.toLowerCase()}`}
        value={value.unit}
        choices={BYTE_UNITS.map((unit) => ({ value: unit, label: unit }))}
        onChoose={(unit) => onChange({ ...value, unit })}
      />
    </div>
  );
}
