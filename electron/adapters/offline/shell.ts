import type { JsonObject } from "../../../shared/messages.ts";
import type { Intent } from "./intent.ts";
import { call, type Program, type ToolResult, troubleOf } from "./program.ts";

/** Characters of output that an answer shows. */
const SHOWN = 4_000;

const POLITE = /^(?:(?:please|kindly|(?:can|could|would|will) you(?: please)?)[\s,]+)*/i.source;
/** Quoted in backticks, or in a fenced block. The text itself is taken as it stands. */
const QUOTED = /(?:```[a-z]*\n(?<fenced>[\s\S]+?)\n?```|`(?<quoted>[^`]+)`)/.source;
const AFTER = /(?<after>[^`]*)/.source;

const COMMAND: readonly RegExp[] = [
  new RegExp(
    `${POLITE}(?:run|execute)\\s+(?:(?:the|this|a)\\s+)?(?:following\\s+)?(?:(?:shell|bash|terminal)\\s+)?(?:command(?: line)?)?\\s*:?\\s*${QUOTED}${AFTER}$`,
    "i",
  ),
  new RegExp(
    `${POLITE}(?:run|execute)\\s+(?:(?:the|this|a)\\s+)?(?:following\\s+)?(?:(?:shell|bash|terminal)\\s+)?command(?: line)?\\s*:\\s*(?<plain>[^\`]+)$`,
    "i",
  ),
];
const JAVASCRIPT: readonly RegExp[] = [QUOTED + AFTER, "(?<plain>[\\s\\S]+)"].map(
  (code) =>
    new RegExp(
      `${POLITE}(?:run|execute|evaluate)\\s+(?:(?:the|this|some)\\s+)?(?:following\\s+)?(?:javascript|js|node(?:\\.js)?)(?:\\s+(?:code|program|script))?\\s*:\\s*${code}$`,
      "i",
    ),
);
const WRITES =
  /\b(?:(?:it|which|that) (?:may|can|should) (?:write|change)|let it (?:write|change)|with writing)\b/i;

/**
 * Recognises a command or a program that is given word for word: "run `ls`", "run the command: ls". Reads the task
 * as it was written, since every sign of it counts.
 */
export function recogniseShell(task: string): Intent | null {
  const text = task.trim();
  const javascript = given(JAVASCRIPT, text);
  if (javascript) return intent("run_javascript", "program", { code: javascript.text, ...javascript.writes });
  const command = given(COMMAND, text);
  if (command) return intent("run_command", "command", { command: command.text, ...command.writes });
  return null;
}

interface Given {
  readonly text: string;
  readonly writes: { readonly writes?: "workspace" };
}

function given(patterns: readonly RegExp[], task: string): Given | null {
  for (const pattern of patterns) {
    const groups = pattern.exec(task)?.groups;
    const text = (groups?.fenced ?? groups?.quoted ?? groups?.plain ?? "").trim();
    if (text === "") continue;
    return { text, writes: WRITES.test(groups?.after ?? "") ? { writes: "workspace" } : {} };
  }
  return null;
}

const intent = (tool: string, what: "command" | "program", args: JsonObject): Intent => ({
  family: "shell",
  needs: [tool],
  start: () => runIt(tool, what, args),
});

function* runIt(tool: string, what: "command" | "program", args: JsonObject): Program {
  const result = yield* call(`I will run this ${what}.`, tool, args);
  const name = what === "command" ? `The command \`${String(args.command)}\`` : "The program";
  return answerFor(name, what, result);
}

/** The tool says in its last line how it ended, in square brackets. */
function answerFor(name: string, what: string, result: ToolResult): string {
  const [, body = "", end] = /^([\s\S]*?)\n?\[([^\]\n]+)\]\s*$/.exec(result.text) ?? [];
  if (result.outcome === "ok") return `${name} ${printed(end === undefined ? result.text : body)}`;
  if (result.outcome !== "error" || end === undefined) {
    return `I did not get to run this ${what}: ${troubleOf(result)}.`;
  }
  return `${name} failed (${end}). It ${printed(body.replace(/^Error:\s*/, ""))}`;
}

function printed(output: string): string {
  const text = output.trimEnd();
  if (text.trim() === "") return "printed nothing.";
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}\n…` : text;
  return `printed:\n\n${shown}`;
}
