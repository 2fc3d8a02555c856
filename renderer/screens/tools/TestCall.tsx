import { Play } from "lucide-react";
import { type FormEvent, useId, useMemo, useState } from "react";
import type { ToolView } from "../../../shared/contract-tools.ts";
import { Button } from "../../components/Button.tsx";
import { Field } from "../../components/Field.tsx";
import { TextArea } from "../../components/inputs.tsx";
import { ArgumentInput } from "./ArgumentInput.tsx";
import { argumentFields, checkArguments, checkJson, fieldAtFault, firstArguments } from "./argument-form.ts";
import styles from "./TestCall.module.css";
import { TestResult } from "./TestResult.tsx";
import { useTestCall } from "./use-test-call.ts";

interface Wrong {
  readonly field: string | null;
  readonly message: string;
}

/** A call by hand: a form made of the tool's schema, or its arguments as JSON, and what came back. */
export function TestCall({ tool }: { readonly tool: ToolView }) {
  const { name, parameters } = tool.specification;
  const id = useId();
  const fields = useMemo(() => argumentFields(parameters), [parameters]);
  const [typed, setTyped] = useState(() => firstArguments(fields));
  const [json, setJson] = useState("{}");
  const [editor, setEditor] = useState<"form" | "json">("form");
  const [wrong, setWrong] = useState<Wrong | null>(null);
  const { call, run, cancel } = useTestCall(name);

  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    const checked = editor === "form" ? checkArguments(fields, typed) : checkJson(json);
    setWrong(checked.type === "wrong" ? checked : null);
    if (checked.type === "ready") run(checked.arguments);
  };
  const changeEditor = (): void => {
    if (editor === "form") {
      const checked = checkArguments(fields, typed);
      if (checked.type === "ready") setJson(JSON.stringify(checked.arguments, null, 2));
    }
    setWrong(null);
    setEditor(editor === "form" ? "json" : "form");
  };
  const refused = call.type === "failed" && call.error.code === "bad-input" ? call.error : null;
  const faulty = refused ? fieldAtFault(fields, refused.field) : null;
  const problemOf = (field: string | null): string | null => {
    if (wrong) return wrong.field === field ? wrong.message : null;
    return refused && editor === "form" && faulty !== null && faulty === field ? refused.message : null;
  };

  return (
    <div className={styles.test}>
      <form id={id} className={styles.form} onSubmit={onSubmit} noValidate>
        {editor === "form" ? (
          fields.map((field) => (
            <ArgumentInput
              key={field.name}
              field={field}
              value={typed[field.name] ?? ""}
              error={problemOf(field.name)}
              onChange={(value) => {
                setTyped((before) => ({ ...before, [field.name]: value }));
                setWrong(null);
              }}
            />
          ))
        ) : (
          <Field label="Arguments as JSON" error={problemOf(null)}>
            <TextArea
              className="mono"
              rows={8}
              spellCheck={false}
              value={json}
              onChange={(event) => {
                setJson(event.target.value);
                setWrong(null);
              }}
            />
          </Field>
        )}
      </form>
      <div className={styles.bar}>
        <Button variant="primary" icon={Play} type="submit" form={id} disabled={call.type === "running"}>
          {call.type === "running" ? "Running…" : "Run"}
        </Button>
        {fields.length > 0 && (
          <Button variant="quiet" onClick={changeEditor}>
            {editor === "form" ? "Edit as JSON" : "Edit as a form"}
          </Button>
        )}
        <p className={styles.note}>You approve it by running it. It counts as a call of yours.</p>
      </div>
      <TestResult
        tool={name}
        call={call}
        onCancel={cancel}
        shownAbove={faulty !== null && editor === "form" ? "yes" : "no"}
      />
    </div>
  );
}
