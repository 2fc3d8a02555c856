import type { ToolOutcome } from "../../../shared/messages.ts";
import type { SyscallResult } from "../../../shared/syscall.ts";
import { Badge } from "../../components/Badge.tsx";
import { classes } from "../../components/classes.ts";
import { Attachments } from "./Attachments.tsx";
import { FoldedText } from "./FoldedText.tsx";
import styles from "./ToolResult.module.css";

export interface ToolResultProps {
  readonly tool: string;
  readonly result: Exclude<SyscallResult, { readonly kind: "llm" }>;
  /** Names the fold of a long text among others of the same list. */
  readonly name: string;
}

/** What a call of a tool came back with: its text, and what it holds besides. */
export function ToolResult({ tool, result, name }: ToolResultProps) {
  const attachments = result.attachments ?? [];
  return (
    <div className={classes(styles.result, result.outcome !== "ok" && styles.bad)}>
      {result.outcome !== "ok" && <Badge tone="danger">{OUTCOME[result.outcome]}</Badge>}
      {(result.text !== "" || attachments.length === 0) && (
        <FoldedText name={name} text={result.text} font="mono" />
      )}
      <Attachments tool={tool} attachments={attachments} />
    </div>
  );
}

const OUTCOME: Readonly<Record<ToolOutcome, string>> = {
  ok: "Done",
  error: "Error",
  denied: "Denied",
  unknown: "Outcome unknown",
};
