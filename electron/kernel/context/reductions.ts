import type { Compaction, CompactionView, ContextMessage, Reduction } from "../../../shared/context.ts";
import { invariant } from "../../../shared/errors.ts";
import type { Message } from "../../../shared/messages.ts";

/** What a shown message is, and the positions in the whole history that it stands for, in order. */
export interface ShownShape {
  readonly shape: ContextMessage["shape"];
  readonly positions: readonly number[];
}

/** The messages that a model sees; `shapes` has one entry for each. */
export interface ShownContext {
  readonly messages: readonly Message[];
  readonly shapes: readonly ShownShape[];
}

type Summary = Extract<Reduction, { type: "summary" }>;
type OfOneMessage = Exclude<Reduction, Summary>;

/** The compactions that shape what models see, oldest first. */
export const inForce = (compactions: readonly CompactionView[]): readonly CompactionView[] =>
  compactions.filter(({ state }) => state === "in-force");

/** The line in place of a removed result: always the same for the same result. At most REDUCTION_LINE_TOKENS. */
export const removedResultLine = (tool: string, tokens: number): string =>
  `[Result of ${tool}, about ${tokens} tokens, removed to make room. Call the tool again if you need it.]`;

/** The line after the beginning of a message that was cut. */
export const CUT_LINE = "[The rest of this message was cut to make room.]";

/** The line with which a summary begins. */
export const summaryLine = (messages: number): string =>
  `[Summary of ${messages === 1 ? "1 earlier message" : `${messages} earlier messages`}, taken out to make room.]`;

/** Whether a range may begin or end before `position`: no tool call is then parted from its result. */
export function isTurnBoundary(history: readonly Message[], position: number): boolean {
  if (position < 0 || position > history.length) return false;
  if (position < history.length) return history[position]?.role !== "tool";
  const answer = history.findLastIndex(({ role }) => role !== "tool");
  const message = history[answer];
  return message?.role !== "assistant" || message.toolCalls.length === history.length - answer - 1;
}

/**
 * What models see of `history` under `compactions`, those in force, oldest first. Pure. A later summary takes the
 * place of the earlier ones that it covers; of two reductions of one message the later one counts. A message in `kept`
 * that was cut before stays cut. The history itself when nothing is reduced.
 * Panics on reductions that would part a call from its result, take out instructions, or overlap by half.
 */
export function applyReductions(
  history: readonly Message[],
  compactions: readonly Pick<Compaction, "reductions">[],
): ShownContext {
  const { summaries, single } = sort(history, compactions);
  const messages: Message[] = [];
  const shapes: ShownShape[] = [];
  const show = (position: number): void => {
    const message = history[position];
    invariant(message, `the history has a message ${position}`);
    const reduction = single.get(position);
    messages.push(reduction ? reduce(message, reduction) : message);
    shapes.push({ shape: reduction?.type ?? "whole", positions: [position] });
  };
  let position = 0;
  for (const summary of summaries) {
    for (; position < summary.from; position += 1) show(position);
    const positions = takenOut(summary);
    messages.push({ role: "user", content: `${summaryLine(positions.length)}\n\n${summary.text}` });
    shapes.push({ shape: "summary", positions });
    for (const kept of summary.kept) show(kept);
    position = summary.to;
  }
  for (; position < history.length; position += 1) show(position);
  return messages.length === history.length && shapes.every(({ shape }) => shape === "whole")
    ? { messages: history, shapes }
    : { messages, shapes };
}

/** The summaries that are in view, in order of the history, and what happened to single messages. */
function sort(history: readonly Message[], compactions: readonly Pick<Compaction, "reductions">[]) {
  let summaries: readonly Summary[] = [];
  const single = new Map<number, OfOneMessage>();
  for (const reduction of compactions.flatMap(({ reductions }) => reductions)) {
    if (reduction.type !== "summary") {
      invariant(history[reduction.position], `the history has a message ${reduction.position}`);
      single.set(reduction.position, reduction);
      continue;
    }
    check(history, reduction);
    const beside = summaries.filter(({ from, to }) => from < reduction.from || to > reduction.to);
    invariant(
      beside.every(({ from, to }) => to <= reduction.from || from >= reduction.to),
      "a summary covers an earlier one wholly or not at all",
    );
    summaries = [...beside, reduction].toSorted((a, b) => a.from - b.from);
  }
  return { summaries, single };
}

function check(history: readonly Message[], { from, to, kept }: Summary): void {
  invariant(from < to && to - from > kept.length, "a summary takes something out");
  invariant(isTurnBoundary(history, from), `a summary begins between two turns, not before ${from}`);
  invariant(isTurnBoundary(history, to), `a summary ends between two turns, not before ${to}`);
  invariant(
    kept.every((position, index) => position >= from && position < to && position > (kept[index - 1] ?? -1)),
    "what a summary keeps is in its range, in order",
  );
  const roles = takenOut({ from, to, kept }).map((position) => history[position]?.role);
  invariant(!roles.includes("system"), "a summary takes no instructions out");
  invariant(
    kept.every((position) => history[position]?.role === "user" || history[position]?.role === "system"),
    "a summary keeps what was said to the agent, and nothing else",
  );
}

function takenOut({ from, to, kept }: Pick<Summary, "from" | "to" | "kept">): readonly number[] {
  const stays = new Set(kept);
  const range = Array.from({ length: to - from }, (_, index) => from + index);
  return range.filter((position) => !stays.has(position));
}

function reduce(message: Message, reduction: OfOneMessage): Message {
  invariant(message.role !== "system", "instructions stay word for word");
  switch (reduction.type) {
    case "result-removed":
      invariant(message.role === "tool", "only a tool's result is removed");
      return { ...message, content: removedResultLine(message.name, reduction.tokens) };
    case "cut":
      return { ...message, content: `${beginning(message.content, reduction.characters)}\n${CUT_LINE}` };
  }
}

/** The first characters, without half of a surrogate pair at the end. */
function beginning(text: string, characters: number): string {
  const code = text.charCodeAt(characters - 1);
  const half = characters < text.length && code >= 0xd800 && code <= 0xdbff;
  return text.slice(0, half ? characters - 1 : characters);
}
