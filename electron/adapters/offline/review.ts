import { pathsIn } from "./file-paths.ts";
import { count, isMissing, linesOf } from "./file-programs.ts";
import type { Recogniser } from "./intent.ts";
import { call, callEach, type Program, type ToolResult, troubleOf } from "./program.ts";
import { asSentence } from "./request.ts";
import { findFaults } from "./review-rules.ts";
import { countWords } from "./text-extract.ts";

/** Files reviewed for one task, and faults shown of each. */
const MOST_FILES = 10;
const MOST_SHOWN = 30;

const VERB =
  /\b(?:review(?:s|ed|ing)?|proof-?read|critique|audit|lint|inspect|assess|evaluate|examine|feedback|improve|improvements?|mistakes?|errors?|problems?|issues?|flaws?|faults?|typos?|wrong with|quality|well written|opinion|comments? on|look(?:ing)? over|go over|check over|double-check|any good|doubled words?|clean up|could be better|weak(?:ness(?:es)?| points?| spots?))\b/i;
const CHECK =
  /^(?:check|verify|look at|have a look at|take a look at|go through|read through|scan|what do you think (?:of|about)|give me your (?:thoughts|view) on|how (?:good )?is|is .+ (?:ok|okay|fine|good|correct|ready))\b/i;
const CHANGES =
  /^(?:write|save|put|create|store|add|append|delete|remove|rename|copy|move|replace|remember|note|sort|search|find (?:files?|"|')|which)\b/i;

/** Recognises the review of text files; for an agent that only reads, a file's name alone is enough. */
export const recogniseReview: Recogniser = (request, setting) => {
  const paths = pathsIn(request.text);
  const isReviewer = setting.tools.has("read_file") && !setting.tools.has("write_file");
  const isAsked = VERB.test(request.text) || CHECK.test(request.text);
  if (CHANGES.test(request.text)) return null;
  if (paths.length > 0 && (isAsked || (isReviewer && isBare(request.text)))) {
    return {
      family: "review",
      needs: ["read_file", "list_files"],
      start: () => review(paths.slice(0, MOST_FILES)),
    };
  }
  const isEverything =
    isAsked &&
    /\b(?:all|every|each|any|my|the)\b.*\b(?:files?|documents?|notes|workspace|everything)\b|\beverything\b/i.test(
      request.text,
    );
  if (isEverything) return { family: "review", needs: ["read_file", "list_files"], start: reviewAll };
  const named =
    /^(?:review|proof-?read|check|inspect|audit) (?:the |my )?(?:file |document )?([\w-]{2,40})(?: file| document)?(?: for .+)?$/i.exec(
      request.text,
    )?.[1];
  if (named === undefined || !isReviewer) return null;
  return { family: "review", needs: ["read_file", "list_files"], start: () => reviewNamed(named) };
};

const isBare = (text: string): boolean =>
  text.split(/\s+/).length <= 3 && !/^(?:read|show|open|print|display|list|cat|what)\b/i.test(text);

function* review(paths: readonly string[]): Program {
  const words = `I will read ${paths.join(" and ")} and look for faults.`;
  const results = yield* callEach(
    words,
    "read_file",
    paths.map((path) => ({ path })),
    MOST_FILES,
  );
  const answers: string[] = [];
  for (const [index, path] of paths.entries()) {
    const result = results[index];
    if (result?.outcome === "ok") answers.push(reviewOf(path, result.text));
    else answers.push(yield* notRead(path, result));
  }
  return answers.join("\n\n");
}

function* notRead(path: string, result: ToolResult | undefined): Program {
  const trouble = `I could not review ${path}: ${asSentence(result ? troubleOf(result) : "there is no result")}`;
  if (!result || !isMissing(result)) return trouble;
  const listing = yield* call("It is not there: I will list the files.", "list_files", {});
  return listing.outcome === "ok" ? `${trouble} The files there are:\n${listing.text.trim()}` : trouble;
}

/** A file named without its ending: the one entry of the folder that begins so. */
function* reviewNamed(name: string): Program {
  const entries = yield* fileNames();
  if (typeof entries === "string") return entries;
  const fits = entries.filter((path) => path.toLowerCase().replace(/\.[^.]*$/, "") === name.toLowerCase());
  if (fits.length > 0) return yield* review(fits.slice(0, MOST_FILES));
  return `There is no file called ${name}. ${entries.length === 0 ? "The workspace is empty." : `The files there are: ${entries.join(", ")}.`}`;
}

function* reviewAll(): Program {
  const entries = yield* fileNames();
  if (typeof entries === "string") return entries;
  if (entries.length === 0) return "There are no files to review.";
  const rest =
    entries.length > MOST_FILES ? `\n\nI reviewed the first ${MOST_FILES} of ${entries.length} files.` : "";
  return `${yield* review(entries.slice(0, MOST_FILES))}${rest}`;
}

function* fileNames(): Program<readonly string[] | string> {
  const result = yield* call("I will list the files.", "list_files", {});
  if (result.outcome !== "ok") return `I could not list the files: ${troubleOf(result)}`;
  if (/^the folder is empty/i.test(result.text)) return [];
  return linesOf(result.text.trim())
    .map((row) => row.replace(/ \([^)]*\)$/, ""))
    .filter((path) => !path.endsWith("/"));
}

/** The review of one text: its size, its faults with their lines, and a verdict. */
export function reviewOf(path: string, text: string): string {
  const findings = findFaults(text);
  const size = `${count(linesOf(text).length, "line")}, ${count(countWords(text), "word")}`;
  if (text.trim() === "") return `${path} is empty: there is nothing to review.`;
  if (findings.length === 0)
    return `Review of ${path} (${size}): I found no faults that my rules know. Verdict: fit to use.`;
  const shown = findings.slice(0, MOST_SHOWN).map((finding) => `- line ${finding.line}: ${finding.message}`);
  const more = findings.length > MOST_SHOWN ? `\nand ${findings.length - MOST_SHOWN} more.` : "";
  const verdict =
    findings.length < 4
      ? "nearly there; mend these and it is fit to use"
      : "needs work before it is shown to others";
  return `Review of ${path} (${size}): ${count(findings.length, "finding")}.\n${shown.join("\n")}${more}\nVerdict: ${verdict}.`;
}
