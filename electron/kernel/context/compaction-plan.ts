import type { CompactionCause, ContextPart, Reduction } from "../../../shared/context.ts";
import type { Message } from "../../../shared/messages.ts";
import {
  COMPACTION_HIGH_MARK,
  COMPACTION_LEAST_GAIN,
  COMPACTION_LOW_MARK,
  COMPACTION_SHARE_OF_ITSELF,
  RESULT_LONG_TOKENS,
  RESULT_REMOVED_FROM_TOKENS,
} from "../limits.ts";
import { extract } from "./extraction.ts";
import { ReducedHistory } from "./reduced-history.ts";
import { type SummaryTask, summaryOf } from "./summary.ts";
import { type ContextWindow, roomOf } from "./window.ts";

export interface CompactionInput {
  /** Every message that the agent ever had, whole. */
  readonly history: readonly Message[];
  /** Tokens of each of them, whole. */
  readonly tokens: readonly number[];
  /** The reductions of the compactions in force, in the order in which they were made. */
  readonly inForce: readonly Reduction[];
  /** Tokens of what is sent beside the messages. */
  readonly others: { readonly tools: number; readonly partial: number };
  readonly window: ContextWindow | null;
  readonly cause: CompactionCause;
  /** What can put turns into fewer words: a language model, asked later, or the fixed extraction, at once. */
  readonly summaries: "model" | "extraction";
  /** When the window counts as full. `full`: not before it is, since the person undid a compaction. */
  readonly mark: "high" | "full";
}

export type CompactionPlan =
  | { readonly type: "fits"; readonly tokens: number }
  | {
      readonly type: "reduce";
      /** Without the summary that a model is still to write: `summaryOf` makes it. */
      readonly reductions: readonly Reduction[];
      readonly summarise: SummaryTask | null;
      readonly tokensBefore: number;
      /** At most: with the longest summary that a model may write. */
      readonly tokensAfter: number;
      /** `less`: it helps, but there is nothing more that may be taken out. */
      readonly reaches: "low-mark" | "less";
    }
  | {
      readonly type: "cannot";
      /** The part that is too big. */
      readonly part: ContextPart;
      readonly tokens: number;
      /** Why in one sentence, and the way out. */
      readonly why: string;
      readonly hint: string;
    };

/**
 * How a context is made smaller, as a pure function. It acts above a high mark of the window, or when the server
 * refused the context or the person asks, and goes down to a low mark, so that the beginning of the prompt changes
 * rarely. First old long results give way, oldest first; then the oldest whole turns, to a summary; what is still
 * too big is cut to its beginning, as the last resort. The last turns, instructions, the goal and what the person
 * said are never taken out. Repeated after a refusal it makes the context smaller each time, until it cannot.
 */
export function planCompaction(input: CompactionInput): CompactionPlan {
  const history = new ReducedHistory(input.history, input.tokens, input.inForce);
  const others = input.others.tools + input.others.partial;
  const before = history.total + others;
  const room = input.window && roomOf(input.window);
  if (input.cause === "window" && (room === null || before <= markOf(input.mark, room))) {
    return { type: "fits", tokens: before };
  }
  const target = targetOf(input.cause, before, room);
  // One after the other, each only as far as it takes.
  removeResults(history, target - others);
  const task = history.total + others > target ? history.oldestTurns(target - others, room) : null;
  if (task) history.cover(task);
  if (input.cause === "refused") history.cut(target - others);
  else if (room !== null && history.total + others > room) history.cut(room * COMPACTION_HIGH_MARK - others);
  const after = history.total + others;
  if (input.cause === "window" && room !== null) {
    const gain = before - after;
    if (before <= room && gain < room * COMPACTION_LEAST_GAIN) return { type: "fits", tokens: before };
    if (after > room) return cannot(input, history, room);
  }
  if (after >= before || history.changes === 0) return cannot(input, history, room);
  const reductions = history.reductions();
  const reaches = after <= target ? "low-mark" : "less";
  const plan = { type: "reduce", reductions, tokensBefore: before, tokensAfter: after, reaches } as const;
  if (!task || input.summaries === "model") return { ...plan, summarise: task };
  const { text, tokens } = extract(task);
  return {
    ...plan,
    reductions: [...reductions, summaryOf(task, text, tokens)],
    summarise: null,
    tokensAfter: after - task.maxTokens + tokens,
  };
}

const markOf = (mark: CompactionInput["mark"], room: number): number =>
  mark === "full" ? room : room * COMPACTION_HIGH_MARK;

/** Tokens to come down to. */
function targetOf(cause: CompactionCause, before: number, room: number | null): number {
  const low = room === null ? Number.POSITIVE_INFINITY : Math.floor(room * COMPACTION_LOW_MARK);
  // What was refused or looked at by the person is too big whatever the window says.
  return cause === "window" ? low : Math.min(low, Math.floor(before * COMPACTION_SHARE_OF_ITSELF));
}

/** Long ones first, the oldest first among them; then the others that are worth it. */
function removeResults(history: ReducedHistory, target: number): void {
  for (const longerThan of [RESULT_LONG_TOKENS, RESULT_REMOVED_FROM_TOKENS]) {
    for (const position of history.oldResults(longerThan)) {
      if (history.total <= target) return;
      history.remove(position);
    }
  }
}

function cannot(input: CompactionInput, history: ReducedHistory, room: number | null): CompactionPlan {
  const { system, messages } = history.unmoved();
  const sizes = [
    { part: "system", tokens: system, name: "Its instructions", hint: "Shorten the manifest's instructions" },
    { part: "tools", tokens: input.others.tools, name: "Its tools", hint: "Offer it fewer tools" },
    {
      part: "history",
      tokens: messages,
      name: "What the person said and the last turns",
      hint: "Take a model with a larger window, or split the task",
    },
    {
      part: "partial",
      tokens: input.others.partial,
      name: "The answer that has begun",
      hint: "Start it again",
    },
  ] as const;
  const [largest] = sizes.toSorted((a, b) => b.tokens - a.tokens);
  const { part, tokens, name, hint } = largest ?? sizes[2];
  const of = room === null ? "" : ` of the ${room} that there are`;
  return {
    type: "cannot",
    part,
    tokens,
    why: `${name} take ${tokens} tokens${of}, and nothing more can be taken out`,
    hint,
  };
}
