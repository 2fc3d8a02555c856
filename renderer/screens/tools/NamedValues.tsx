import { Plus, X } from "lucide-react";
import { Button, IconButton } from "../../components/Button.tsx";
import { TextInput } from "../../components/inputs.tsx";
import styles from "./AddServerDialog.module.css";
import type { NamedValue } from "./add-server.ts";

interface NamedValuesProps {
  readonly legend: string;
  /** One of them, such as "Variable". */
  readonly word: string;
  readonly placeholder: string;
  readonly rows: readonly NamedValue[];
  readonly error: string | null;
  readonly onChange: (rows: readonly NamedValue[]) => void;
}

/** Names with secret values: what is typed is never shown, here or later. */
export function NamedValues({ legend, word, placeholder, rows, error, onChange }: NamedValuesProps) {
  const change = (key: number, part: Partial<NamedValue>): void =>
    onChange(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const add = (): void =>
    onChange([...rows, { key: Math.max(0, ...rows.map(({ key }) => key)) + 1, name: "", value: "" }]);
  return (
    <fieldset className={styles.rows}>
      <legend>{legend}</legend>
      {rows.map((row, index) => (
        <div key={row.key} className={styles.row}>
          <TextInput
            className="mono"
            aria-label={`${word} ${index + 1}: name`}
            placeholder={placeholder}
            value={row.name}
            onChange={(event) => change(row.key, { name: event.target.value })}
          />
          <TextInput
            type="password"
            autoComplete="off"
            aria-label={`${word} ${index + 1}: value`}
            placeholder="value"
            value={row.value}
            onChange={(event) => change(row.key, { value: event.target.value })}
          />
          <IconButton
            icon={X}
            label={`Leave out ${row.name === "" ? `${word.toLowerCase()} ${index + 1}` : row.name}`}
            onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}
          />
        </div>
      ))}
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
      <Button size="small" icon={Plus} onClick={add}>
        Add a {word.toLowerCase()}
      </Button>
      <p className={styles.hint}>
        Values are kept on this machine, given to this server only, and never shown again.
      </p>
    </fieldset>
  );
}
