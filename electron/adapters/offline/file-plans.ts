import type { Json } from "../../../shared/messages.ts";
import { intent } from "./file-patterns.ts";
import { isMissing } from "./file-programs.ts";
import type { Intent } from "./intent.ts";
import { call, type Program, troubleOf } from "./program.ts";
import { asSentence } from "./request.ts";

/** Requests about several files at once: what they mean is for `plan_files` to say. */
const SEVERAL = [
  /^(?:put|move|collect|gather|bring|group|copy|back ?up) (?:all|every|each|everything)\b.* (?:into|in|to|under) /i,
  /^(?:sort|organi[sz]e|group|arrange) (?:all |my |the )*files\b.* by /i,
  /^(?:delete|remove|trash) all (?:empty files|(?:the )?\*?\.\w+ files)\b/i,
  /^(?:make|create) (?:a |the |new )*folders?\b(?!.*\b(?:file|list|with)\b)/i,
  /^(?:move|copy) \S+\.\w+(?:,? (?:and )?\S+\.\w+)* (?:into|to) (?:the |a )?(?:folder )?[\w/-]+$/i,
];

/** Recognises what takes a plan; null where none can be made. */
export function planning(text: string, tools: ReadonlySet<string>): Intent | null {
  if (!tools.has("plan_files") || !tools.has("apply_plan") || /\b(?:trash|bin)$/i.test(text)) return null;
  return SEVERAL.some((pattern) => pattern.test(text))
    ? intent(["plan_files", "apply_plan"], () => carryOut(text))
    : null;
}

/** Makes a plan and applies it as one: the person sees all of its steps before. */
function* carryOut(request: string): Program {
  const planned = yield* call("I will see what that means for the files there are.", "plan_files", {
    request,
  });
  if (planned.outcome !== "ok") return `I changed nothing. ${asSentence(troubleOf(planned))}`;
  const [summary = "", json = "[]"] = planned.text.split("\n");
  const steps = stepsIn(json);
  if (steps === null) return "I changed nothing: the plan has too many steps for me. Ask for a part of it.";
  const done = yield* call(`I will do it as one: ${summary}`, "apply_plan", { steps });
  return done.outcome === "ok" ? asSentence(done.text) : `I changed nothing. ${asSentence(troubleOf(done))}`;
}

/** null where the text was cut. */
function stepsIn(json: string): Json | null {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

/** Renames, moves or copies one file. */
export function* place(tool: "move_file" | "copy_file", from: string, to: string): Program {
  if (from === to) return `${from} has that name already, so I changed nothing.`;
  const result = yield* call(`I will ${tool === "move_file" ? "move" : "copy"} it to ${to}.`, tool, {
    from,
    to,
  });
  if (result.outcome === "ok") return `I ${tool === "move_file" ? "renamed" : "copied"} ${from} to ${to}.`;
  const way = isMissing(result) ? ' Ask "what files are there?" to see those there are.' : "";
  return `I did not change ${from}: ${asSentence(troubleOf(result))}${way}`;
}
