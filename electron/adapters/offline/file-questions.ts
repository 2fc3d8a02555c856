import { calculate } from "./arithmetic.ts";
import { LONGEST_EXPRESSION } from "./calculations.ts";
import { count, linesOf, readText } from "./file-programs.ts";
import { type Program, troubleOf } from "./program.ts";
import { answerFrom, countWords } from "./text-extract.ts";

/** What can be counted in a file. */
export type Counted = "words" | "lines" | "characters" | "paragraphs" | { readonly text: string };

/** Counts in the text that was read, and says what was counted. */
export function* countIn(path: string, what: Counted): Program {
  const file = yield* readText(path);
  if ("trouble" in file) return file.trouble;
  if (typeof what === "object") {
    const times = file.text.toLowerCase().split(what.text.toLowerCase()).length - 1;
    return `"${what.text}" occurs ${count(times, "time")} in ${path}.`;
  }
  return `${path} has ${countOf(file.text, what)}.`;
}

function countOf(text: string, what: Exclude<Counted, object>): string {
  switch (what) {
    case "words":
      return count(countWords(text), "word");
    case "lines":
      return count(linesOf(text).length, "line");
    case "characters":
      return count([...text].length, "character");
    case "paragraphs":
      return count(text.split(/\n\s*\n/).filter((part) => part.trim() !== "").length, "paragraph");
  }
}

/** Answers a question about one file with its own sentences. */
export function* askFile(path: string, question: string): Program {
  const file = yield* readText(path);
  if ("trouble" in file) return file.trouble;
  const sentences = answerFrom(file.text, question, 5);
  return sentences.length === 0
    ? `${path} says nothing about ${question}.`
    : `${path} says about ${question}:\n${sentences.map((sentence) => `- ${sentence}`).join("\n")}`;
}

/** Lines of one file that hold a text, with their numbers. */
export function* findIn(path: string, text: string): Program {
  const file = yield* readText(path);
  if ("trouble" in file) return file.trouble;
  const singular = text.replace(/(?<=\p{L}{2})s$/u, "").toLowerCase();
  const wanted = file.text.toLowerCase().includes(text.toLowerCase()) ? text.toLowerCase() : singular;
  const hits = linesOf(file.text).flatMap((line, index) =>
    line.toLowerCase().includes(wanted) ? [`line ${index + 1}: ${line.trim()}`] : [],
  );
  return hits.length === 0
    ? `No: "${text}" is not in ${path}.`
    : `"${text}" is in ${path}, on ${count(hits.length, "line")}:\n${hits.slice(0, 40).join("\n")}`;
}

/** Works out a function of all numbers in a file, with the calculator. */
export function* numbersIn(path: string, name: "sum" | "mean" | "max" | "min"): Program {
  const file = yield* readText(path);
  if ("trouble" in file) return file.trouble;
  const numbers = file.text.match(/(?<![\p{L}\d.])-?\d+(?:\.\d+)?(?![\p{L}\d])/gu) ?? [];
  if (numbers.length === 0) return `There are no numbers in ${path}.`;
  const expression = `${name}(${numbers.join(", ")})`;
  if (expression.length > LONGEST_EXPRESSION) {
    return `${path} has ${numbers.length} numbers: more than the calculator takes at once.`;
  }
  const result = yield* calculate(expression);
  if (result.outcome !== "ok") return `I could not work out ${expression}: ${troubleOf(result)}`;
  const words = { sum: "sum", mean: "average", max: "largest", min: "smallest" };
  return `The ${words[name]} of the ${count(numbers.length, "number")} in ${path} is ${result.text.trim()}.`;
}
