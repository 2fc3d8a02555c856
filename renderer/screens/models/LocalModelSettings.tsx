import { type ReactNode, useState } from "react";
import { toast } from "sonner";
import { type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import type { ModelFileFacts } from "../../../shared/local-models.ts";
import { Button } from "../../components/Button.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { Field } from "../../components/Field.tsx";
import { TextInput } from "../../components/inputs.tsx";
import { formatBytes } from "../../format.ts";
import { useTransport } from "../../store.tsx";
import dialog from "./AddFileDialog.module.css";
import { ByteInput } from "./ByteInput.tsx";
import { bytesOf, fitText } from "./byte-amount.ts";
import { sentence, withHint } from "./checked.ts";
import styles from "./LocalModelSettings.module.css";
import {
  bytesPerAgent,
  checkLocal,
  isLocalModelField,
  type LocalModelField,
  type LocalModelForm,
  proposedForm,
  shownRam,
} from "./local-model-form.ts";

export interface LocalModelSettingsProps {
  readonly facts: ModelFileFacts;
  /** The way back, at the left of the bar. */
  readonly back: ReactNode;
  readonly onAdded: () => void;
}

interface Problem {
  readonly field: LocalModelField | null;
  readonly error: KernelErrorData;
}

/** How a model file is to run, and adding it so. */
export function LocalModelSettings({ facts, back, onAdded }: LocalModelSettingsProps) {
  const transport = useTransport();
  const [form, setForm] = useState<LocalModelForm>(() => proposedForm(facts));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [work, setWork] = useState<"idle" | "adding">("idle");
  const ram = shownRam(form, facts);
  const each = bytesPerAgent(form, facts);

  const change = (part: Partial<LocalModelForm>): void => {
    setForm((before) => ({ ...before, ...part }));
    setProblem(null);
  };
  const add = async (): Promise<void> => {
    const checked = checkLocal(form, facts);
    if (checked.type === "invalid") {
      setProblem({ field: checked.field, error: { code: "bad-input", message: checked.message } });
      return;
    }
    setWork("adding");
    try {
      const core = await transport.request("models.addLocal", checked.input);
      toast.success(`Added ${core.title}`);
      onAdded();
    } catch (thrown) {
      const error = toErrorData(thrown);
      setProblem({ field: isLocalModelField(error.field) ? error.field : null, error });
      setWork("idle");
    }
  };
  const errorOf = (field: LocalModelField): string | null =>
    problem?.field === field ? withHint(sentence(problem.error.message), problem.error.hint) : null;

  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <Field label="Title" error={errorOf("title")}>
        <TextInput
          placeholder={`${facts.name}, unless you call it otherwise`}
          value={form.title}
          onChange={(event) => change({ title: event.target.value })}
        />
      </Field>
      <div className={styles.three}>
        <Field label="Slots" error={errorOf("slots")} hint="Agents that run on it at once.">
          <TextInput
            inputMode="numeric"
            className={styles.number}
            value={form.slots}
            onChange={(event) => change({ slots: event.target.value })}
          />
        </Field>
        <Field
          label="Window, in tokens"
          error={errorOf("contextTokens")}
          hint={each > 0 ? `${formatBytes(each)} of key-value state for each agent.` : "For each agent."}
        >
          <TextInput
            inputMode="numeric"
            className={styles.number}
            value={form.contextTokens}
            onChange={(event) => change({ contextTokens: event.target.value })}
          />
        </Field>
        <Field label="Threads" error={errorOf("threads")} hint="Empty: found out when it loads.">
          <TextInput
            inputMode="numeric"
            className={styles.number}
            placeholder="measured"
            value={form.threads}
            onChange={(event) => change({ threads: event.target.value })}
          />
        </Field>
      </div>
      <div className={styles.two}>
        <ByteInput
          label="Key-value state in memory"
          value={ram}
          onChange={(next) => change({ ram: next })}
          error={errorOf("kvRamBytes")}
          hint={`Holds ${fitText(bytesOf(ram), each) || "nothing yet"}${form.ram === null ? "; less where little memory is free" : ""}.`}
        />
        <ByteInput
          label="Key-value state on disk"
          value={form.disk}
          onChange={(next) => change({ disk: next })}
          error={errorOf("kvDiskBytes")}
          hint={`Holds ${fitText(bytesOf(form.disk), each) || "nothing yet"}.`}
        />
      </div>
      <p className={styles.explained}>
        Key-value state is what the model has read of an agent's context. With it in memory, or else on disk,
        an agent goes on at once; without it the model reads the whole context again.
      </p>
      {problem && problem.field === null && <ErrorNote error={problem.error} />}
      <div className={dialog.bar}>
        {back}
        <p />
        <Button type="submit" variant="primary" disabled={work === "adding"}>
          {work === "adding" ? "Adding…" : "Add"}
        </Button>
      </div>
    </form>
  );
}
