import {
  type InputHTMLAttributes,
  type KeyboardEvent,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useState,
} from "react";
import { classes } from "./classes.ts";
import styles from "./Field.module.css";
import { useFieldAttributes } from "./Field.tsx";

type Size = "regular" | "small";

export interface TextInputProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "size"> {
  readonly size?: Size;
  readonly ref?: Ref<HTMLInputElement>;
}

/** One line of text. */
export function TextInput({ size = "regular", className, ...rest }: TextInputProps) {
  const field = useFieldAttributes();
  return (
    <input
      type="text"
      autoComplete="off"
      spellCheck={false}
      {...field}
      {...rest}
      className={classes(styles.input, size === "small" && styles.small, className)}
    />
  );
}

export interface TextAreaProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  readonly ref?: Ref<HTMLTextAreaElement>;
}

/** Several lines of text. */
export function TextArea({ className, ...rest }: TextAreaProps) {
  const field = useFieldAttributes();
  return <textarea {...field} {...rest} className={classes(styles.input, styles.area, className)} />;
}

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

export interface SelectProps<Value extends string>
  extends Omit<SelectHTMLAttributes<HTMLSelectElement>, "value" | "onChange" | "size" | "children"> {
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly onChoose: (value: Value) => void;
  readonly size?: Size;
}

/** One of a few values. */
export function Select<Value extends string>({
  value,
  choices,
  onChoose,
  size = "regular",
  className,
  ...rest
}: SelectProps<Value>) {
  const field = useFieldAttributes();
  return (
    <select
      {...field}
      {...rest}
      value={value}
      onChange={(event) => {
        const chosen = choices.find((choice) => choice.value === event.target.value);
        if (chosen) onChoose(chosen.value);
      }}
      className={classes(styles.input, styles.select, size === "small" && styles.small, className)}
    >
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
  );
}

export interface NumberInputProps
  extends Omit<InputHTMLAttributes<HTMLInputElement>, "value" | "size" | "min" | "max"> {
  readonly value: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Called on Enter and on leaving, with a whole number inside the bounds, and only when it changed. */
  readonly onCommit: (value: number) => void;
  readonly size?: Size;
}

/** A whole number. What is typed counts on Enter or on leaving; Escape takes it back. */
export function NumberInput({
  value,
  minimum,
  maximum,
  onCommit,
  size = "regular",
  className,
  ...rest
}: NumberInputProps) {
  const field = useFieldAttributes();
  const [draft, setDraft] = useState<string | null>(null);
  const commit = (): void => {
    const typed = draft === null || draft.trim() === "" ? Number.NaN : Math.round(Number(draft));
    setDraft(null);
    if (Number.isNaN(typed)) return;
    const bounded = Math.min(maximum, Math.max(minimum, typed));
    if (bounded !== value) onCommit(bounded);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter") commit();
    if (event.key === "Escape" && draft !== null) {
      event.stopPropagation();
      setDraft(null);
    }
  };
  return (
    <input
      type="number"
      inputMode="numeric"
      {...field}
      {...rest}
      min={minimum}
      max={maximum}
      value={draft ?? String(value)}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={commit}
      onKeyDown={onKeyDown}
      className={classes(styles.input, styles.number, size === "small" && styles.small, className)}
    />
  );
}
