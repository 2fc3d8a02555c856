import type { SyscallDetail } from "../../../shared/agent-detail.ts";
import type { ToolOutcome } from "../../../shared/messages.ts";
import { Badge } from "../../components/Badge.tsx";
import { classes } from "../../components/classes.ts";
import { ErrorNote } from "../../components/Feedback.tsx";
import { type MarkState, StateMark } from "../../components/StateMark.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { CallFacts } from "./CallFacts.tsx";
import { FoldedText } from "./FoldedText.tsx";
import { permissionLine } from "./permission-text.ts";
import { argumentsLine } from "./syscall-rows.ts";
import styles from "./ToolCallRow.module.css";
import { Line } from "./TranscriptLine.tsx";

interface ToolCallRowProps {
  readonly call: SyscallDetail;
  readonly name: string;
}

/** Longest arguments shown before they fold, in characters. */
const ARGUMENTS_CHARACTERS = 200;

/** One call of a tool: its arguments, who let it pass, and what came back. */
export function ToolCallRow({ call, name }: ToolCallRowProps) {
  if (call.call.kind === "llm") return null;
  const result = call.result?.kind === "llm" ? null : call.result;
  return (
    <Line at={call.createdAt} who={<Who call={call} />} tone="tool">
      <p className={styles.head}>
        <StateMark state={markOf(call)} show="shape" />
        <code className={styles.tool}>{call.call.tool}</code>
        <code className={styles.arguments}>
          <VisibleText text={argumentsLine(call.call.arguments, ARGUMENTS_CHARACTERS)} />
        </code>
      </p>
      <Permission call={call} />
      {result && (
        <div className={classes(styles.result, result.outcome !== "ok" && styles.bad)}>
          {result.outcome !== "ok" && <Badge tone="danger">{OUTCOME[result.outcome]}</Badge>}
          <FoldedText name={`${name} result`} text={result.text} font="mono" />
        </div>
      )}
      {call.error && <ErrorNote error={call.error} />}
      {call.state === "cancelled" && call.reason && <p className="soft">Cancelled: {call.reason}</p>}
      <CallFacts call={call} mark={markOf(call)} />
    </Line>
  );
}

const OUTCOME: Readonly<Record<ToolOutcome, string>> = {
  ok: "Done",
  error: "Error",
  denied: "Denied",
  unknown: "Outcome unknown",
};

/** A call that came back with an error is no success, though the syscall itself is done. */
function markOf(call: SyscallDetail): MarkState {
  if (call.state === "done" && call.result?.kind !== "llm" && call.result?.outcome !== "ok") return "failed";
  return call.state === "gated" && call.approval && !call.answer ? "asking" : call.state;
}

function Who({ call }: { readonly call: SyscallDetail }) {
  return (
    <>
      <span className={styles.kind}>{call.call.kind}</span> <span className="mono faint">{call.id}</span>
    </>
  );
}

function Permission({ call }: { readonly call: SyscallDetail }) {
  const line = permissionLine(call);
  if (!line || (line.tone === "settled" && call.answer === null)) return null;
  const reason =
    line.tone === "denied" || line.tone === "asking" ? (line.reason === "" ? call.reason : line.reason) : "";
  return (
    <p className={classes(styles.permission, styles[line.tone])}>
      {line.tone === "asking" ? <a href="#/inbox">{line.text}</a> : line.text}
      {reason && (
        <>
          : <VisibleText text={reason} />
        </>
      )}
    </p>
  );
}
