import { namePronouns, splitClauses } from "./clauses.ts";
import { childAnswers, startedAgent } from "./delegation-results.ts";
import { pathsIn } from "./file-paths.ts";
import { answerOnly, type Intent, type Setting } from "./intent.ts";
import { call, callEach, type Program, troubleOf } from "./program.ts";
import { agentFor, refusal } from "./range.ts";
import { asSentence, readRequest } from "./request.ts";

/** Agents that can be named in a task, and those started in one run. */
const AGENTS = ["maths-tutor", "note-keeper", "file-clerk", "web-reader", "reviewer"] as const;
const MOST_CHILDREN = 8;

const EVERY_TOOL: ReadonlySet<string> = new Set(
  "calculate clock calendar fetch_page read_file write_file list_files search_files delete_file remember recall get_memory update_memory forget list_memories".split(
    " ",
  ),
);

/** One part of a task with the agent that is to do it; null when no agent can. */
interface Part {
  readonly text: string;
  readonly agent: string | null;
  readonly order: "free" | "after";
}

type UnderstandOne = (part: string, setting: Setting) => Intent | null;

const NAMED = new RegExp(
  `^(?:(?:could|can|would|will) you )?(?:please )?(?:ask|have|get|let|tell|use|start|launch|make)? ?(?:the |a |an )?(${AGENTS.map((name) => name.replace("-", "[- ]")).join("|")})(?: agent)?(?: to| should| must| and have it| for)?[:,]?\\s+`,
  "i",
);
/** "remember it", and nothing after that could be what "that" stands before. */
const KEEP_IT =
  /^(?:remember|note|memori[sz]e|keep|save|store|don't forget)(?: down)? (?:it|that|this|them|(?:the|that|this) (?:results?|answers?|number|value|date|title|summary))(?: down| in mind| in (?:your )?memory| for (?:me|later)| too| as well)*$/i;
const NO_ANSWER =
  /^(?:I (?:could not|did not|have nothing|cannot|do not know|am the offline core)|This agent cannot)\b/;
const PRONOUN =
  /\b(?:it|that|this|them|(?:the|that|this|its|both|those) (?:results?|answers?|outcomes?|numbers?|values?|totals?|sum|product|title|summary|date|day|output|text))\b/i;

/** Splits a task among child agents; null when no part of it is understood. */
export function recogniseDelegation(task: string, understandOne: UnderstandOne): Intent | null {
  const parts = partsOf(task, understandOne);
  if (parts.every((part) => part.agent === null)) return null;
  if (parts.filter((part) => part.agent !== null).length > MOST_CHILDREN) {
    return answerOnly(
      "delegation",
      `This task has more than ${MOST_CHILDREN} parts; give it to me in smaller ones.`,
    );
  }
  return { family: "delegation", needs: ["start_agent", "join_agents"], start: () => delegate(parts) };
}

function partsOf(task: string, understandOne: UnderstandOne): readonly Part[] {
  const setting: Setting = { tools: EVERY_TOOL, previousAnswer: null };
  const understand = (text: string): Intent | null => {
    const bare = text.replace(NAMED, "");
    const intent = understandOne(bare, setting);
    if (intent?.family === "about") return null;
    return intent ?? dependent(bare);
  };
  const seen: string[] = [];
  return splitClauses(namePronouns(task), understand).map(({ text, intent, order }, index) => {
    const named = NAMED.exec(text)?.[1]?.toLowerCase().replace(" ", "-");
    const bare = text.replace(NAMED, "");
    const paths = pathsIn(bare);
    const shares = paths.some((path) => seen.includes(path));
    seen.push(...paths);
    const leansBack = index > 0 && (dependent(bare) !== null || shares || order === "after");
    return {
      text: bare,
      agent: named ?? (intent && agentFor(intent.family)),
      order: leansBack ? "after" : "free",
    };
  });
}

/** "write the result into x.txt", "remember it": understood once an earlier answer takes the pronoun's place. */
function dependent(text: string): Intent | null {
  const request = readRequest(text);
  if (!PRONOUN.test(request.text)) return null;
  if (
    pathsIn(text).length === 1 &&
    /^(?:write|save|put|store|add|append|record|export|output)\b/i.test(request.text)
  ) {
    return answerOnly("files", "");
  }
  if (KEEP_IT.test(request.text)) return answerOnly("memory", "");
  return /^(?:multiply|divide|double|halve|square|cube|add|subtract|increase|decrease|round)\b/i.test(
    request.text,
  )
    ? answerOnly("arithmetic", "")
    : null;
}

/** Runs the free parts side by side, and those that lean on an earlier answer after it. */
function* delegate(parts: readonly Part[]): Program {
  const answers: string[] = [];
  let last: string | null = null;
  for (let from = 0; from < parts.length; ) {
    let to = from + 1;
    while (to < parts.length && parts[to]?.order === "free") to += 1;
    const [first] = parts.slice(from, to);
    if (first && last === null && first.order === "after" && dependent(first.text) !== null) {
      answers.push(`I did not go on with "${first.text}": the part before it has no answer.`);
      from += 1;
      continue;
    }
    const group = parts
      .slice(from, to)
      .map((part) => ({ ...part, text: last === null ? part.text : withAnswer(part, last) }));
    const got = yield* runGroup(group);
    answers.push(...got.map((each) => each.words));
    const values = got.flatMap((each) => each.value ?? []);
    last = values.length > 0 ? values.join("\n") : null;
    from = to;
  }
  return answers.join("\n");
}

/** The part's text with the earlier answer where it speaks of one. */
function withAnswer(part: Part, answer: string): string {
  if (part.order === "free" || dependent(part.text) === null) return part.text;
  const value = resultIn(answer);
  const path = pathsIn(part.text)[0];
  if (part.agent === "file-clerk" && path !== undefined) {
    const isAdded = /\b(?:add|append)\b/i.test(part.text);
    return isAdded
      ? `append to ${path}: "${value.replaceAll('"', "'")}"`
      : `write a file ${path} with the text: ${value}`;
  }
  if (part.agent === "note-keeper") return `remember that ${answer.trim()}`;
  return part.text.replace(PRONOUN, value);
}

/** The number after the last "=" of an answer in one line; else the whole answer. */
function resultIn(answer: string): string {
  const value = answer.includes("\n")
    ? undefined
    : /= (-?[\d.]+(?:e[+-]?\d+)?)\.?\)?\.?$/.exec(answer.trim())?.[1];
  const title = /^The title of \S+ is "(.+)"\.$/.exec(answer.trim())?.[1];
  return value ?? title ?? answer.trim();
}

interface PartAnswer {
  readonly words: string;
  readonly value: string | null;
}

function* runGroup(parts: readonly Part[]): Program<readonly PartAnswer[]> {
  const able = parts.filter((part) => part.agent !== null);
  const who = [...new Set(able.map((part) => part.agent))].join(", ");
  const started = yield* callEach(
    `I will give this to ${who}.`,
    "start_agent",
    able.map((part) => ({ agent: part.agent ?? "", task: part.text })),
    MOST_CHILDREN,
  );
  const ids = started.map((result) => (result.outcome === "ok" ? startedAgent(result.text) : null));
  const wanted = ids.flatMap((id) => id ?? []);
  const joined =
    wanted.length === 0
      ? null
      : yield* call("I will wait for their answers.", "join_agents", { agents: wanted });
  const answers = joined === null ? new Map<string, never>() : childAnswers(joined.text, wanted);
  return parts.map((part): PartAnswer => {
    const index = able.indexOf(part);
    const start = started[index];
    const id = ids[index];
    if (part.agent === null || !start) return { words: `"${part.text}": ${refusal()}`, value: null };
    if (id === null || id === undefined) {
      return {
        words: `${part.agent} was not started for "${part.text}": ${asSentence(troubleOf(start))}`,
        value: null,
      };
    }
    const answer = answers.get(id);
    if (!answer)
      return {
        words: `${part.agent} (${id}) gave no answer${joined && joined.outcome !== "ok" ? `: ${troubleOf(joined)}` : "."}`,
        value: null,
      };
    return answer.status === "done"
      ? { words: `${part.agent}: ${answer.text}`, value: NO_ANSWER.test(answer.text) ? null : answer.text }
      : { words: `${part.agent} did not finish "${part.text}": ${answer.text}`, value: null };
  });
}
