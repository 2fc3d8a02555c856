import { Download } from "lucide-react";
import { useEffect, useState } from "react";
import { CONTRACT } from "../../../shared/contract.ts";
import type { JobId } from "../../../shared/jobs.ts";
import { Button } from "../../components/Button.tsx";
import { Field } from "../../components/Field.tsx";
import { TextInput } from "../../components/inputs.tsx";
import { useSystem } from "../../store.tsx";
import styles from "./AddFileDialog.module.css";
import type { DownloadInput } from "./asked-downloads.ts";
import type { ChooseProps } from "./ChooseOnDisk.tsx";
import { type Checked, type FieldProblem, invalid } from "./checked.ts";
import { JobRow } from "./JobRow.tsx";
import { useJobActions } from "./use-jobs.ts";

const FIELDS = ["url", "sha256"] as const;
type DownloadField = (typeof FIELDS)[number];

function check(url: string, sha256: string): Checked<DownloadInput, DownloadField> {
  const input = { url: url.trim(), sha256: sha256.trim() };
  const parsed = CONTRACT["models.download"].input.safeParse(input);
  return parsed.success ? { type: "valid", input } : invalid(FIELDS, parsed.error.issues);
}

/** A file from an address. It goes on when the dialog is closed; while it is open, a file that has come is set up next. */
export function ChooseAddress({ onChosen }: ChooseProps) {
  const { download } = useJobActions();
  const [url, setUrl] = useState("");
  const [sha256, setSha256] = useState("");
  const [problem, setProblem] = useState<FieldProblem<DownloadField> | null>(null);
  const [mine, setMine] = useState<JobId | null>(null);
  const [work, setWork] = useState<"idle" | "asking">("idle");
  const job = useSystem((system) => (mine === null ? undefined : system.jobs.get(mine)));
  const file = job?.end?.status === "done" ? job.end.text : null;
  useEffect(() => {
    if (file !== null) onChosen(file);
  }, [file, onChosen]);

  const start = async (): Promise<void> => {
    const checked = check(url, sha256);
    if (checked.type === "invalid") {
      setProblem(checked);
      return;
    }
    setWork("asking");
    setMine(await download(checked.input));
    setWork("idle");
  };
  const errorOf = (field: DownloadField): string | null =>
    problem?.field === field ? problem.message : null;
  const running = job !== undefined && job.end === null;
  return (
    <form
      className={styles.panel}
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <Field label="Address" error={errorOf("url")} hint="Of the GGUF file itself, not of a page about it.">
        <TextInput
          className="mono"
          placeholder="https://example.org/models/llama-3.2-1b-q4.gguf"
          value={url}
          onChange={(event) => {
            setUrl(event.target.value);
            setProblem(null);
          }}
        />
      </Field>
      <Field
        label="SHA-256, if you know it"
        error={errorOf("sha256")}
        hint="64 hexadecimal digits, as many sites print them. The file is refused when it has another."
      >
        <TextInput
          className="mono"
          value={sha256}
          onChange={(event) => {
            setSha256(event.target.value);
            setProblem(null);
          }}
        />
      </Field>
      {job && <JobRow job={job} onAgain={setMine} />}
      <div className={styles.bar}>
        <p>
          {running
            ? "You may close this: the download goes on, and Models shows it."
            : "A download that breaks off goes on where it was, when you ask for the same address again."}
        </p>
        <Button type="submit" variant="primary" icon={Download} disabled={running || work === "asking"}>
          Get it
        </Button>
      </div>
    </form>
  );
}
