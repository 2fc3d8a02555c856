/** A task in words that a person might use, and what a right answer must hold. */
export interface Wording {
  readonly agent: "maths-tutor" | "note-keeper" | "file-clerk" | "reviewer" | "planner";
  readonly task: string;
  readonly answer: RegExp;
  /** A file of the workspace that must hold this text afterwards. */
  readonly leaves?: readonly [path: string, text: string];
  /** Said to the same agent before. */
  readonly after?: string;
}

/** Each agent with a sample task first, then in wordings that are nobody's samples. */
export const WORDINGS: readonly Wording[] = [
  { agent: "maths-tutor", task: "What is 23 * 19 plus 7?", answer: /\b444\b/ },
  { agent: "maths-tutor", task: "Please work out (17 + 4) times 3", answer: /\b63\b/ },
  { agent: "maths-tutor", task: "how much is 12.5% of 240?", answer: /\b30\b/ },
  { agent: "maths-tutor", task: "which weekday was 20 July 1969?", answer: /\bSunday\b/ },
  {
    agent: "maths-tutor",
    task: "how many days lie between 1 March 2024 and 1 March 2025?",
    answer: /\b365\b/,
  },
  {
    agent: "note-keeper",
    task: "When is Ada's birthday?",
    after: "remember that Ada's birthday is 10 December",
    answer: /\b10 December\b/,
  },
  {
    agent: "note-keeper",
    task: "what's the code of the bicycle lock?",
    after: "Please keep in mind: the bicycle lock code is 4711",
    answer: /\b4711\b/,
  },
  {
    agent: "note-keeper",
    task: "where did I park?",
    after: "note down that I parked on level 3",
    answer: /\blevel 3\b/,
  },
  {
    agent: "note-keeper",
    task: "what do you know about the attic?",
    answer: /nothing/i,
  },
  {
    agent: "file-clerk",
    task: "write the squares of 1 to 5 into squares.txt",
    answer: /squares\.txt/,
    leaves: ["squares.txt", "1\n4\n9\n16\n25\n"],
  },
  {
    agent: "file-clerk",
    task: "save the cubes from 1 to 4 in numbers/cubes.txt",
    answer: /cubes\.txt/,
    leaves: ["numbers/cubes.txt", "1\n8\n27\n64\n"],
  },
  {
    agent: "file-clerk",
    task: "make a file called greeting.txt with the text Good morning",
    answer: /greeting\.txt/,
    leaves: ["greeting.txt", "Good morning\n"],
  },
  { agent: "file-clerk", task: "which files are in the workspace?", answer: /welcome\.md/ },
  { agent: "reviewer", task: "Review welcome.md", answer: /"for" stands twice/ },
  { agent: "reviewer", task: "please look over welcome.md and tell me what is wrong", answer: /TODO/ },
  { agent: "reviewer", task: "proofread welcome.md", answer: /findings/ },
  { agent: "reviewer", task: "check nothing.md", answer: /no "nothing\.md"|not (?:there|found)/i },
  {
    agent: "planner",
    task: "What is 6 * 7, and how many days are there until Christmas?",
    answer: /\b42\b[\s\S]*\b\d+ days/,
  },
  {
    agent: "planner",
    task: "Compute 144 / 12 and remember that the spare key is under the mat",
    answer: /\b12\b[\s\S]*under the mat/,
  },
  {
    agent: "planner",
    task: "Work out 15% of 80; review welcome.md",
    answer: /\b12\b[\s\S]*welcome\.md/,
  },
  {
    agent: "planner",
    task: "Work out 12 * 12 and then write the result into result.txt",
    answer: /\b144\b/,
    leaves: ["result.txt", "144\n"],
  },
];
