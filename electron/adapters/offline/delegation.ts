import { namePronouns, splitClauses } from "./clauses.ts";
import { childAnswers, startedAgent } from "./delegation-results.ts";
import { pathsIn } from "./file-paths.ts";
import { answerOnly, type Intent, type Setting } from "./intent.ts";
import { leaning, withAnswer } from "./leaning.ts";
import { call, callEach, type Program, troubleOf } from "./program.ts";
import { agentFor, refusal } from "./range.ts";
import { asSentence } from "./request.ts";

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
const NO_ANSWER =
  /^(?:I (?:could not|did not|have nothing|cannot|do not know|am the offline core)|This agent cannot)\b/;
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
    const family = leaning(bare);
    if (family) return answerOnly(family, "");
    const intent = understandOne(bare, setting);
    return intent?.family === "about" ? null : intent;
  };
  const seen: string[] = [];
  return splitClauses(namePronouns(task), understand).map(({ text, intent, order }, index) => {
    const named = NAMED.exec(text)?.[1]?.toLowerCase().replace(" ", "-");
    const bare = text.replace(NAMED, "");
    const paths = pathsIn(bare);
    const shares = paths.some((path) => seen.includes(path));
    seen.push(...paths);
    const leansBack = index > 0 && (leaning(bare) !== null || shares || order === "after");
    return {
      text: bare,
      agent: named ?? (intent && agentFor(intent.family)),
      order: leansBack ? "after" : "free",
    };
  });
}

/** Runs the free parts side by side, and those that lean on an earlier answer after it. */
function* delegate(parts: readonly Part[]): Program {
  const answers: string[] = [];
  let last: string | null = null;
  for (let from = 0; from < parts.length; ) {
    let to = from + 1;
    while (to < parts.length && parts[to]?.order === "free") to += 1;
    const [first] = parts.slice(from, to);
    if (first && last === null && first.order === "after" && leaning(first.text) !== null) {
      answers.push(`I did not go on with "${first.text}": the part before it has no answer.`);
      from += 1;
      continue;
    }
    const group = parts.slice(from, to).map((part) => ({
      ...part,
      text: last === null ? part.text : part.order === "free" ? part.text : withAnswer(part.text, last),
    }));
    const got = yield* runGroup(group);
    answers.push(...got.map((each) => each.words));
    const values = got.flatMap((each) => each.value ?? []);
    last = values.length > 0 ? values.join("\n") : null;
    from = to;
  }
  return answers.join("\n");
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
