import { readFileSync } from "node:fs";
import { addOnEntry } from "../../electron/adapters/llama/add-on-folder.ts";
import { createLlamaCore } from "../../electron/adapters/llama-core.ts";
import { createSystemClock } from "../../electron/adapters/system-clock.ts";
import { PROGRAM_FOLDER } from "../../electron/boot.ts";
import type { ResumeState } from "../../electron/kernel/ports.ts";
import { agentId } from "../../shared/ids.ts";
import type { Message } from "../../shared/messages.ts";
import {
  ANSWER_TOKENS,
  type Answer,
  SLOTS,
  seeded,
  type WorkerTask,
  writeAnswers,
} from "./exactness-plan.ts";

const task = JSON.parse(process.argv[2] ?? "") as WorkerTask;
const answers = JSON.parse(readFileSync(task.answersFile, "utf8")) as Answer[];
const random = seeded(task.seed);
const core = createLlamaCore(task.config, {
  clock: createSystemClock(),
  entry: () => addOnEntry(PROGRAM_FOLDER),
  statesFolder: task.statesFolder,
});
/** What yielded turns of this process go on from; another process has the text alone. */
const states = new Map<number, ResumeState>();
const running = new Set<number>();
const switches = new Map<string, number>();
let turns = 0;

const messagesOf = ({ prompt }: Answer): readonly Message[] => [
  { role: "system", content: "Answer in your own words." },
  { role: "user", content: prompt },
];

/** One turn of one answer on a slot. */
async function turn(index: number): Promise<void> {
  const answer = answers[index];
  if (!answer) return;
  running.add(index);
  const stopAfter =
    task.mode === "whole" ? Number.POSITIVE_INFINITY : 1 + Math.floor(random() * (ANSWER_TOKENS / 5));
  let made = 0;
  const outcome = await core.complete(
    {
      messages: messagesOf(answer),
      tools: [],
      maxOutputTokens: ANSWER_TOKENS,
      resume: states.get(index) ?? (answer.text === "" ? null : { partial: answer.text, state: null }),
      owner: agentId(index + 1),
    },
    {
      signal: new AbortController().signal,
      output: (text, tokens) => {
        made += tokens;
        answer.text += text;
      },
      restart: () => {
        answer.text = "";
      },
      shouldYield: () => made >= stopAfter,
      switched: ({ from, evicted, problem }) => {
        count(`from ${from}`);
        if (evicted) count(`evicted: ${evicted.choice}`);
        if (problem) count("problems");
      },
    },
  );
  running.delete(index);
  turns += 1;
  if (outcome.type === "yielded") {
    answer.interruptions += 1;
    states.set(index, outcome.resume);
    return;
  }
  answer.status = "done";
  answer.text = outcome.message.content;
  answer.outputTokens = outcome.usage.outputTokens;
}

const count = (what: string): void => void switches.set(what, (switches.get(what) ?? 0) + 1);

/** A random answer that is open and not on a slot. */
function next(): number | null {
  const open = answers.flatMap(({ status }, index) =>
    status === "open" && !running.has(index) ? [index] : [],
  );
  return open.length === 0 || turns >= task.turns ? null : (open[Math.floor(random() * open.length)] ?? null);
}

async function lane(): Promise<void> {
  for (let index = next(); index !== null; index = next()) await turn(index);
}

await Promise.all(Array.from({ length: SLOTS }, lane));
writeAnswers(task.answersFile, answers);
process.stdout.write(`${JSON.stringify(Object.fromEntries(switches))}\n`);
if (task.end === "kill") {
  // Killed in the middle of turns of which nobody will know: the text of now is behind the states.
  setInterval(() => {}, 1_000);
  turns = Number.NEGATIVE_INFINITY;
  await Promise.all(Array.from({ length: SLOTS }, lane));
} else {
  await core.close();
}
