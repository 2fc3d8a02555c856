import type { SyscallDetail } from "../../../shared/agent-detail.ts";
import { classes } from "../../components/classes.ts";
import { ErrorNote } from "../../components/Feedback.tsx";
import { type MarkState, StateMark } from "../../components/StateMark.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { CallFacts } from "./CallFacts.tsx";
import { CallProgress } from "./CallProgress.tsx";
import { permissionLine } from "./permission-text.ts";
import { StreamedOutput } from "./StreamedOutput.tsx";
import { argumentsLine, liveness } from "./syscall-rows.ts";
import styles from "./ToolCallRow.module.css";
import { ToolResult } from "./ToolResult.tsx";
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
      {call.progress && liveness(call.state) === "live" && (
        <CallProgress id={call.id} progress={call.progress} />
      )}
      {!result && call.partial !== "" && (
        <StreamedOutput label={`Output of ${call.id}`} text={call.partial} />
      )}
      {result && <ToolResult tool={call.call.tool} result={result} name={`${name} result`} />}
      {call.error && <ErrorNote error={call.error} />}
      {call.state === "cancelled" && call.reason && <p className="soft">Cancelled: {call.reason}</p>}
      <CallFacts call={call} mark={markOf(call)} />
    </Line>
  );
}

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
