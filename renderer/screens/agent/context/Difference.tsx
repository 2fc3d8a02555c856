import { type ReactNode, useMemo } from "react";
import type { ContextMessage, ContextView } from "../../../../shared/context.ts";
import type { SnapshotId } from "../../../../shared/ids.ts";
import { Badge } from "../../../components/Badge.tsx";
import { classes } from "../../../components/classes.ts";
import { SplitSwatch } from "../../../components/SplitBar.tsx";
import { NumberCell, Table } from "../../../components/Table.tsx";
import { formatCount } from "../../../format.ts";
import { CONTEXT_PART_WORDS } from "../../../labels.ts";
import { DiffView } from "../../inbox/DiffView.tsx";
import { Entry, roleText } from "../PromptMessages.tsx";
import styles from "./Comparison.module.css";
import { ShapeMark } from "./ContextMessages.tsx";
import { type ComparedContexts, type ComparedRow, compareContexts } from "./compare.ts";
import { signedCount } from "./words.ts";

/** One side of a comparison. */
export type ComparedPlace = SnapshotId | "now";

interface DifferenceProps {
  readonly from: ComparedPlace;
  readonly to: ComparedPlace;
  readonly before: ContextView;
  readonly after: ContextView;
}

/** Tokens of each part of two contexts, and the messages that only one of them has or that changed. */
export function Difference({ before, after, from, to }: DifferenceProps) {
  const compared = useMemo(() => compareContexts(before, after), [before, after]);
  const { counts } = compared;
  const isSame = counts.added + counts.removed + counts.changed === 0;
  return (
    <>
      <PartTable compared={compared} from={from} to={to} />
      <p className={styles.counts}>
        {isSame ? (
          "Both hold the same messages."
        ) : (
          <>
            <span className={styles.added}>+ {formatCount(counts.added)} added</span>
            <span className={styles.removed}>− {formatCount(counts.removed)} removed</span>
            <span className={styles.changed}>± {formatCount(counts.changed)} changed</span>
          </>
        )}
      </p>
      <ol className={styles.rows} aria-label="Messages that differ">
        {compared.rows.map((row, index) => (
          <li key={`${index}-${row.type}`} className={classes(styles.row, styles[row.type])}>
            <Row row={row} />
          </li>
        ))}
      </ol>
    </>
  );
}

const placeText = (place: ComparedPlace): string => (place === "now" ? "Now" : place);

interface PartTableProps extends Pick<DifferenceProps, "from" | "to"> {
  readonly compared: ComparedContexts;
}

function PartTable({ compared: { parts }, from, to }: PartTableProps) {
  const sum = (side: "before" | "after"): number => parts.reduce((total, part) => total + part[side], 0);
  const count = (value: number) => ({ value: formatCount(value), unit: "" });
  return (
    <Table
      label="Tokens of both"
      className={styles.table}
      columns={[
        { id: "part", label: "Part" },
        { id: "from", label: placeText(from), align: "number" },
        { id: "to", label: placeText(to), align: "number" },
        { id: "difference", label: "Difference", align: "number" },
      ]}
    >
      {parts.map(({ part, before, after }, index) => (
        <tr key={part}>
          <td>
            <SplitSwatch index={index} /> {CONTEXT_PART_WORDS[part]}
          </td>
          <NumberCell quantity={count(before)} />
          <NumberCell quantity={count(after)} />
          <NumberCell quantity={{ value: signedCount(after - before), unit: "" }} />
        </tr>
      ))}
      <tr className={styles.sum}>
        <td>All</td>
        <NumberCell quantity={count(sum("before"))} />
        <NumberCell quantity={count(sum("after"))} />
        <NumberCell quantity={{ value: signedCount(sum("after") - sum("before")), unit: "" }} />
      </tr>
    </Table>
  );
}

function Row({ row }: { readonly row: ComparedRow }) {
  switch (row.type) {
    case "same":
      return (
        <p className="faint">
          {formatCount(row.messages)} {row.messages === 1 ? "message is" : "messages are"} the same
        </p>
      );
    case "added":
      return (
        <Message message={row.message} position={row.position} mark={<Badge tone="good">+ Added</Badge>} />
      );
    case "removed":
      return (
        <Message
          message={row.message}
          position={row.position}
          mark={<Badge tone="danger">− Removed</Badge>}
        />
      );
    case "changed":
      return (
        <>
          <p className={styles.head}>
            <Badge tone="accent">± Changed</Badge>
            <ShapeMark shape={row.after.shape} />
            <span className={styles.tokens}>
              {formatCount(row.before.tokens)} → {formatCount(row.after.tokens)} tokens
            </span>
          </p>
          <DiffView
            change={{
              type: "file-change",
              path: `${row.position} ${roleText(row.after.message)}`,
              before: wordsOf(row.before),
              after: wordsOf(row.after),
              cut: "whole",
            }}
          />
        </>
      );
  }
}

interface MessageProps {
  readonly message: ContextMessage;
  readonly position: number;
  readonly mark: ReactNode;
}

const Message = ({ message, position, mark }: MessageProps) => (
  <Entry
    entry={{ message: message.message, position, tokens: message.tokens }}
    mark={
      <>
        {mark}
        <ShapeMark shape={message.shape} />
      </>
    }
  />
);

/** All that a model reads of a message, as one text. */
function wordsOf({ message }: ContextMessage): string {
  if (message.role !== "assistant" || message.toolCalls.length === 0) return message.content;
  return [message.content, ...message.toolCalls.map((call) => JSON.stringify(call, null, 2))]
    .filter((text) => text !== "")
    .join("\n");
}
