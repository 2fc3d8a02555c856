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
import { EditArguments } from "./EditArguments.tsx";
import type { RequestItem } from "./items.ts";
import { guarding } from "./order.ts";
import { RuleChoice } from "./RuleChoice.tsx";
import { useAnswerGuard } from "./use-answer-guard.ts";
import { useInboxKeys } from "./use-inbox-keys.ts";

/** Longest reason the contract takes, in characters. */
const REASON_CHARACTERS = 2_000;

export interface AnswerBarProps {
  readonly item: RequestItem;
  /** Requests that may be answered together with these, themselves included. */
  readonly alike: readonly Approval[];
  readonly onAnswer: (approvals: readonly Approval[], answer: ApprovalAnswer) => void;
}

/** The answers to a request. To be keyed by the request. No button of it ever takes the focus by itself. */
export function AnswerBar({ item, alike, onAnswer }: AnswerBarProps) {
  const { approval, same } = item;
  const level = guarding(approval.risk);
  const guard = useAnswerGuard(level);
  const bar = useRef<HTMLDivElement>(null);
  const reasonInput = useRef<HTMLInputElement>(null);
  const [panel, setPanel] = useState<"none" | "rule" | "edit">("none");
  const [reason, setReason] = useState("");
  const [together, setTogether] = useState<ReadonlySet<ApprovalId> | null>(null);
  const subjects = together ? alike.filter(({ id }) => together.has(id)) : same;
  const many = subjects.length > 1 ? `all ${subjects.length} ` : "";
  const offers = offersOf(item, together);

  const answers = {
    once: () => onAnswer(subjects, { type: "once" }),
    run: () => offers.run !== null && onAnswer(subjects, { type: "run" }),
    deny: () => onAnswer(subjects, { type: "deny", reason: reason.trim() }),
  };
  const onClick = (answer: keyof typeof answers) => (event: MouseEvent) => {
    if (guard.click(event) === "counts") answers[answer]();
  };
  const close = (): void => {
    setPanel("none");
    // The focus was in what is gone now.
    if (bar.current?.contains(document.activeElement)) document.getElementById("request-title")?.focus();
  };
  useInboxKeys((command, event) => {
    if (command === "close" && panel !== "none") {
      event.preventDefault();
      close();
    }
    if (panel !== "none") return;
    if (command === "deny") {
      event.preventDefault();
      reasonInput.current?.focus();
    }
    if (
      (command === "rule" && offers.rule === "offered") ||
      (command === "edit" && offers.edit === "offered")
    ) {
      event.preventDefault();
      setPanel(command);
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
      ref={bar}
      className={classes(styles.bar, level === "guarded" && styles.guarded)}
      onPointerDownCapture={guard.onPointerDown}
      onMouseDownCapture={keepFocus}
    >
      <div className={styles.strip} data-status={guard.status} aria-hidden="true" />
      {panel === "rule" && (
        <RuleChoice
          offers={approval.ruleOffers}
          guard={guard}
          count={subjects.length}
          onSave={(index, expiresAt) => onAnswer(subjects, { type: "rule", index, expiresAt })}
          onClose={close}
        />
      )}
      {panel === "edit" && (
        <EditArguments
          values={approval.arguments}
          guard={guard}
          count={subjects.length}
          onSend={(values) => onAnswer(subjects, { type: "edit", arguments: values })}
          onClose={close}
        />
      )}
      {panel === "none" && (
        <>
          {alike.length > Math.max(1, same.length) && (
            <AlikeChoice alike={alike} together={together} onChange={setTogether} />
          )}
          <div className={styles.answers}>
            <Button
              variant={level === "plain" ? "primary" : "plain"}
              aria-disabled={arming}
              onClick={onClick("once")}
            >
              Allow {many}once <Kbd keys="A" />
            </Button>
            {offers.run !== null && (
              <Button aria-disabled={arming} aria-describedby="answer-note" onClick={onClick("run")}>
                Allow for this run <Kbd keys="R" />
              </Button>
            )}
            {offers.rule === "offered" && (
              <Button onClick={() => setPanel("rule")}>
                Allow and add a rule… <Kbd keys="W" />
              </Button>
            )}
            {offers.edit === "offered" && (
              <Button onClick={() => setPanel("edit")}>
                Edit… <Kbd keys="E" />
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
          <p className={styles.note} id="answer-note">
            {offers.run !== null ? (
              <>
                <span className={styles.noteHead}>For this run:</span> {offers.run}
              </>
            ) : (
              noteText(item, together, offers)
            )}
          </p>
        </>
      )}
    </div>
  );
}

interface Offers {
  /** The words of what the run would allow; null where that is not offered. */
  readonly run: string | null;
  readonly rule: "offered" | "none";
  readonly edit: "offered" | "none";
}

/** What may be answered besides yes and no. Nothing wider than one call at high risk, whatever the kernel offers. */
function offersOf({ approval, same }: RequestItem, together: ReadonlySet<ApprovalId> | null): Offers {
  const wide = guarding(approval.risk) === "plain" && !together;
  const oneAgent = same.every(({ agentId }) => agentId === approval.agentId);
  return {
    run: wide && oneAgent ? approval.runGrantText : null,
    rule: wide && approval.ruleOffers.length > 0 ? "offered" : "none",
    edit: together ? "none" : "offered",
  };
}

function noteText(
  { approval, same }: RequestItem,
  together: ReadonlySet<ApprovalId> | null,
  offers: Offers,
): string {
  if (guarding(approval.risk) === "guarded")
    return "High risk: only this one call can be allowed, and an answer counts after a moment.";
  if (together || same.length > 1) return "Each of them gets this answer.";
  if (offers.rule === "offered") return "A rule is shown word for word before it is saved.";
  return "Nothing wider than this one call can be allowed.";
}
