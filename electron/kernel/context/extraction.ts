import { estimateTokens, type Json, type Message, type ToolCall } from "../../../shared/messages.ts";
import type { SummaryTask } from "./summary.ts";
import { messageText } from "./token-counts.ts";
import { turnsOf } from "./turns.ts";

/** A line and how much it tells: answers most, then what other agents said, what went wrong, and what was done. */
interface Line {
  readonly text: string;
  readonly worth: 0 | 1 | 2 | 3 | 4;
}

const RESULT_WORDS = 14;
const RESULT_CHARACTERS = 140;
const ARGUMENT_CHARACTERS = 60;
const ARGUMENTS = 3;
const ANSWER_CHARACTERS = 400;

/**
 * What was done in old turns, for cores that cannot put it into fewer words themselves: one line a turn with the
 * tools, what they were called with and the first words of what came back; answers and messages of other agents
 * longer. What tells least is left out until it fits into `maxTokens` of the task, the oldest first, and the number
 * of lines that are missing is said. The same task gives the same text. `tokens` are estimated by how dense the
 * messages of the task are.
 */
export function extract(task: SummaryTask): { readonly text: string; readonly tokens: number } {
  const tokensOf = counter(task);
  const lines = [...earlierLines(task.earlier), ...linesOf(task.messages)];
  const order = lines
    .map((line, index) => ({ ...line, index }))
    .toSorted((a, b) => b.worth - a.worth || b.index - a.index);
  const chosen = new Set<number>();
  let left = task.maxTokens - tokensOf(missingLine(lines.length));
  for (const { text, index } of order) {
    const tokens = tokensOf(`${text}\n`);
    if (tokens > left) continue;
    left -= tokens;
    chosen.add(index);
  }
  const missing = lines.length - chosen.size;
  const kept = lines.flatMap(({ text }, index) => (chosen.has(index) ? [text] : []));
  const text = [...(missing > 0 ? [missingLine(missing)] : []), ...kept].join("\n");
  return fitted(text, task.maxTokens, tokensOf);
}

const missingLine = (lines: number): string =>
  `(${lines} earlier ${lines === 1 ? "step" : "steps"} left out)`;
const MISSING = /^\((\d+) earlier steps? left out\)$/;

function fitted(text: string, maxTokens: number, tokensOf: (text: string) => number) {
  let fits = text;
  while (fits !== "" && tokensOf(fits) > maxTokens)
    fits = fits.slice(0, Math.floor(fits.length / 2)).toWellFormed();
  return { text: fits, tokens: tokensOf(fits) };
}

/** An estimate, raised where the core counted the messages higher than it. */
function counter({ messages, tokens }: SummaryTask): (text: string) => number {
  const estimate = messages.reduce((total, message) => total + estimateTokens(messageText(message)), 0);
  const density = estimate === 0 ? 1 : Math.min(8, Math.max(1, tokens / estimate));
  return (text) => Math.ceil(estimateTokens(text) * density);
}

/** Lines of an earlier extraction or summary; the newer steps tell more. */
const earlierLines = (earlier: string): readonly Line[] =>
  earlier
    .split("\n")
    .map((text) => text.trim())
    .filter((text) => text !== "" && !MISSING.test(text))
    .map((text) => ({ text, worth: text.startsWith("Answer") ? 3 : 1 }));

function linesOf(messages: readonly Message[]): readonly Line[] {
  return turnsOf(messages).flatMap(({ from, to }): readonly Line[] => {
    const [first, ...results] = messages.slice(from, to);
    if (!first) return [];
    switch (first.role) {
      case "assistant":
        return turnLines(first.content, first.toolCalls, results);
      case "user":
        // What the person said stays beside the summary, word for word.
        return first.from === undefined
          ? []
          : [{ text: `${first.from} wrote: ${firstWords(first.content, ANSWER_CHARACTERS)}`, worth: 3 }];
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
      : [{ text: `Answer: ${firstWords(content, ANSWER_CHARACTERS)}`, worth: 4 }];
  }
  const steps = calls.map((call) => {
    const result = results.find((each) => each.role === "tool" && each.toolCallId === call.id);
    return stepOf(call, result);
  });
  const failed = steps.some(({ outcome }) => outcome !== "ok");
  const said = content.trim() === "" ? "" : `${firstWords(content, RESULT_CHARACTERS)} `;
  return [{ text: `${said}${steps.map(({ text }) => text).join("; ")}`, worth: failed ? 2 : 1 }];
}

function stepOf(
  call: ToolCall,
  result: Message | undefined,
): { readonly text: string; readonly outcome: string } {
  const called = `${call.name}(${argumentsOf(call)})`;
  if (result?.role !== "tool") return { text: called, outcome: "unknown" };
  const { outcome } = result;
  const words = firstWords(result.content, RESULT_CHARACTERS);
  const came = words === "" ? "nothing came back" : words;
  return { text: `${called}: ${outcome === "ok" ? "" : `${outcome}, `}${came}`, outcome };
}

/** The first few arguments; long texts are begun. */
function argumentsOf({ arguments: input }: ToolCall): string {
  const entries = Object.entries(input);
  const shown = entries.slice(0, ARGUMENTS).map(([name, value]) => `${name} ${argumentText(value)}`);
  return [...shown, ...(entries.length > ARGUMENTS ? ["..."] : [])].join(", ");
}

const argumentText = (value: Json): string =>
  begin(typeof value === "string" ? oneLine(value) : JSON.stringify(value), ARGUMENT_CHARACTERS);

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
