import { Badge } from "../../components/Badge.tsx";
import { Checkbox } from "../../components/Checkbox.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { TextInput } from "../../components/inputs.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import styles from "./AddServerDialog.module.css";
import type { Candidate } from "./import-servers.ts";
import { transportLine } from "./server-words.ts";

interface ImportedListProps {
  readonly found: readonly Candidate[];
  readonly onChange: (found: readonly Candidate[]) => void;
}

/** What was read, to choose from: each with what it would run, or why it cannot be added. */
export function ImportedList({ found, onChange }: ImportedListProps) {
  if (found.length === 0) return <p className="soft">It names no server.</p>;
  const change = (next: Candidate): void =>
    onChange(found.map((each) => (each.key === next.key ? next : each)));
  return (
    <ul className={styles.found} aria-label="Servers that were read">
      {found.map((candidate) => (
        <li key={candidate.key}>
          {candidate.type === "ok" ? (
            <>
              <div className={styles.pick}>
                <Checkbox
                  value={candidate.key}
                  state={candidate.choice}
                  onChange={(choice) => change({ ...candidate, choice })}
                >
                  <span className="unseen">Add {candidate.server.name}</span>
                </Checkbox>
                <TextInput
                  size="small"
                  className="mono"
                  aria-label={`Name for ${candidate.server.name}`}
                  value={candidate.name}
                  onChange={(event) => change({ ...candidate, name: event.target.value, problem: null })}
                />
              </div>
              <Details candidate={candidate} />
            </>
          ) : (
            <>
              <span className="mono">
                <VisibleText text={candidate.name} /> <Badge tone="danger">cannot be added</Badge>
              </span>
              <ErrorNote error={candidate.problem} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function Details({ candidate }: { readonly candidate: Extract<Candidate, { readonly type: "ok" }> }) {
  const { transport } = candidate.server;
  const names = transport.type === "stdio" ? transport.envNames : transport.headerNames;
  return (
    <div className={styles.detail}>
      <code className={styles.command}>
        <VisibleText text={transportLine(transport)} />
      </code>
      {names.length > 0 && (
        <span className="soft">
          {transport.type === "stdio" ? "Environment" : "Headers"}: <code>{names.join(" ")}</code>
        </span>
      )}
      {candidate.problem && <ErrorNote error={candidate.problem} />}
    </div>
  );
}
