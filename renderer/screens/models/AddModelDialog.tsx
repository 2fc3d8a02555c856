import { PlugZap } from "lucide-react";
import { useId, useState } from "react";
import { toast } from "sonner";
import type { CoreTestResult } from "../../../shared/cores.ts";
import { toErrorData } from "../../../shared/errors.ts";
import { Button } from "../../components/Button.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { Field } from "../../components/Field.tsx";
import { TextInput } from "../../components/inputs.tsx";
import { formatDuration } from "../../format.ts";
import { useTransport } from "../../store.tsx";
import styles from "./AddModelDialog.module.css";
import { type AddModelForm, checkAdd, checkTest, EMPTY_FORM, type FormField } from "./add-model-form.ts";
import type { FieldProblem } from "./checked.ts";
import { KNOWN_SERVERS } from "./known-servers.ts";

export interface AddModelDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

type Work = "idle" | "testing" | "adding";
type Problem = FieldProblem<FormField>;

/** Adds an OpenAI-compatible address; a test shows its models, or the real reason why not. */
export function AddModelDialog({ open, onOpenChange }: AddModelDialogProps) {
  const formId = useId();
  const transport = useTransport();
  const [form, setForm] = useState<AddModelForm>(EMPTY_FORM);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [result, setResult] = useState<CoreTestResult | null>(null);
  const [work, setWork] = useState<Work>("idle");

  const change = (part: Partial<AddModelForm>): void => {
    setForm((before) => ({ ...before, ...part }));
    setProblem(null);
  };
  const close = (): void => {
    setForm(EMPTY_FORM);
    setProblem(null);
    setResult(null);
    onOpenChange(false);
  };
  const test = async (): Promise<void> => {
    const checked = checkTest(form);
    if (checked.type === "invalid") {
      setProblem(checked);
      return;
    }
    setWork("testing");
    setResult(await transport.request("cores.test", checked.input).catch(failed));
    setWork("idle");
  };
  const add = async (): Promise<void> => {
    const checked = checkAdd(form);
    if (checked.type === "invalid") {
      setProblem(checked);
      return;
    }
    setWork("adding");
    try {
      const core = await transport.request("cores.add", checked.input);
      toast.success(`Added ${core.title}`);
      close();
    } catch (thrown) {
      setResult(failed(thrown));
    }
    setWork("idle");
  };
  const errorOf = (field: keyof AddModelForm): string | null =>
    problem?.field === field ? problem.message : null;

  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) close();
      }}
      title="Add a model"
      description="Any server that speaks the OpenAI chat API, on this machine or elsewhere."
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button variant="primary" type="submit" form={formId} disabled={work !== "idle"}>
            {work === "adding" ? "Adding…" : "Add"}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <div>
          <Field label="Address" error={errorOf("baseUrl")}>
            <TextInput
              className="mono"
              placeholder="http://127.0.0.1:11434/v1"
              value={form.baseUrl}
              onChange={(event) => change({ baseUrl: event.target.value })}
            />
          </Field>
          <div className={styles.presets}>
            {KNOWN_SERVERS.map((server) => (
              <Button key={server.name} size="small" onClick={() => change({ baseUrl: server.baseUrl })}>
                {server.name}
              </Button>
            ))}
          </div>
        </div>
        <Field
          label="Key"
          error={errorOf("apiKey")}
          hint="Only if the server asks for one. It is kept on this machine and never shown again."
        >
          <TextInput
            type="password"
            autoComplete="off"
            value={form.apiKey}
            onChange={(event) => change({ apiKey: event.target.value })}
          />
        </Field>
        <div className={styles.pair}>
          <Field label="Model" error={errorOf("model")}>
            <TextInput
              className="mono"
              placeholder="as the server names it"
              value={form.model}
              onChange={(event) => change({ model: event.target.value })}
            />
          </Field>
          <Field label="Title" error={errorOf("title")}>
            <TextInput
              placeholder="as you call it; may stay empty"
              value={form.title}
              onChange={(event) => change({ title: event.target.value })}
            />
          </Field>
        </div>
        <Field
          label="Window, in tokens"
          error={errorOf("contextTokens")}
          hint="Empty where the server says it. A smaller one than the server's keeps prompts whole."
        >
          <TextInput
            inputMode="numeric"
            className={styles.window}
            placeholder="as the server says"
            value={form.contextTokens}
            onChange={(event) => change({ contextTokens: event.target.value })}
          />
        </Field>
        <div className={styles.test}>
          <Button icon={PlugZap} disabled={work !== "idle"} onClick={() => void test()}>
            {work === "testing" ? "Testing…" : "Test"}
          </Button>
          {result && <Report result={result} chosen={form.model} onChoose={(model) => change({ model })} />}
        </div>
      </form>
    </Dialog>
  );
}

const failed = (thrown: unknown): CoreTestResult => ({ ok: false, error: toErrorData(thrown) });

interface ReportProps {
  readonly result: CoreTestResult;
  readonly chosen: string;
  readonly onChoose: (model: string) => void;
}

function Report({ result, chosen, onChoose }: ReportProps) {
  if (!result.ok) return <ErrorNote error={result.error} />;
  const { models, latencyMs } = result;
  return (
    <div role="status">
      <p className="soft">
        Answered in {formatDuration(latencyMs)}
        {models.length > 0 ? `, with ${models.length === 1 ? "one model" : `${models.length} models`}:` : "."}
      </p>
      <div className={styles.models}>
        {models.map((model) => (
          <Button
            key={model}
            size="small"
            variant={model === chosen ? "primary" : "plain"}
            aria-pressed={model === chosen}
            onClick={() => onChoose(model)}
          >
            {model}
          </Button>
        ))}
      </div>
    </div>
  );
}
