import { useState } from "react";
import { toast } from "sonner";
import { type KernelErrorData, toErrorData } from "../../../shared/errors.ts";
import type { ServerName } from "../../../shared/ids.ts";
import { Button } from "../../components/Button.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { Field } from "../../components/Field.tsx";
import { TextArea } from "../../components/inputs.tsx";
import { useTransport } from "../../store.tsx";
import styles from "./AddServerDialog.module.css";
import { ImportedList } from "./ImportedList.tsx";
import { addInput, type Candidate, candidatesOf } from "./import-servers.ts";

interface ImportServersProps {
  readonly onAdded: (name: ServerName) => void;
}

const EXAMPLE = `{
  "mcpServers": {
    "files": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", "/home/me/notes"] }
  }
}`;

/** Servers out of another program's `mcpServers` configuration: read first, then those chosen are added. */
export function ImportServers({ onAdded }: ImportServersProps) {
  const transport = useTransport();
  const [json, setJson] = useState("");
  const [found, setFound] = useState<readonly Candidate[] | null>(null);
  const [error, setError] = useState<KernelErrorData | null>(null);
  const [work, setWork] = useState<"idle" | "reading" | "adding">("idle");

  const read = async (): Promise<void> => {
    setWork("reading");
    setError(null);
    setFound(null);
    try {
      const { servers } = await transport.request("servers.import", { json });
      setFound(candidatesOf(servers));
    } catch (thrown) {
      setError(toErrorData(thrown));
    }
    setWork("idle");
  };
  const chosen = (found ?? []).filter((each) => each.type === "ok" && each.choice === "on");
  const add = async (): Promise<void> => {
    setWork("adding");
    const added: ServerName[] = [];
    let left = found ?? [];
    for (const candidate of chosen) {
      const input = addInput(candidate);
      if (!input) continue;
      try {
        added.push((await transport.request("servers.add", input)).name);
        left = left.filter((each) => each.key !== candidate.key);
      } catch (thrown) {
        const problem = toErrorData(thrown);
        left = left.map((each) => (each.key === candidate.key ? { ...each, problem } : each));
      }
    }
    setFound(left);
    setWork("idle");
    const [first] = added;
    if (first === undefined) return;
    toast.success(
      added.length === 1 ? `Added ${first}, disabled` : `Added ${added.length} servers, disabled`,
    );
    if (added.length === chosen.length) onAdded(first);
  };

  return (
    <div className={styles.panel}>
      <Field
        label="Configuration of another program"
        hint={'JSON with "mcpServers", as other desktop apps keep it. Nothing is run.'}
      >
        <TextArea
          className="mono"
          rows={found === null ? 10 : 4}
          spellCheck={false}
          placeholder={EXAMPLE}
          value={json}
          onChange={(event) => {
            setJson(event.target.value);
            setFound(null);
            setError(null);
          }}
        />
      </Field>
      {error && <ErrorNote error={error} />}
      {found !== null && <ImportedList found={found} onChange={setFound} />}
      <div className={styles.bar}>
        {found === null ? (
          <Button
            variant="primary"
            disabled={work !== "idle" || json.trim() === ""}
            onClick={() => void read()}
          >
            {work === "reading" ? "Reading…" : "Read it"}
          </Button>
        ) : (
          <Button
            variant="primary"
            disabled={work !== "idle" || chosen.length === 0}
            onClick={() => void add()}
          >
            {work === "adding" ? "Adding…" : `Add ${chosen.length} and review`}
          </Button>
        )}
      </div>
    </div>
  );
}
