import { Server, TriangleAlert } from "lucide-react";
import { type FormEvent, type MouseEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import type { KernelErrorData } from "../../../shared/errors.ts";
import type { Elicitation, ElicitationAnswer } from "../../../shared/servers.ts";
import { Button } from "../../components/Button.tsx";
import { ErrorNote } from "../../components/Feedback.tsx";
import { Kbd } from "../../components/Kbd.tsx";
import { formatTime } from "../../format.ts";
import { routeHash } from "../../routes.ts";
import { useSystem } from "../../store.tsx";
import { Countdown } from "./Countdown.tsx";
import { QuestionInput } from "./QuestionInput.tsx";
import styles from "./QuestionPane.module.css";
import { checkAnswer, fieldAtFault, firstAnswer, questionFields, type TypedAnswer } from "./question-form.ts";
import { TextBlock } from "./TextBlock.tsx";
import { useAnswerGuard } from "./use-answer-guard.ts";
import { useInboxKeys } from "./use-inbox-keys.ts";

export interface QuestionPaneProps {
  readonly question: Elicitation;
  readonly state: "waiting" | "settled";
  /** Changes with each answer given here: the heading then takes the focus. */
  readonly focusKey: number;
  /** Resolves with what is wrong with the answer, or null when it counted. */
  readonly onAnswer: (answer: ElicitationAnswer) => Promise<KernelErrorData | null>;
}

const AT_FAULT = ":is(input, select)[aria-invalid=true], fieldset[aria-invalid=true] input";

/** A question of a server with its form, set apart from what the program itself says. To be keyed by the question. */
export function QuestionPane({ question, state, focusKey, onAnswer }: QuestionPaneProps) {
  const formId = useId();
  const form = useRef<HTMLFormElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const guard = useAnswerGuard("plain");
  const fields = useMemo(() => questionFields(question.schema), [question.schema]);
  const [typed, setTyped] = useState<TypedAnswer>(() => firstAnswer(fields));
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [refused, setRefused] = useState<KernelErrorData | null>(null);
  const [work, setWork] = useState<"idle" | "sending">("idle");
  /** Counts the answers that did not fit: the focus goes to the first field at fault. */
  const [misfits, setMisfits] = useState(0);
  useEffect(() => {
    if (misfits > 0) form.current?.querySelector<HTMLElement>(AT_FAULT)?.focus();
  }, [misfits]);
  useEffect(() => {
    if (focusKey > 0) heading.current?.focus({ preventScroll: true });
  }, [focusKey]);

  const send = async (answer: ElicitationAnswer): Promise<void> => {
    setWork("sending");
    setRefused(null);
    const problem = await onAnswer(answer);
    if (problem === null) return;
    setWork("idle");
    const field = fieldAtFault(fields, problem.field);
    if (field === null) setRefused(problem);
    else {
      setErrors({ [field]: problem.message });
      setMisfits((count) => count + 1);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const checked = checkAnswer(fields, typed);
    setErrors(checked.type === "wrong" ? checked.errors : {});
    if (checked.type === "ready") void send({ type: "accept", content: checked.content });
    else setMisfits((count) => count + 1);
  };
  const onClick = (answer: ElicitationAnswer) => (event: MouseEvent) => {
    if (guard.click(event) === "counts") void send(answer);
  };
  useInboxKeys((command, event) => {
    if (state !== "waiting" || work === "sending") return;
    if ((command !== "once" && command !== "deny") || guard.key(event) !== "counts") return;
    event.preventDefault();
    if (command === "once") form.current?.requestSubmit();
    else void send({ type: "decline" });
  });
  const arming = guard.status === "arming" || work === "sending" || undefined;

  return (
    <>
      <div className={styles.scroll}>
        <article className={styles.question} aria-labelledby="request-title">
          <p className={styles.band}>
            <Server size={14} aria-hidden /> A server asks this, not AIOS and not one of your agents
          </p>
          <header className={styles.head}>
            <h2 id="request-title" ref={heading} tabIndex={-1}>
              The server <span className="mono">{question.server}</span> asks you
            </h2>
          </header>
          <p className={styles.meta}>
            <span className="mono">{question.id}</span>
            <During question={question} />, asked {formatTime(question.requestedAt)}
            {state === "waiting" && (
              <>
                , <Countdown until={question.expiresAt} />
              </>
            )}
          </p>
          {state === "settled" && (
            <p className={styles.settled}>
              This question no longer waits: it was answered, it expired, or its server is gone.
            </p>
          )}
          <h3>In its own words</h3>
          <div className={styles.message}>
            <TextBlock text={question.message} />
          </div>
          {state === "waiting" && (
            <>
              <p className={styles.warning}>
                <TriangleAlert size={14} aria-hidden />
                <span>
                  What you type goes to <span className="mono">{question.server}</span>. Never type a
                  password, a key or a card number here.
                </span>
              </p>
              <form ref={form} id={formId} className={styles.form} noValidate onSubmit={submit}>
                {fields.map((field) => (
                  <QuestionInput
                    key={field.name}
                    field={field}
                    value={typed[field.name] ?? field.first}
                    error={errors[field.name] ?? null}
                    onChange={(value) => {
                      setTyped((earlier) => ({ ...earlier, [field.name]: value }));
                      setErrors(({ [field.name]: _mended, ...others }) => others);
                    }}
                  />
                ))}
              </form>
              {refused && <ErrorNote error={refused} />}
            </>
          )}
        </article>
      </div>
      {state === "waiting" && (
        <div className={styles.bar} onPointerDownCapture={guard.onPointerDown}>
          <div className={styles.answers}>
            <Button
              variant="primary"
              type="submit"
              form={formId}
              aria-disabled={arming}
              onClick={(event) => {
                if (arming === true || guard.click(event) === "ignored") event.preventDefault();
              }}
            >
              Send answer <Kbd keys="A" />
            </Button>
            <Button aria-disabled={arming} onClick={onClick({ type: "decline" })}>
              Decline <Kbd keys="D" />
            </Button>
            <Button aria-disabled={arming} onClick={onClick({ type: "cancel" })}>
              Cancel
            </Button>
          </div>
          <p className={styles.note}>
            Decline tells the server that you refuse; Cancel, that you gave no answer.
          </p>
        </div>
      )}
    </>
  );
}

function During({ question: { syscallId } }: { readonly question: Elicitation }) {
  const agentId = useSystem((system) =>
    syscallId === null ? null : (system.syscalls.get(syscallId)?.agentId ?? null),
  );
  if (syscallId === null) return null;
  return (
    <>
      {" "}
      during <span className="mono">{syscallId}</span>
      {agentId !== null && (
        <>
          {" "}
          of <a href={routeHash({ screen: "agent", agentId })}>{agentId}</a>
        </>
      )}
    </>
  );
}
