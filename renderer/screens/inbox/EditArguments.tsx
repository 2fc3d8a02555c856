import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { JsonObject } from "../../../shared/messages.ts";
import { Button } from "../../components/Button.tsx";
import { Field } from "../../components/Field.tsx";
import { TextArea, TextInput } from "../../components/inputs.tsx";
import { canonical } from "./canonical.ts";
import styles from "./EditArguments.module.css";
import {
  type EditDraft,
  type EditedArguments,
  type EditField,
  editFields,
  firstDraft,
  readFields,
  readText,
} from "./edited-arguments.ts";
import type { AnswerGuard } from "./use-answer-guard.ts";
import { visibleJson } from "./visible-text.ts";

export interface EditArgumentsProps {
  readonly values: JsonObject;
  readonly guard: AnswerGuard;
  /** Calls that are sent with these arguments. */
  readonly count: number;
  readonly onSend: (values: JsonObject) => void;
  readonly onClose: () => void;
}

/** How the arguments are being typed: in a field each, or all of them as one JSON text. */
type Typed =
  | { readonly by: "field"; readonly fields: readonly EditField[]; readonly draft: EditDraft }
  | { readonly by: "json"; readonly text: string };

const asJson = (values: JsonObject): Typed => ({ by: "json", text: visibleJson(values) });

function asFields(values: JsonObject): Typed | null {
  const fields = editFields(values);
  return fields && { by: "field", fields, draft: firstDraft(fields) };
}

const read = (typed: Typed): EditedArguments =>
  typed.by === "field" ? readFields(typed.fields, typed.draft) : readText(typed.text);

/** The arguments to be changed, in a field each or as JSON. What is sent goes through every check again. */
export function EditArguments({ values, guard, count, onSend, onClose }: EditArgumentsProps) {
  const [typed, setTyped] = useState<Typed>(() => asFields(values) ?? asJson(values));
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => panel.current?.querySelector<HTMLElement>("textarea, input")?.focus(), []);

  const edited = read(typed);
  const state = edited.type === "wrong" ? "wrong" : stateOf(edited.arguments, values);
  const wrongAt = (name: string | null): string | null =>
    edited.type === "wrong" && edited.field === name ? edited.message : null;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    onClose();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes it from every field inside
    <div ref={panel} className={styles.panel} onKeyDown={onKeyDown}>
      <div className={styles.head}>
        <h3>Change the arguments</h3>
        <SwitchView typed={typed} edited={edited} onSwitch={setTyped} />
      </div>
      {typed.by === "json" ? (
        <Field label="Arguments as JSON" error={wrongAt(null)}>
          <TextArea
            className={styles.text}
            rows={rowsOf(typed.text, 16)}
            spellCheck={false}
            value={typed.text}
            onChange={(event) => setTyped({ by: "json", text: event.target.value })}
          />
        </Field>
      ) : (
        typed.fields.map((field) => (
          <ArgumentField
            key={field.name}
            field={field}
            value={typed.draft[field.name] ?? ""}
            error={wrongAt(field.name)}
            onChange={(value) => setTyped({ ...typed, draft: { ...typed.draft, [field.name]: value } })}
          />
        ))
      )}
      <div className={styles.actions}>
        <p className={styles.note}>
          The changed call goes through every check again, and may be asked about again.
        </p>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          variant="primary"
          disabled={state !== "changed"}
          aria-disabled={guard.status === "arming" || undefined}
          onClick={(event) => {
            if (edited.type === "ready" && guard.click(event) === "counts") onSend(edited.arguments);
          }}
        >
          {count > 1 ? `Send all ${count} changed calls` : "Send changed call"}
        </Button>
      </div>
    </div>
  );
}

const stateOf = (edited: JsonObject, values: JsonObject): "changed" | "unchanged" =>
  canonical(edited) === canonical(values) ? "unchanged" : "changed";

const rowsOf = (text: string, most: number): number => Math.min(most, text.split("\n").length + 1);

interface SwitchViewProps {
  readonly typed: Typed;
  readonly edited: EditedArguments;
  readonly onSwitch: (typed: Typed) => void;
}

/** Goes from fields to JSON and back, with what was typed. */
function SwitchView({ typed, edited, onSwitch }: SwitchViewProps) {
  const other = edited.type === "wrong" ? null : (typed.by === "field" ? asJson : asFields)(edited.arguments);
  return (
    <Button size="small" disabled={other === null} onClick={() => other && onSwitch(other)}>
      {typed.by === "field" ? "As JSON" : "By field"}
    </Button>
  );
}

interface ArgumentFieldProps {
  readonly field: EditField;
  readonly value: string;
  readonly error: string | null;
  readonly onChange: (value: string) => void;
}

function ArgumentField({ field: { name, kind, first }, value, error, onChange }: ArgumentFieldProps) {
  // Whether it is a line or a block is settled by what was there at first: a field must not change while typing.
  const block = first.includes("\n") || first.length > 80;
  return (
    <Field label={kind === "json" ? `${name} (JSON)` : name} error={error}>
      {block ? (
        <TextArea
          className={styles.text}
          rows={rowsOf(first, 10)}
          spellCheck={false}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <TextInput className="mono" value={value} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}
