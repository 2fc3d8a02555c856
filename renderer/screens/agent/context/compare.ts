import { diffArrays } from "diff";
import {
  CONTEXT_PARTS,
  type ContextMessage,
  type ContextPart,
  type ContextView,
} from "../../../../shared/context.ts";

/** One row of two contexts side by side. Positions count the messages of each context from 1. */
export type ComparedRow =
  | { readonly type: "same"; readonly messages: number }
  | { readonly type: "added"; readonly position: number; readonly message: ContextMessage }
  | { readonly type: "removed"; readonly position: number; readonly message: ContextMessage }
  | {
      readonly type: "changed";
      readonly position: number;
      readonly before: ContextMessage;
      readonly after: ContextMessage;
    };

export interface ComparedPart {
  readonly part: ContextPart;
  readonly before: number;
  readonly after: number;
}

export interface ComparedContexts {
  readonly parts: readonly ComparedPart[];
  readonly rows: readonly ComparedRow[];
  readonly counts: Readonly<Record<"added" | "removed" | "changed", number>>;
}

const tokensOf = (view: ContextView, part: ContextPart): number =>
  view.parts.find((use) => use.part === part)?.tokens ?? 0;

/** What a message says: equal texts are one message, however they were counted. */
const textOf = ({ message, shape }: ContextMessage): string => JSON.stringify([shape, message]);

/** Two messages that stand in each other's place: of one role, and of one tool call where it is a result. */
function isSamePlace(one: ContextMessage, other: ContextMessage): boolean {
  const [before, after] = [one.message, other.message];
  if (before.role !== after.role) return false;
  return before.role !== "tool" || after.role !== "tool" || before.toolCallId === after.toolCallId;
}

/** What is different between two contexts: tokens of each part, and messages added, removed and changed. */
export function compareContexts(before: ContextView, after: ContextView): ComparedContexts {
  const rows = comparedRows(withPartial(before), withPartial(after));
  const count = (type: ComparedRow["type"]): number => rows.filter((row) => row.type === type).length;
  return {
    parts: CONTEXT_PARTS.map((part) => ({
      part,
      before: tokensOf(before, part),
      after: tokensOf(after, part),
    })),
    rows,
    counts: { added: count("added"), removed: count("removed"), changed: count("changed") },
  };
}

/** The messages, with an answer that had begun as the last of them. */
function withPartial(view: ContextView): readonly ContextMessage[] {
  if (view.partial === null) return view.messages;
  return [
    ...view.messages,
    {
      message: { role: "assistant", content: view.partial, toolCalls: [] },
      part: "partial",
      tokens: tokensOf(view, "partial"),
      shape: "whole",
    },
  ];
}

function comparedRows(
  before: readonly ContextMessage[],
  after: readonly ContextMessage[],
): readonly ComparedRow[] {
  const rows: ComparedRow[] = [];
  let [old, now] = [0, 0];
  const changes = diffArrays(before.map(textOf), after.map(textOf));
  let removed: ContextMessage[] = [];
  const settle = (added: readonly ContextMessage[]): void => {
    const left = [...removed];
    const start = old - removed.length;
    const rest: ComparedRow[] = [];
    for (const [index, message] of added.entries()) {
      const match = left.findIndex((candidate) => isSamePlace(candidate, message));
      if (match < 0) {
        rest.push({ type: "added", position: now + index + 1, message });
        continue;
      }
      // Those that were skipped have no counterpart.
      for (const skipped of left.splice(0, match)) {
        rest.push({ type: "removed", position: start + removed.indexOf(skipped) + 1, message: skipped });
      }
      const [counterpart] = left.splice(0, 1);
      if (counterpart) {
        rest.push({ type: "changed", position: now + index + 1, before: counterpart, after: message });
      }
    }
    for (const message of left) {
      rest.push({ type: "removed", position: start + removed.indexOf(message) + 1, message });
    }
    rows.push(...rest);
    removed = [];
  };
  for (const change of changes) {
    const { count } = change;
    if (change.removed) {
      removed.push(...before.slice(old, old + count));
      old += count;
      continue;
    }
    if (change.added) {
      settle(after.slice(now, now + count));
      now += count;
      continue;
    }
    settle([]);
    rows.push({ type: "same", messages: count });
    old += count;
    now += count;
  }
  settle([]);
  return rows;
}
