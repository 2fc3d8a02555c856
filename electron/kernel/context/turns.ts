import type { Message } from "../../../shared/messages.ts";
import { TURNS_LEFT_ALONE } from "../limits.ts";
import { isRecall } from "./recall-message.ts";

/** Messages that stand or go together: from `from` up to before `to`. */
export interface Turn {
  /** `turn`: an answer of the model with the results of its calls. `message`: any other. */
  readonly type: "turn" | "message";
  readonly from: number;
  readonly to: number;
}

/** A history in turns, without a gap. */
export function turnsOf(history: readonly Message[]): readonly Turn[] {
  const turns: Turn[] = [];
  let from = 0;
  while (from < history.length) {
    let to = from + 1;
    if (history[from]?.role === "assistant") while (history[to]?.role === "tool") to += 1;
    turns.push({ type: history[from]?.role === "assistant" ? "turn" : "message", from, to });
    from = to;
  }
  return turns;
}

/**
 * Positions that no compaction may take out or change: instructions, the first message of a user, which is the goal,
 * and whatever else the person said.
 */
export function keptPositions(history: readonly Message[]): ReadonlySet<number> {
  const goal = history.findIndex((message) => message.role === "user" && !isRecall(message));
  const kept = new Set<number>();
  history.forEach((message, position) => {
    const isSaid = message.role === "user" && !isRecall(message);
    const isPersons = isSaid && (message.from === undefined || position === goal);
    if (message.role === "system" || isPersons) kept.add(position);
  });
  return kept;
}

/** Where the last TURNS_LEFT_ALONE turns begin: from there on nothing is taken out. */
export function lastTurnsFrom(turns: readonly Turn[]): number {
  return turns.filter(({ type }) => type === "turn").at(-TURNS_LEFT_ALONE)?.from ?? firstTurn(turns);
}

const firstTurn = (turns: readonly Turn[]): number => turns.find(({ type }) => type === "turn")?.from ?? 0;
