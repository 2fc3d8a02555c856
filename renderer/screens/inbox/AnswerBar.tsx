import { type KeyboardEvent, type MouseEvent, useRef, useState } from "react";
import type { ApprovalId } from "../../../shared/ids.ts";
import type { Approval, ApprovalAnswer } from "../../../shared/permission.ts";
import { Button } from "../../components/Button.tsx";
import { classes } from "../../components/classes.ts";
import { Field } from "../../components/Field.tsx";
import { TextInput } from "../../components/inputs.tsx";
import { Kbd } from "../../components/Kbd.tsx";
import { AlikeChoice } from "./AlikeChoice.tsx";
import styles from "./AnswerBar.module.css";
import { guarding } from "./order.ts";
import { useAnswerGuard } from "./use-answer-guard.ts";
import { useInboxKeys } from "./use-inbox-keys.ts";

/** Longest reason the contract takes, in characters. */
const REASON_CHARACTERS = 2_000;

export interface AnswerBarProps {
  readonly approval: Approval;
  /** Requests that may be answered together with this one, itself included; one or none offers no such choice. */
  readonly alike: readonly Approval[];
  readonly onAnswer: (approvals: readonly Approval[], answer: ApprovalAnswer) => void;
}

/** The three answers to a request. To be keyed by the request. No button of it ever takes the focus by itself. */
export function AnswerBar({ approval, alike, onAnswer }: AnswerBarProps) {
  const level = guarding(approval.risk);
  const guard = useAnswerGuard(level);
  const reasonInput = useRef<HTMLInputElement>(null);
  const [reason, setReason] = useState("");
  const [together, setTogether] = useState<ReadonlySet<ApprovalId> | null>(null);
  const subjects = together ? alike.filter(({ id }) => together.has(id)) : [approval];
  const many = subjects.length > 1 ? `all ${subjects.length} ` : "";
  const runGrant = level === "plain" && !together ? approval.runGrantText : null;

  const answers = {
    once: () => onAnswer(subjects, { type: "once" }),
    run: () => runGrant !== null && onAnswer(subjects, { type: "run" }),
    deny: () => onAnswer(subjects, { type: "deny", reason: reason.trim() }),
  };
  const onClick = (answer: keyof typeof answers) => (event: MouseEvent) => {
    if (guard.click(event) === "counts") answers[answer]();
  };
  useInboxKeys((command, event) => {
    if (command === "deny") {
      event.preventDefault();
      reasonInput.current?.focus();
    }
    if ((command === "once" || command === "run") && guard.key(event) === "counts") {
      event.preventDefault();
      answers[command]();
    }
  });
  const onReasonKey = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === "Escape") event.currentTarget.blur();
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (guard.key(event.nativeEvent) === "counts") answers.deny();
  };
  const arming = guard.status === "arming" || undefined;
  // A press that does not count does not leave the focus on an answer either, where a key would then give it.
  const keepFocus = (event: MouseEvent): void => {
    if (arming && event.target instanceof Element && event.target.closest("button")) event.preventDefault();
  };

  return (
    <div
      className={classes(styles.bar, level === "guarded" && styles.guarded)}
      onPointerDownCapture={guard.onPointerDown}
      onMouseDownCapture={keepFocus}
    >
      <div className={styles.strip} data-status={guard.status} aria-hidden="true" />
      {alike.length > 1 && <AlikeChoice alike={alike} together={together} onChange={setTogether} />}
      <div className={styles.answers}>
        <Button
          variant={level === "plain" ? "primary" : "plain"}
          aria-disabled={arming}
          onClick={onClick("once")}
        >
          Allow {many}once <Kbd keys="A" />
        </Button>
        {runGrant !== null && (
          <Button aria-disabled={arming} aria-describedby="run-grant" onClick={onClick("run")}>
            Allow for this run <Kbd keys="R" />
          </Button>
        )}
        <div className={styles.deny}>
          <Field label="Reason for the agent" showLabel="unseen" className={styles.reason}>
            <TextInput
              ref={reasonInput}
              value={reason}
              maxLength={REASON_CHARACTERS}
              placeholder="Reason the agent will read (optional)"
              onChange={(event) => setReason(event.target.value)}
              onKeyDown={onReasonKey}
            />
          </Field>
          <Button aria-disabled={arming} onClick={onClick("deny")}>
            Deny {many}
            <Kbd keys="D" />
          </Button>
        </div>
      </div>
      <p className={styles.note} id="run-grant">
        {runGrant !== null ? (
          <>
            <span className={styles.noteHead}>For this run:</span> {runGrant}
          </>
        ) : (
          noteText(level, together)
        )}
      </p>
    </div>
  );
}

function noteText(level: ReturnType<typeof guarding>, together: ReadonlySet<ApprovalId> | null): string {
  if (level === "guarded")
    return "High risk: only this one call can be allowed, and an answer counts after a moment.";
  return together ? "Each of them gets this answer." : "Nothing wider than this one call can be allowed.";
}
