import { recogniseAbout } from "./about.ts";
import { recogniseArithmetic } from "./arithmetic.ts";
import { namePronouns, splitClauses } from "./clauses.ts";
import { recogniseDates } from "./dates.ts";
import { recogniseDelegation } from "./delegation.ts";
import { recogniseFiles } from "./files.ts";
import { answerOnly, type Intent, type Recogniser, type Setting } from "./intent.ts";
import { leaning, withAnswer } from "./leaning.ts";
import { recogniseMemory } from "./memory.ts";
import { type Program, together } from "./program.ts";
import { missingTools, refusal } from "./range.ts";
import { readRequest } from "./request.ts";
import { recogniseReview } from "./review.ts";
import { recogniseShell } from "./shell.ts";
import { recogniseWeb } from "./web.ts";

/** In order of how sure they are: the first that understands a request, and has its tools, is taken. */
const RECOGNISERS: readonly Recogniser[] = [
  recogniseAbout,
  recogniseWeb,
  recogniseReview,
  recogniseFiles,
  recogniseArithmetic,
  recogniseDates,
  recogniseMemory,
];

/** Understands a whole task. Always gives an intent: the last resort is to say what it cannot do. */
export function recognise(task: string, setting: Setting): Intent {
  // Before anything is split or read as plain signs: a command is taken as it stands.
  const command = recogniseShell(task);
  if (command) return withItsTools(command, setting);
  if (setting.tools.has("start_agent") && setting.tools.has("join_agents")) {
    const delegated = recogniseDelegation(task, recogniseOne);
    if (delegated) return delegated;
  }
  const split = splitClauses(namePronouns(task), (part) => recogniseOne(part, setting));
  const parts = split.filter(
    ({ text }, index) => !(split[index - 1]?.intent?.family === "memory" && onlyKeepsIt(text)),
  );
  const only = parts.length === 1 ? parts[0] : undefined;
  if (parts.length < 2) return only?.intent ?? followUp(task, setting) ?? answerOnly("about", refusal());
  const intents = parts.map((part) => part.intent ?? answerOnly("about", refusal()));
  return {
    family: intents[0]?.family ?? "about",
    needs: [...new Set(intents.flatMap((intent) => intent.needs))],
    start: () => inTurn(intents),
  };
}

function withItsTools(intent: Intent, { tools }: Setting): Intent {
  const missing = intent.needs.filter((tool) => !tools.has(tool));
  return missing.length === 0 ? intent : answerOnly(intent.family, missingTools(intent.family, missing));
}

/** "…, remember that" after a fact, which is remembered by itself. */
const onlyKeepsIt = (text: string): boolean =>
  /^(?:and )?(?:please )?(?:remember|note|don't forget|save|store|keep|update|change|correct) (?:that|this|it)(?: down| in mind)?(?: please| for me)?[.!]*$/i.test(
    text.trim(),
  );

/** "now write it into r.txt", after an answer in the same conversation. */
function followUp(task: string, setting: Setting): Intent | null {
  const isFollowUp = setting.previousAnswer !== null && leaning(task) !== null;
  return isFollowUp ? recogniseOne(withAnswer(task, setting.previousAnswer), setting) : null;
}

/** Understands one part of a task; null when it is outside the range. */
export function recogniseOne(part: string, setting: Setting): Intent | null {
  const request = readRequest(part);
  let unable: Intent | null = null;
  for (const recogniser of RECOGNISERS) {
    const intent = recogniser(request, setting);
    if (!intent) continue;
    if (unable && intent.family === "memory" && !isForMemory(unable, request.text)) return unable;
    const missing = intent.needs.filter((tool) => !setting.tools.has(tool));
    if (missing.length === 0) return intent;
    unable ??= answerOnly(intent.family, missingTools(intent.family, missing));
  }
  return unable;
}

/** Questions that a strict family understood are not for memory, unless they speak of it. */
const isForMemory = (unable: Intent, text: string): boolean =>
  unable.family === "dates" ||
  (unable.family !== "arithmetic" && /\b(?:memor(?:y|ies)|notes?|remember)\b/i.test(text));

const CHANGES_THINGS: ReadonlySet<Intent["family"]> = new Set(["memory", "files"]);

/** Runs neighbours that only look things up side by side, and those that change things one after another. */
function* inTurn(intents: readonly Intent[]): Program {
  const answers: string[] = [];
  for (let from = 0; from < intents.length; ) {
    let to = from + 1;
    const first = intents[from];
    if (first && !CHANGES_THINGS.has(first.family)) {
      while (to < intents.length && !CHANGES_THINGS.has(intents[to]?.family ?? "memory")) to += 1;
    }
    const group = intents.slice(from, to).map((intent) => intent.start());
    answers.push(...(yield* together(group)));
    from = to;
  }
  return [...new Set(answers)].join("\n");
}
