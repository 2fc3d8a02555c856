import { useState } from "react";
import { toErrorData } from "../../../shared/errors.ts";
import type { ModelFileFacts } from "../../../shared/local-models.ts";
import { Badge } from "../../components/Badge.tsx";
import { Button } from "../../components/Button.tsx";
import { Field } from "../../components/Field.tsx";
import { TextInput } from "../../components/inputs.tsx";
import { WhenLoaded } from "../../components/WhenLoaded.tsx";
import { formatBytes, formatTokens } from "../../format.ts";
import { useLoaded, useSystem, useTransport } from "../../store.tsx";
import styles from "./AddFileDialog.module.css";
import { withHint } from "./checked.ts";
import { fileName } from "./local-words.ts";

export interface ChooseProps {
  readonly onChosen: (file: string) => void;
}

/** A file by its path, or one that lies in the data folder already. */
export function ChooseOnDisk({ onChosen }: ChooseProps) {
  const transport = useTransport();
  const [path, setPath] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [work, setWork] = useState<"idle" | "looking">("idle");
  const look = async (): Promise<void> => {
    // A path that was copied from a file manager or a shell may come in quotes.
    const file = path.trim().replace(/^(["'])(.*)\1$/, "$2");
    if (file === "") {
      setProblem("Type or paste the path of a GGUF file");
      return;
    }
    setWork("looking");
    try {
      await transport.request("models.inspect", { file });
      onChosen(file);
    } catch (thrown) {
      const { message, hint } = toErrorData(thrown);
      setProblem(withHint(message, hint));
      setWork("idle");
    }
  };
  return (
    <div className={styles.panel}>
      <form
        className={styles.ask}
        onSubmit={(event) => {
          event.preventDefault();
          void look();
        }}
      >
        <Field
          label="Path"
          error={problem}
          hint="The whole path of a GGUF file on this machine. It stays there."
        >
          <TextInput
            className="mono"
            placeholder="/home/ada/models/llama-3.2-1b-q4.gguf"
            value={path}
            onChange={(event) => {
              setPath(event.target.value);
              setProblem(null);
            }}
          />
        </Field>
        <Button type="submit" variant="primary" disabled={work === "looking"}>
          {work === "looking" ? "Looking…" : "Next"}
        </Button>
      </form>
      <FilesHere onChosen={onChosen} />
    </div>
  );
}

function FilesHere({ onChosen }: ChooseProps) {
  const { loaded, reload } = useLoaded("models.files", {});
  const used = useSystem((system) => [...system.cores.values()].flatMap((core) => core.local?.file ?? []));
  return (
    <section className={styles.part} aria-labelledby="files-here">
      <h3 id="files-here">In the data folder</h3>
      <WhenLoaded loaded={loaded} reload={reload} lines={2}>
        {(output) => (
          <>
            {output.files.length === 0 && (
              <p className="soft">No model file is there yet. What you get from an address is kept there.</p>
            )}
            {output.files.length > 0 && (
              <ul className={styles.files}>
                {output.files.map((facts) => (
                  <li key={facts.file}>
                    <FileHere
                      facts={facts}
                      use={used.includes(facts.file) ? "used" : "free"}
                      onChosen={() => onChosen(facts.file)}
                    />
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </WhenLoaded>
    </section>
  );
}

interface FileHereProps {
  readonly facts: ModelFileFacts;
  readonly use: "used" | "free";
  readonly onChosen: () => void;
}

function FileHere({ facts, use, onChosen }: FileHereProps) {
  return (
    <button type="button" className={styles.file} title={facts.file} onClick={onChosen}>
      <span className={styles.names}>
        <span>{facts.name}</span>
        <span className="faint mono">{fileName(facts.file)}</span>
      </span>
      {use === "used" && <Badge>Added</Badge>}
      <span className="soft figures">
        {facts.architecture} · {formatTokens(facts.trainedTokens)} tokens · {formatBytes(facts.bytes)}
      </span>
    </button>
  );
}
