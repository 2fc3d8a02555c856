import { useId } from "react";
import { Field } from "../../../components/Field.tsx";
import { TextArea } from "../../../components/inputs.tsx";
import styles from "./BranchFields.module.css";

/** What a new course of events begins with. */
export interface Branch {
  readonly message: string;
  readonly afterwards: "go-on" | "pause";
}

export const FIRST_BRANCH: Branch = { message: "", afterwards: "go-on" };

/** Longest message, in characters, as the contract has it. */
const MESSAGE_CHARACTERS = 20_000;

const AFTERWARDS = [
  { value: "go-on", label: "Go on at once" },
  { value: "pause", label: "Stay paused" },
] as const satisfies readonly { readonly value: Branch["afterwards"]; readonly label: string }[];

interface BranchFieldsProps {
  readonly branch: Branch;
  readonly onChange: (branch: Branch) => void;
}

/** A message along, if any, and whether it goes on at once. */
export function BranchFields({ branch, onChange }: BranchFieldsProps) {
  const name = useId();
  return (
    <>
      <Field label="Message to begin with" hint="Empty: it goes on from where it stood">
        <TextArea
          rows={3}
          maxLength={MESSAGE_CHARACTERS}
          value={branch.message}
          onChange={(event) => onChange({ ...branch, message: event.target.value })}
        />
      </Field>
      <fieldset className={styles.afterwards}>
        <legend>Afterwards</legend>
        {AFTERWARDS.map(({ value, label }) => (
          <label key={value}>
            <input
              type="radio"
              name={name}
              checked={branch.afterwards === value}
              onChange={() => onChange({ ...branch, afterwards: value })}
            />
            {label}
          </label>
        ))}
      </fieldset>
    </>
  );
}
