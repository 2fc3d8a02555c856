import { createContext, type ReactNode, useContext, useId } from "react";
import styles from "./Field.module.css";

interface FieldIds {
  readonly control: string;
  readonly note: string;
  readonly validity: "valid" | "invalid";
  readonly noted: "noted" | "plain";
}

const FieldContext = createContext<FieldIds | null>(null);

export interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with the value; replaces the hint. */
  readonly error?: string | null | undefined;
  /** `unseen` keeps the label for screen readers only. */
  readonly showLabel?: "seen" | "unseen";
  readonly className?: string | undefined;
  /** One of the inputs of this folder: it takes its id and its description from here. */
  readonly children: ReactNode;
}

/** A label, an input, and a hint or an error tied to it. */
export function Field({ label, hint, error, showLabel = "seen", className, children }: FieldProps) {
  const id = useId();
  const ids: FieldIds = {
    control: `${id}-control`,
    note: `${id}-note`,
    validity: error ? "invalid" : "valid",
    noted: error || hint ? "noted" : "plain",
  };
  return (
    <div className={className ? `${styles.field} ${className}` : styles.field}>
      <label htmlFor={ids.control} className={showLabel === "unseen" ? "unseen" : styles.label}>
        {label}
      </label>
      <FieldContext value={ids}>{children}</FieldContext>
      {error ? (
        <p id={ids.note} className={styles.error} role="alert">
          {error}
        </p>
      ) : (
        hint && (
          <p id={ids.note} className={styles.hint}>
            {hint}
          </p>
        )
      )}
    </div>
  );
}

/** What an input inside a Field must carry. Empty outside of one. */
export function useFieldAttributes() {
  const ids = useContext(FieldContext);
  if (!ids) return {};
  return {
    id: ids.control,
    "aria-describedby": ids.noted === "noted" ? ids.note : undefined,
    "aria-invalid": ids.validity === "invalid" || undefined,
  };
}
