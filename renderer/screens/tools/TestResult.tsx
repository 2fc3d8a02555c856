import { Button } from "../../components/Button.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { ProgressBar } from "../../components/ProgressBar.tsx";
import { StateMark } from "../../components/StateMark.tsx";
import { formatDuration } from "../../format.ts";
import { useNow } from "../../now.ts";
import { CallProgress } from "../agent/CallProgress.tsx";
import { Folds } from "../agent/folds.tsx";
import { ToolResult } from "../agent/ToolResult.tsx";
import styles from "./TestCall.module.css";
import type { TestedCall } from "./use-test-call.ts";

interface TestResultProps {
  readonly tool: string;
  readonly call: TestedCall;
  readonly onCancel: () => void;
  /** `yes`: the error stands at its field already. */
  readonly shownAbove: "yes" | "no";
}

/** What became of a call by hand: how far it is, what it returned, or why it failed. */
export function TestResult({ tool, call, onCancel, shownAbove }: TestResultProps) {
  switch (call.type) {
    case "none":
      return null;
    case "running":
      return <Running call={call} onCancel={onCancel} />;
    case "failed":
      if (shownAbove === "yes") return null;
      if (call.error.code === "cancelled") {
        return (
          <p className={styles.outcome} role="status">
            <StateMark state="cancelled" /> after {formatDuration(call.ms)}
          </p>
        );
      }
      return <ErrorNote error={call.error} />;
    case "done":
      return (
        <div role="status" aria-label="Result">
          <p className={styles.outcome}>
            <StateMark
              state={call.result.outcome === "ok" ? "done" : "failed"}
              word={call.result.outcome === "ok" ? "Done" : "It says that it failed"}
            />{" "}
            after {formatDuration(call.ms)}
          </p>
          <Folds>
            <ToolResult tool={tool} result={call.result} name="test" />
          </Folds>
        </div>
      );
  }
}

interface RunningProps {
  readonly call: Extract<TestedCall, { readonly type: "running" }>;
  readonly onCancel: () => void;
}

function Running({ call: { view, startedAt }, onCancel }: RunningProps) {
  const now = useNow();
  return (
    <div className={styles.running}>
      <StateMark state={view?.state ?? "queued"} />
      <span className={styles.elapsed}>{formatDuration(now - startedAt)}</span>
      <div className={styles.progress}>
        {view?.progress ? (
          <CallProgress id={view.id} progress={view.progress} />
        ) : (
          view?.state === "running" && <ProgressBar label={`Progress of ${view.id}`} done={0} total={null} />
        )}
      </div>
      <Button size="small" disabled={view === null} onClick={onCancel}>
        Cancel
      </Button>
    </div>
  );
}
