import { type FormEvent, useState } from "react";
import { type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import type { ServerName } from "../../../shared/ids.ts";
import { Button } from "../../components/Button.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { Field } from "../../components/Field.tsx";
import { TextArea, TextInput } from "../../components/inputs.tsx";
import { useTransport } from "../../store.tsx";
import styles from "./AddServerDialog.module.css";
import {
  checkServer,
  EMPTY_SERVER,
  type FieldProblem,
  type AddServerForm as Form,
  problemAt,
  type ServerField,
} from "./add-server.ts";
import { NamedValues } from "./NamedValues.tsx";

interface AddServerFormProps {
  readonly onAdded: (name: ServerName) => void;
}

/** A server by hand: a program of this machine that speaks over its pipes, or an address. */
export function AddServerForm({ onAdded }: AddServerFormProps) {
  const transport = useTransport();
  const [form, setForm] = useState<Form>(EMPTY_SERVER);
  const [problem, setProblem] = useState<FieldProblem | null>(null);
  const [error, setError] = useState<KernelErrorData | null>(null);
  const [work, setWork] = useState<"idle" | "adding">("idle");

  const change = (part: Partial<Form>): void => {
    setForm((before) => ({ ...before, ...part }));
    setProblem(null);
    setError(null);
  };
  const errorOf = (field: ServerField): string | null => (problem?.field === field ? problem.message : null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const checked = checkServer(form);
    setProblem(checked.type === "wrong" ? checked : null);
    if (checked.type === "wrong") return;
    setWork("adding");
    try {
      const { name } = await transport.request("servers.add", checked.input);
      onAdded(name);
    } catch (thrown) {
      const data = toErrorData(thrown);
      if (data.code === "conflict") setProblem({ field: "name", message: data.message });
      else if (data.field !== undefined)
        setProblem(problemAt(data.field.split("."), data.message, form.type));
      else setError(data);
      setWork("idle");
    }
  };

  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
      {error && <ErrorNote error={error} />}
      <div className={styles.pair}>
        <Field label="Name" error={errorOf("name")} hint="its tools are called name__tool">
          <TextInput
            className="mono"
            placeholder="files"
            value={form.name}
            onChange={(event) => change({ name: event.target.value })}
          />
        </Field>
        <fieldset className={styles.kinds}>
          <legend>Reached</legend>
          <label>
            <input
              type="radio"
              name="server-type"
              checked={form.type === "stdio"}
              onChange={() => change({ type: "stdio" })}
            />
            as a program on this machine
          </label>
          <label>
            <input
              type="radio"
              name="server-type"
              checked={form.type === "http"}
              onChange={() => change({ type: "http" })}
            />
            at an address
          </label>
        </fieldset>
      </div>
      {form.type === "stdio" ? (
        <>
          <div className={styles.pair}>
            <Field label="Command" error={errorOf("command")} hint="run as it stands, without a shell">
              <TextInput
                className="mono"
                placeholder="npx"
                value={form.command}
                onChange={(event) => change({ command: event.target.value })}
              />
            </Field>
            <Field label="Folder it runs in" error={errorOf("folder")} hint="empty: the workspace">
              <TextInput
                className="mono"
                placeholder="/home/me/project"
                value={form.folder}
                onChange={(event) => change({ folder: event.target.value })}
              />
            </Field>
          </div>
          <Field label="Arguments, one in a line" error={errorOf("args")}>
            <TextArea
              className="mono"
              rows={4}
              spellCheck={false}
              placeholder={"-y\n@modelcontextprotocol/server-filesystem\n/home/me/notes"}
              value={form.args}
              onChange={(event) => change({ args: event.target.value })}
            />
          </Field>
          <NamedValues
            legend="Environment"
            word="Variable"
            placeholder="API_KEY"
            rows={form.environment}
            error={errorOf("environment")}
            onChange={(environment) => change({ environment })}
          />
        </>
      ) : (
        <>
          <Field label="Address" error={errorOf("url")}>
            <TextInput
              className="mono"
              placeholder="https://example.com/mcp"
              value={form.url}
              onChange={(event) => change({ url: event.target.value })}
            />
          </Field>
          <NamedValues
            legend="Headers"
            word="Header"
            placeholder="Authorization"
            rows={form.headers}
            error={errorOf("headers")}
            onChange={(headers) => change({ headers })}
          />
        </>
      )}
      <div className={styles.bar}>
        <p>You see what would be run, and its tools, before anything of it may be used.</p>
        <Button variant="primary" type="submit" disabled={work === "adding"}>
          {work === "adding" ? "Adding…" : "Add and review"}
        </Button>
      </div>
    </form>
  );
}
