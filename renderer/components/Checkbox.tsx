import type { InputHTMLAttributes, ReactNode } from "react";
import styles from "./Checkbox.module.css";
import { classes } from "./classes.ts";

export interface CheckboxProps
  extends Omit<InputHTMLAttributes<HTMLInputElement>, "type" | "onChange" | "checked"> {
  readonly value: string;
  readonly state: "on" | "off";
  readonly onChange: (state: "on" | "off") => void;
  readonly children: ReactNode;
}

/** A choice that is on or off, with its label beside it. */
export function Checkbox({ state, onChange, className, children, ...rest }: CheckboxProps) {
  return (
    <label className={classes(styles.checkbox, className)}>
      <input
        type="checkbox"
        {...rest}
        checked={state === "on"}
        onChange={(event) => onChange(event.target.checked ? "on" : "off")}
      />
      <span className={styles.text}>{children}</span>
    </label>
  );
}
