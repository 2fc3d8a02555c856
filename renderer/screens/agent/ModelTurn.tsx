import type { SyscallDetail } from "../../../shared/agent-detail.ts";
import { Badge } from "../../components/Badge.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { CallFacts } from "./CallFacts.tsx";
import { Continuations } from "./context/Continuations.tsx";
import { FoldedText } from "./FoldedText.tsx";
import styles from "./ModelTurn.module.css";
import { argumentsLine, liveness } from "./syscall-rows.ts";
import { Line } from "./TranscriptLine.tsx";

interface ModelTurnProps {
  readonly call: SyscallDetail;
  readonly name: string;
}

/** One call of the model: what it said, as it streams, and the tools it asked for. */
export function ModelTurn({ call, name }: ModelTurnProps) {
  const message = call.result?.kind === "llm" ? call.result.message : null;
  return (
    <Line at={call.createdAt} who={<Who call={call} />} tone="model">
      <Continuations continuations={call.continuations} />
      {message ? (
        message.content !== "" && <FoldedText name={`${name} answer`} text={message.content} />
      ) : (
        <Partial call={call} name={name} />
      )}
      {message && message.toolCalls.length > 0 && (
        <ul className={styles.asks}>
          {message.toolCalls.map((toolCall) => (
            <li key={toolCall.id}>
              <span className="soft">calls</span> <code>{toolCall.name}</code>{" "}
              <code className={styles.arguments}>{argumentsLine(toolCall.arguments)}</code>
            </li>
          ))}
        </ul>
      )}
      {call.result?.kind === "llm" && call.result.finishReason === "length" && (
        <Badge tone="warning">Cut at the output limit</Badge>
      )}
      {call.error && <ErrorNote error={call.error} />}
      {call.reason && (
        <p className="soft">
          <VisibleText text={call.reason} />
        </p>
      )}
      <CallFacts call={call} mark={call.state} />
    </Line>
  );
}

function Who({ call }: { readonly call: SyscallDetail }) {
  const isSummary = call.call.kind === "llm" && call.call.purpose === "summary";
  return (
    <>
      {isSummary ? "Summary" : "Model"} <span className="mono faint">{call.id}</span>
    </>
  );
}

/** What was streamed so far. Live text ends in a caret; text of a call that came to no end is marked partial. */
function Partial({ call, name }: ModelTurnProps) {
  if (call.partial === "") return null;
  if (liveness(call.state) === "ended") {
    return (
      <div>
        <Badge tone="warning">Partial</Badge>
        <FoldedText name={`${name} partial`} text={call.partial} />
      </div>
    );
  }
  return (
    <div>
      <VisibleText text={call.partial} />
      {call.state === "running" ? (
        <span className={styles.caret} aria-hidden="true" />
      ) : (
        <Badge className={styles.mark} tone="warning">
          Partial
        </Badge>
      )}
    </div>
  );
}
