import type { Content } from "./file-content.ts";
import { call, type Program, type ToolResult, together, troubleOf } from "./program.ts";
import { asSentence, listed } from "./request.ts";

/** Characters of a file shown in an answer. */
const SHOWN = 6_000;

/** Writes content to a file. A denial is reported and never tried again. */
export function* write(path: string, content: Content): Program {
  const text = yield* content.start();
  if (!text.ok) return `I did not write ${path}. ${asSentence(text.trouble)}`;
  const result = yield* put(`I will write it to ${path}.`, path, text.text);
  return result.outcome === "ok"
    ? `I wrote ${path}: ${text.summary}\n${asSentence(result.text)}`
    : notWritten(path, result);
}

const put = (words: string, path: string, text: string): Program<ToolResult> =>
  call(words, "write_file", { path, content: text === "" || text.endsWith("\n") ? text : `${text}\n` });

const notWritten = (path: string, result: ToolResult): string =>
  result.outcome === "unknown"
    ? `I do not know whether ${path} was written: ${troubleOf(result)}. Read it before trying again.`
    : `I did not write ${path}: ${asSentence(troubleOf(result)).replace(/^(?:You|It) /, (word) => word.toLowerCase())} Nothing was changed.`;

/** Adds content at the end of a file, or makes the file when there is none. */
export function* append(path: string, content: Content, place: "end" | "start"): Program {
  const before = yield* call(`I will read ${path} first.`, "read_file", { path });
  if (before.outcome !== "ok" && !isMissing(before)) {
    return `I did not change ${path}: I could not read it first, as ${troubleOf(before)}`;
  }
  const made = yield* content.start();
  if (!made.ok) return `I did not change ${path}. ${asSentence(made.trouble)}`;
  const old = before.outcome === "ok" ? before.text : "";
  const joint = old === "" || old.endsWith("\n") ? "" : "\n";
  const text = place === "end" ? `${old}${joint}${made.text}` : `${made.text}\n${old}`;
  const result = yield* put(`I will add it to ${path}.`, path, text);
  if (result.outcome !== "ok") return notWritten(path, result);
  return `I added ${made.summary} to ${path}${before.outcome === "ok" ? "" : ", which is new"}.\n${asSentence(result.text)}`;
}

/** Whether a call failed because there is no such file, by the words of the error. */
export const isMissing = (result: ToolResult): boolean =>
  result.outcome === "error" &&
  /not[ -]found|no such|does not exist|there is no|no file|missing/i.test(result.text);

/** Reads a file. One that is missing is said to be, with the way to find it. */
export function* readText(path: string): Program<{ readonly text: string } | { readonly trouble: string }> {
  const result = yield* call(`I will read ${path}.`, "read_file", { path });
  if (result.outcome === "ok") return { text: result.text };
  const way = isMissing(result) ? ' Ask "what files are there?" to see those there are.' : "";
  return { trouble: `I could not read ${path}: ${asSentence(troubleOf(result))}${way}` };
}

/** Whether a file is there, found by reading it. */
export function* checkExists(path: string): Program {
  const result = yield* call(`I will look for ${path}.`, "read_file", { path });
  if (result.outcome === "ok") return `Yes, ${path} is there: ${count(linesOf(result.text).length, "line")}.`;
  return isMissing(result) ? `No, there is no file ${path}.` : `I could not look: ${troubleOf(result)}`;
}

export function* show(
  path: string,
  part: "all" | { readonly from: "first" | "last"; readonly lines: number } | { readonly line: number },
): Program {
  const file = yield* readText(path);
  if ("trouble" in file) return file.trouble;
  const lines = linesOf(file.text);
  if (part !== "all" && "line" in part) {
    const line = lines[part.line - 1];
    return line === undefined
      ? `${path} has only ${count(lines.length, "line")}.`
      : `Line ${part.line} of ${path}: ${line}`;
  }
  if (part !== "all") {
    const chosen = part.from === "first" ? lines.slice(0, part.lines) : lines.slice(-part.lines);
    const which = chosen.length === 1 ? "line" : count(chosen.length, "line");
    return `The ${part.from} ${which} of ${path}:\n\n${chosen.join("\n")}`;
  }
  if (file.text.trim() === "") return `${path} is empty.`;
  const more = file.text.length > SHOWN ? `\n\n(and ${file.text.length - SHOWN} more characters)` : "";
  return `${path} contains:\n\n${file.text.slice(0, SHOWN).trimEnd()}${more}`;
}

export const linesOf = (text: string): readonly string[] =>
  text === "" ? [] : text.replace(/\n$/, "").split("\n");
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** Lists a folder; null is the workspace itself. */
export function* list(folder: string | null): Program {
  const result = yield* call("I will list the files.", "list_files", folder === null ? {} : { path: folder });
  const where = folder === null ? "the workspace" : folder;
  if (result.outcome !== "ok") return `I could not list ${where}: ${troubleOf(result)}`;
  if (/^the folder is empty/i.test(result.text)) return `There are no files in ${where}.`;
  const rows = linesOf(result.text.trim());
  return `There ${rows.length === 1 ? "is 1 entry" : `are ${rows.length} entries`} in ${where}:\n${rows.map((row) => `- ${row}`).join("\n")}`;
}

export function* search(query: string): Program {
  const result = yield* call(`I will search the files for "${query}".`, "search_files", { query });
  if (result.outcome !== "ok") return `I could not search the files: ${troubleOf(result)}`;
  const rows = linesOf(result.text.trim());
  if (rows.length === 0 || /^no matches/i.test(result.text)) return `No file mentions "${query}".`;
  const paths = [...new Set(rows.flatMap((row) => /^(.+?):\d+:/.exec(row)?.[1] ?? []))];
  const lead = paths.length === 0 ? `I found "${query}"` : `"${query}" is in ${listed(paths)}`;
  return `${lead}:\n${rows.slice(0, 40).join("\n")}`;
}

export function* remove(paths: readonly string[]): Program {
  const answers = yield* together(paths.map((path) => removeOne(path)));
  return answers.join("\n");
}

function* removeOne(path: string): Program {
  const result = yield* call(`I will move ${path} to the trash.`, "delete_file", { path });
  if (result.outcome === "ok") return asSentence(result.text);
  const way = isMissing(result) ? ' Ask "what files are there?" to see those there are.' : "";
  return `I did not delete ${path}: ${asSentence(troubleOf(result)).replace(/^(?:You|It) /, (word) => word.toLowerCase())}${way}`;
}

/** Copies a file; a move takes the old one away only after the new one is written. */
export function* copy(from: string, to: string, kind: "copy" | "move"): Program {
  if (from === to) return `${from} has that name already, so I changed nothing.`;
  const file = yield* readText(from);
  if ("trouble" in file) return file.trouble;
  const written = yield* call(`I will write it to ${to}.`, "write_file", { path: to, content: file.text });
  if (written.outcome !== "ok") return notWritten(to, written);
  if (kind === "copy") return `I copied ${from} to ${to}.`;
  const removed = yield* call(`I will move ${from} to the trash.`, "delete_file", { path: from });
  return removed.outcome === "ok"
    ? `I renamed ${from} to ${to}.`
    : `I copied ${from} to ${to}, but ${from} is still there: ${troubleOf(removed)}`;
}

/** Puts one text in the place of another, everywhere in a file. */
export function* replaceIn(path: string, old: string, fresh: string): Program {
  const file = yield* readText(path);
  if ("trouble" in file) return file.trouble;
  const times = file.text.split(old).length - 1;
  if (times === 0) return `${path} does not contain "${old}", so I changed nothing.`;
  const content = file.text.replaceAll(old, () => fresh);
  const result = yield* call(`I will write the changed text to ${path}.`, "write_file", { path, content });
  return result.outcome === "ok"
    ? `I replaced "${old}" by "${fresh}" ${count(times, "time")} in ${path}.`
    : notWritten(path, result);
}

export function* sortLines(path: string): Program {
  const file = yield* readText(path);
  if ("trouble" in file) return file.trouble;
  const sorted = linesOf(file.text).toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const result = yield* put(`I will write the sorted lines to ${path}.`, path, sorted.join("\n"));
  return result.outcome === "ok"
    ? `I sorted the ${count(sorted.length, "line")} of ${path}.`
    : notWritten(path, result);
}
