import { estimateTokens, type Json, type Message, type ToolCall } from "../../../shared/messages.ts";
import { isRecall, recalledWords } from "./recall-message.ts";
import type { SummaryTask } from "./summary.ts";
import { estimateMessage } from "./token-counts.ts";
import { turnsOf } from "./turns.ts";

/** A line and how much it tells: answers most, then what other agents said, what went wrong, and what was done. */
interface Line {
  readonly worth: 1 | 2 | 3 | 4;
  /** Written only when there is still room: old turns may be thousands. */
  readonly write: () => string;
}

const RESULT_WORDS = 14;
const RESULT_CHARACTERS = 140;
const ARGUMENT_CHARACTERS = 60;
const ARGUMENTS = 3;
const ANSWER_CHARACTERS = 400;

/**
 * What was done in old turns, for cores that cannot put it into fewer words themselves: one line a turn with the
 * tools, what they were called with and the first words of what came back; answers and messages of other agents
 * longer. What tells least is left out until it fits into `maxTokens` of the task, of two alike the older one, and
 * how many lines are missing is said. The same task gives the same text. `tokens` are estimated by how dense the
 * messages of the task are.
 */
export function extract(task: SummaryTask): { readonly text: string; readonly tokens: number } {
  const tokensOf = counter(task);
  const { lines: earlier, missing: before } = earlierLines(task.earlier);
  const lines = [...earlier, ...linesOf(task.messages)];
  const order = lines
    .map((line, index) => ({ ...line, index }))
    .toSorted((a, b) => b.worth - a.worth || b.index - a.index);
  const chosen = new Map<number, string>();
  let left = task.maxTokens - tokensOf(missingLine(before + lines.length)) - tokensOf("\n");
  let misfits = 0;
  for (const { write, worth, index } of order) {
    if (left < LEAST_STEP_TOKENS) break;
    const fitting = fit(write(), left, worth, tokensOf);
    if (fitting === null) {
      misfits += 1;
      if (misfits === MOST_MISFITS) break;
      continue;
    }
    left -= tokensOf(`${fitting}\n`);
    chosen.set(index, fitting);
  }
  const missing = before + lines.length - chosen.size;
  const kept = lines.flatMap((_, index) => chosen.get(index) ?? []);
  const text = [...(missing > 0 ? [missingLine(missing)] : []), ...kept].join("\n");
  // A budget of a few words holds not even the number of lines.
  return tokensOf(text) <= task.maxTokens ? { text, tokens: tokensOf(text) } : { text: "", tokens: 0 };
}

const missingLine = (lines: number): string =>
  `(${lines} earlier ${lines === 1 ? "step" : "steps"} left out)`;
const MISSING = /^\((\d{1,9}) earlier steps? left out\)$/;

/** Lines that may turn out too long before the rest is not looked at any more. */
const MOST_MISFITS = 100;
/** Tokens of the shortest step, such as `clock(): 12:00`. */
const LEAST_STEP_TOKENS = 4;
/** Tokens of the shortest beginning of a telling line that is still worth its place. */
const LEAST_LINE_TOKENS = 24;

/** The line, its beginning when it tells much, or null when it does not fit. */
function fit(text: string, left: number, worth: number, tokensOf: (text: string) => number): string | null {
  const tokens = tokensOf(`${text}\n`);
  if (tokens <= left) return text;
  if (worth < 3 || left < LEAST_LINE_TOKENS) return null;
  const begun = begin(text, Math.max(0, Math.floor((text.length * left) / tokens) - 12));
  return tokensOf(`${begun}\n`) <= left ? begun : null;
}

/** An estimate, raised where the core counted the messages higher than it. */
function counter({ messages, tokens }: SummaryTask): (text: string) => number {
  const estimate = messages.reduce((total, message) => total + estimateMessage(message), 0);
  const density = estimate === 0 ? 1 : Math.min(8, Math.max(1, tokens / estimate));
  return (text) => Math.ceil(estimateTokens(text) * density);
}

/** A step as this extraction writes it. */
const STEP = /^[^\s(]{1,64}\(.*\): /;

/** Lines of an earlier extraction, or of a summary that a model wrote: its words tell more than old steps. */
function earlierLines(earlier: string): { readonly lines: readonly Line[]; readonly missing: number } {
  const texts = earlier.split("\n").flatMap((text) => (text.trim() === "" ? [] : [text.trim()]));
  const missing = texts.reduce((total, text) => total + Number(MISSING.exec(text)?.[1] ?? 0), 0);
  const lines = texts
    .filter((text) => !MISSING.test(text))
    .map((text): Line => ({ worth: STEP.test(text) ? 1 : 3, write: () => text }));
  return { lines, missing };
}

function linesOf(messages: readonly Message[]): readonly Line[] {
  return turnsOf(messages).flatMap(({ from, to }): readonly Line[] => {
    const [first, ...results] = messages.slice(from, to);
    if (!first) return [];
    switch (first.role) {
      case "assistant":
        return turnLines(first.content, first.toolCalls, results);
      case "user":
        if (isRecall(first)) {
          const write = (): string => `From memory: ${firstWords(recalledWords(first), ANSWER_CHARACTERS)}`;
          return [{ worth: 2, write }];
        }
        // What the person said stays beside the summary, word for word.
        return first.from === undefined
          ? []
          : [
              {
                worth: 3,
                write: () => `${first.from} wrote: ${firstWords(first.content, ANSWER_CHARACTERS)}`,
              },
            ];
      default:
        return [];
    }
  });
}

function turnLines(
  content: string,
  calls: readonly ToolCall[],
  results: readonly Message[],
): readonly Line[] {
  if (calls.length === 0) {
    return content.trim() === ""
      ? []
      : [{ worth: 4, write: () => `Answer: ${firstWords(content, ANSWER_CHARACTERS)}` }];
  }
  const isFailed = results.some((result) => result.role === "tool" && result.outcome !== "ok");
  const write = (): string => {
    const said = content.trim() === "" ? "" : `${firstWords(content, RESULT_CHARACTERS)} `;
    return said + calls.map((call) => stepOf(call, results)).join("; ");
  };
  return [{ worth: isFailed ? 2 : 1, write }];
}

function stepOf(call: ToolCall, results: readonly Message[]): string {
  const called = `${call.name}(${argumentsOf(call)})`;
  const result = results.find((each) => each.role === "tool" && each.toolCallId === call.id);
  if (result?.role !== "tool") return called;
  const words = firstWords(result.content, RESULT_CHARACTERS);
  const outcome = result.outcome === "ok" ? "" : `${result.outcome}, `;
  return `${called}: ${outcome}${words === "" ? "nothing came back" : words}`;
}

/** The first few arguments; long texts are begun. */
function argumentsOf({ arguments: input }: ToolCall): string {
  const entries = Object.entries(input);
  const shown = entries.slice(0, ARGUMENTS).map(([name, value]) => `${name} ${argumentText(value)}`);
  return [...shown, ...(entries.length > ARGUMENTS ? ["..."] : [])].join(", ");
}

const argumentText = (value: Json): string =>
  begin(
    typeof value === "string" ? oneLine(value.slice(0, 4 * ARGUMENT_CHARACTERS)) : JSON.stringify(value),
    ARGUMENT_CHARACTERS,
  );

/** The first words of the first lines, on one line. */
function firstWords(text: string, characters: number): string {
  const words = oneLine(text.slice(0, characters * 4)).split(" ");
  return begin(
    (characters === RESULT_CHARACTERS ? words.slice(0, RESULT_WORDS) : words).join(" "),
    characters,
  );
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

const begin = (text: string, characters: number): string =>
  text.length <= characters ? text.toWellFormed() : `${text.slice(0, characters).toWellFormed()}...`;
