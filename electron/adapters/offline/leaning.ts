import { pathsIn } from "./file-paths.ts";
import type { Family } from "./intent.ts";
import { readRequest } from "./request.ts";

/** "remember it", and nothing after that could be what "that" stands before. */
const KEEP_IT =
  /^(?:remember|note|memori[sz]e|keep|save|store|don't forget)(?: down)? (?:it|that|this|them|(?:the|that|this) (?:results?|answers?|number|value|date|title|summary))(?: down| in mind| in (?:your )?memory| for (?:me|later)| too| as well)*$/i;
const PRONOUN =
  /\b(?:it|that|this|them|(?:the|that|this|its|both|those) (?:results?|answers?|outcomes?|numbers?|values?|totals?|sum|product|title|summary|date|day|output|text))\b/i;

/** "what is that times 2". */
const WORKED =
  /^(?:what(?:'s| is)|calculate|compute|work out)?\s*(?:it|that|this|the (?:result|answer|total|sum|number)) (?:times|plus|minus|divided by|multiplied by|squared|cubed|[-+*/^]) ?[\w. ]*$/i;

/**
 * The family of a request that leans on an earlier answer: "write the result into x.txt", "remember it", "double
 * that"; null for one that stands alone.
 */
export function leaning(text: string): Family | null {
  const request = readRequest(text).text;
  if (!PRONOUN.test(request)) return null;
  const isWriting = /^(?:write|save|put|store|add|append|record|export|output)\b/i.test(request);
  const [path] = pathsIn(text);
  const isLast =
    path !== undefined && /^["'`]?[\s.!?]*$/.test(text.slice(text.lastIndexOf(path) + path.length));
  if (pathsIn(text).length === 1 && isLast && isWriting) return "files";
  if (KEEP_IT.test(request)) return "memory";
  const isWorking =
    /^(?:multiply|divide|double|halve|square|cube|add|subtract|increase|decrease|round|what is (?:half|double|twice) (?:of )?(?:it|that))\b/i.test(
      request,
    );
  return isWorking || WORKED.test(request) ? "arithmetic" : null;
}

/** A request that leans on an earlier answer, with that answer in its words; others as they are. */
export function withAnswer(text: string, answer: string): string {
  const value = resultIn(answer);
  const path = pathsIn(text)[0];
  switch (leaning(text)) {
    case "files":
      if (path === undefined) return text;
      return /\b(?:add|append)\b/i.test(text)
        ? `append to ${path}: "${value.replaceAll('"', "'")}"`
        : `write a file ${path} with the text: ${value}`;
    case "memory":
      return `remember that ${answer.trim()}`;
    case "arithmetic":
      return text.replace(PRONOUN, () => onlyNumberIn(value) ?? value);
    default:
      return text;
  }
}

/** The number after the last "=" of an answer in one line; else the whole answer. */
function resultIn(answer: string): string {
  const value = answer.includes("\n")
    ? undefined
    : /= (-?[\d.]+(?:e[+-]?\d+)?)\.?\)?\.?$/.exec(answer.trim())?.[1];
  const title = /^The title of \S+ is "(.+)"\.$/.exec(answer.trim())?.[1];
  return value ?? title ?? answer.trim();
}

/** The number of an answer that has just one; dates are none. */
function onlyNumberIn(answer: string): string | null {
  const numbers = answer.match(/(?<![\w.:-])-?\d+(?:\.\d+)?(?![\w:-])/g) ?? [];
  return numbers.length === 1 ? (numbers[0] ?? null) : null;
}
