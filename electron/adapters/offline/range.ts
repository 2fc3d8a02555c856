import type { Family } from "./intent.ts";

/**
 * The stated range of the offline core.
 *
 * | family | understands, in many wordings | tools it needs |
 * |---|---|---|
 * | arithmetic | calculations in signs or words, percentages, sums and means of lists, sequences, simple word problems | calculate |
 * | dates | today and the time in a city, weekday of a date, days between or until dates, a date some days away | clock, calendar |
 * | memory | remember, recall, list, correct and forget what it was told | remember, recall, list_memories, update_memory, forget |
 * | files | write text or computed numbers, append, read, list, search, count, copy, rename, delete | read_file, write_file, list_files, search_files, delete_file, calculate, clock |
 * | web | title, summary, number of words of a page, and what it says about something | fetch_page |
 * | review | faults of a text file with their lines: doubled words, marks left to do, brackets, headings, long lines | read_file, list_files |
 * | shell | a command line or a JavaScript program that is given word for word | run_command, run_javascript |
 * | delegation | a task of several parts, each given to the agent that can do it | start_agent, join_agents |
 *
 * Anything else is refused in words, with the way to connect a model.
 */
export const STATED_RANGE = [
  { family: "arithmetic", words: "arithmetic", example: "What is 23 * 19 plus 7?", agent: "maths-tutor" },
  {
    family: "dates",
    words: "dates and times",
    example: "How many days until Christmas?",
    agent: "maths-tutor",
  },
  {
    family: "memory",
    words: "remembering and recalling",
    example: "Remember that Ada's birthday is 10 December",
    agent: "note-keeper",
  },
  {
    family: "files",
    words: "writing, reading, listing, searching and deleting files",
    example: "Write the squares of 1 to 5 into squares.txt",
    agent: "file-clerk",
  },
  {
    family: "web",
    words: "reading a web page",
    example: "Summarise https://example.com",
    agent: "web-reader",
  },
  { family: "review", words: "reviewing a text file", example: "Review welcome.md", agent: "reviewer" },
  { family: "shell", words: "running a given command", example: "Run `ls -la`", agent: "shell-hand" },
  {
    family: "delegation",
    words: "splitting a task among agents",
    example: "What is 6 * 7, and remember that the answer matters",
    agent: "planner",
  },
] as const satisfies readonly {
  readonly family: Family;
  readonly words: string;
  readonly example: string;
  readonly agent: string;
}[];

const WHO = "I am the offline core, a small planner, not a language model";
const HOW = "To have such a task done, connect a model: open Models, or start Ollama.";
const words = STATED_RANGE.map((row) => row.words);
const WHAT = `What I can do is ${words.slice(0, -1).join(", ")}, and ${words.at(-1) ?? ""}.`;

/** The answer to a task outside the range. */
export const refusal = (): string => `${WHO}, and this task is outside what I understand. ${WHAT} ${HOW}`;

/** The answer to "what can you do?". */
export const introduction = (): string =>
  `${WHO}. ${WHAT} For anything else, connect a model: open Models, or start Ollama.`;

/** The agent that is bundled for a family. */
export const agentFor = (family: Family): string =>
  STATED_RANGE.find((row) => row.family === family)?.agent ?? "planner";

/** The answer when a task is understood and its tools are not on offer. */
export function missingTools(family: Family, missing: readonly string[]): string {
  const row = STATED_RANGE.find((each) => each.family === family);
  const tools = missing.length === 1 ? `the tool ${missing[0]}` : `the tools ${missing.join(", ")}`;
  return `This agent cannot do that: it has not been given ${tools}. The agent ${row?.agent ?? "planner"} can.`;
}
