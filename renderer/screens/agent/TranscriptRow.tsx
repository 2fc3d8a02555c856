import { memo } from "react";
import type { TranscriptItem } from "../../../shared/agent-detail.ts";
import { assertNever } from "../../../shared/errors.ts";
import { agentIdSchema } from "../../../shared/id-schemas.ts";
import { Button } from "../../components/Button.tsx";
import { StateMark } from "../../components/StateMark.tsx";
import { formatCount } from "../../format.ts";
import { routeHash } from "../../routes.ts";
import { VisibleText } from "../inbox/VisibleText.tsx";
import { FoldedText } from "./FoldedText.tsx";
import { useFold } from "./folds.tsx";
import { ModelTurn } from "./ModelTurn.tsx";
import { RecallRow } from "./RecallRow.tsx";
import { ToolCallRow } from "./ToolCallRow.tsx";
import { Line } from "./TranscriptLine.tsx";
import styles from "./TranscriptRow.module.css";

export interface TranscriptRowProps {
  readonly item: TranscriptItem;
  /** Unique within the transcript; names its folds. */
  readonly name: string;
}

/** One item of a transcript: when, who, what. */
export const TranscriptRow = memo(function TranscriptRow({ item, name }: TranscriptRowProps) {
  switch (item.kind) {
    case "message":
      return item.role === "system" ? (
        <Instructions item={item} name={name} />
      ) : (
        <UserMessage item={item} name={name} />
      );
    case "syscall":
      return item.syscall.call.kind === "llm" ? (
        <ModelTurn call={item.syscall} name={name} />
      ) : (
        <ToolCallRow call={item.syscall} name={name} />
      );
    case "recall":
      return <RecallRow item={item} name={name} />;
    case "note":
      return (
        <Line at={item.at} who="" tone="note">
          <NoteText text={item.text} />
        </Line>
      );
    case "ending":
      return <Ending item={item} name={name} />;
    default:
      return assertNever(item);
  }
});

/** A note, in which the agent that a fork came from is a link. */
function NoteText({ text }: { readonly text: string }) {
  const [, start, id, rest] = /^(Begins with the context of )(a\d+)(.*)$/.exec(text) ?? [];
  const origin = agentIdSchema.safeParse(id);
  if (!origin.success) return text;
  return (
    <>
      {start}
      <a className="mono" href={routeHash({ screen: "agent", agentId: origin.data })}>
        {origin.data}
      </a>
      {rest}
    </>
  );
}

type ItemOf<K extends TranscriptItem["kind"]> = Extract<TranscriptItem, { readonly kind: K }>;

function Instructions({ item, name }: { readonly item: ItemOf<"message">; readonly name: string }) {
  const [fold, toggle] = useFold(`${name} instructions`, "folded");
  return (
    <Line at={item.at} who="System" tone="system">
      <Button
        size="small"
        variant="quiet"
        className={styles.fold}
        aria-expanded={fold === "open"}
        onClick={toggle}
      >
        {fold === "open"
          ? "Fold the instructions"
          : `Instructions, ${formatCount(item.content.length)} characters`}
      </Button>
      {fold === "open" && <VisibleText text={item.content} />}
    </Line>
  );
}

function UserMessage({ item, name }: { readonly item: ItemOf<"message">; readonly name: string }) {
  const who = item.from ? (
    <a className="mono" href={routeHash({ screen: "agent", agentId: item.from })}>
      {item.from}
    </a>
  ) : (
    "You"
  );
  return (
    <Line at={item.at} who={who} tone="user">
      <FoldedText name={`${name} message`} text={item.content} />
    </Line>
  );
}

function Ending({ item, name }: { readonly item: ItemOf<"ending">; readonly name: string }) {
  return (
    <Line at={item.at} who={<StateMark state={item.status} />} tone="ending">
      {item.answer !== null && <FoldedText name={`${name} answer`} text={item.answer} />}
      {item.error && (
        <p>
          {item.error.message}
          {item.error.hint && <span className="soft"> {item.error.hint}</span>}
        </p>
      )}
      {item.answer === null && !item.error && <span className="soft">Ended without an answer</span>}
    </Line>
  );
}
