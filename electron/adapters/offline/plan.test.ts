import { expect, test } from "vitest";
import type { Message } from "../../../shared/messages.ts";
import { type AgentName, FakeTools } from "./fake-tools.ts";
import { plan } from "./plan.ts";

/** What is asked of which agent, and what the answer must hold. */
const ANSWERS: readonly (readonly [AgentName, string, RegExp])[] = [
  ["maths-tutor", "what is 23 * 19 plus 7?", /\b444\b/],
  ["maths-tutor", "WHAT IS TWENTY-THREE TIMES NINETEEN", /\b437\b/],
  ["maths-tutor", "Could you please tell me how much is 15% of 80?", /\b12\b/],
  ["maths-tutor", "increase 80 by 15%", /\b92\b/],
  ["maths-tutor", "What is 20% off 80", /\b64\b/],
  ["maths-tutor", "12 is what percent of 80", /\b15%/],
  ["maths-tutor", "compute (3 + 4) × 5 − 2", /\b33\b/],
  ["maths-tutor", "5² + √16", /\b29\b/],
  ["maths-tutor", "What's the sum of the numbers from 1 to 100?", /\b5050\b/],
  ["maths-tutor", "average of 3, 4, 5 and 9", /5\.25/],
  ["maths-tutor", "average of 100,200,300", /\b200\b/],
  ["maths-tutor", "1,234 + 5,678", /\b6912\b/],
  ["maths-tutor", "subtract 3 from 10", /= 7\b/],
  ["maths-tutor", "divide 100 by 8", /12\.5/],
  ["maths-tutor", "multiply 6 by 7", /\b42\b/],
  ["maths-tutor", "add 5 and 7, then multiply the result by 3", /\b36\b/],
  ["maths-tutor", "double 21", /\b42\b/],
  ["maths-tutor", "a third of 90", /= 30\b/],
  ["maths-tutor", "what is the remainder when 17 is divided by 5", /= 2\b/],
  ["maths-tutor", "7 factorial", /\b5040\b/],
  ["maths-tutor", "5!", /\b120\b/],
  ["maths-tutor", "round 3.14159 to 2 decimal places", /= 3\.14\b/],
  ["maths-tutor", "what does 2 to the power of 10 equal", /\b1024\b/],
  ["maths-tutor", "0.1 + 0.2", /= 0\.3\b/],
  ["maths-tutor", "how many times does 7 go into 100", /= 14\b/],
  ["maths-tutor", "largest of 3, 9 and 4", /= 9\b/],
  ["maths-tutor", "what is 2+2 and what is 3*7", /= 4[\s\S]*= 21/],
  ["maths-tutor", "compute 2+2; 3+3; 4+4", /= 4[\s\S]*= 6[\s\S]*= 8/],
  ["maths-tutor", "list the first 10 primes", /2, 3, 5, 7, 11, 13, 17, 19, 23, 29$/],
  ["maths-tutor", "what are the squares of 1 to 5", /1, 4, 9, 16, 25/],
  ["maths-tutor", "is 97 prime?", /^Yes/],
  ["maths-tutor", "is 91 a prime number?", /^No/],
  ["maths-tutor", "2 + 2 = 5?", /^No/],
  ["maths-tutor", "1/0", /no finite value/],
  ["maths-tutor", "If I have 12 apples and eat 5, how many are left?", /\b7\b/],
  ["maths-tutor", "A train goes 60 km an hour for 2.5 hours, how far?", /\b150\b/],
  ["maths-tutor", "If one pen costs 3, how much do 7 pens cost?", /\b21\b/],
  ["maths-tutor", "What's today's date?", /Sunday, 22 November 2026/],
  ["maths-tutor", "what time is it in Tokyo?", /Asia\/Tokyo/],
  ["maths-tutor", "what weekday is December 25, 2026?", /Friday/],
  ["maths-tutor", "On which weekday does Christmas fall?", /Friday/],
  ["maths-tutor", "How many days until Christmas?", /\b33 days/],
  ["maths-tutor", "how long until 1 March", /\b99 days.*2027/],
  ["maths-tutor", "how many weeks until christmas", /4 weeks and 5 days/],
  ["maths-tutor", "days between 2026-01-01 and 2026-12-25", /\b358 days/],
  ["maths-tutor", "what date is 45 days from today?", /2027-01-06/],
  ["maths-tutor", "2 weeks ago", /2026-11-08/],
  ["maths-tutor", "3 days before Christmas", /2026-12-22/],
  ["maths-tutor", "next friday is what date?", /2026-11-27/],
  ["maths-tutor", "is 2028 a leap year", /^Yes/],
  ["maths-tutor", "what day is 03/04/2026", /two dates/],
  ["maths-tutor", "days until 30 February", /could not/],
  ["maths-tutor", "tell me a joke", /offline core.*not a language model.*Models.*Ollama/s],
  ["maths-tutor", "write hello into a.txt", /write_file.*file-clerk/],
  ["maths-tutor", "Tom has 3 cats and Ann has 4 dogs, how many cats are there?", /outside what I understand/],
  ["note-keeper", "what is 2+2", /calculate.*maths-tutor/],
  ["note-keeper", "what is the capital of France?", /nothing about that/],
  ["file-clerk", "read nothing.txt", /could not read nothing\.txt.*files are there/s],
  ["file-clerk", "write a poem about cats into poem.txt", /not a language model/],
  ["file-clerk", "delete the file missing.txt", /did not delete missing\.txt/],
  ["web-reader", "what is on https://nope.test/x", /could not read https:\/\/nope\.test\/x.*reached/s],
  ["web-reader", "What is the title of https://example.com?", /"Example Domain"/],
  ["web-reader", "how many words are on example.com", /\b18 words/],
  ["web-reader", "summarise https://example.com please", /illustrative examples/],
  ["web-reader", "What does https://example.com say about permission?", /asking for permission/],
  ["web-reader", "what does https://example.com say about bananas?", /says nothing about bananas/],
  ["reviewer", "review welcome.md", /line 3: the word "is".*\nVerdict/s],
  ["reviewer", "Could you check welcome.md for problems?", /TODO/],
  ["reviewer", "welcome.md", /Review of welcome\.md/],
  ["reviewer", "review nothing.md", /could not review.*welcome\.md/s],
  ["planner", "what is 23 * 19 + 7?", /maths-tutor: .*444/],
  ["planner", "What is 6 * 7, and how many days until Christmas?", /= 42[\s\S]*33 days/],
  ["planner", "1. what is 2+2\n2. review welcome.md", /maths-tutor: .*= 4[\s\S]*reviewer: /],
  ["planner", "- compute 15% of 80\n- write me a poem", /= 12[\s\S]*not a language model/],
  ["planner", "Ask the maths tutor to work out 9*9", /maths-tutor: .*81/],
  ["planner", "tell me a joke", /outside what I understand/],
];

function furnished(): FakeTools {
  const tools = new FakeTools();
  tools.files.set("welcome.md", "# Welcome\n\nThis is is a file. TODO: more.\n");
  tools.pages.set(
    "https://example.com",
    "Title: Example Domain\nURL: https://example.com/\n\nThis domain is for illustrative examples in documents. You may use it without asking for permission. More elsewhere.",
  );
  return tools;
}

test.each(ANSWERS)("%s answers: %s", (agent, task, expected) => {
  expect(furnished().ask(agent, task)).toMatch(expected);
});

/** What is asked of the file clerk, the file it leaves and its text. */
const FILES: readonly (readonly [string, string, string])[] = [
  ["write the squares of 1 to 5 into squares.txt", "squares.txt", "1\n4\n9\n16\n25\n"],
  [
    "Please save the first 10 primes to primes.txt, one per line",
    "primes.txt",
    "2\n3\n5\n7\n11\n13\n17\n19\n23\n29\n",
  ],
  ["create a file hello.txt saying hello world", "hello.txt", "hello world\n"],
  ["write a file called todo.md with the text: Buy milk.", "todo.md", "Buy milk.\n"],
  ["put today's date in date.txt", "date.txt", "2026-11-22\n"],
  ["write a list of the even numbers up to 6 to even.csv", "even.csv", "2\n4\n6\n"],
  ["save the result of 12*12 in r.txt", "r.txt", "144\n"],
  ["store the cubes of 1 to 4 in cubes.txt, separated by commas", "cubes.txt", "1, 8, 27, 64\n"],
  ["compute 15% of 240 and put it into tip.txt", "tip.txt", "36\n"],
  ["calculate the cubes of 1 to 3 and save them to c.txt", "c.txt", "1\n8\n27\n"],
  ["write a countdown from 3 to down.txt", "down.txt", "3\n2\n1\n0\n"],
  ["write the first 8 fibonacci numbers to fib.txt", "fib.txt", "1\n1\n2\n3\n5\n8\n13\n21\n"],
  ["powers of two up to 16 into p.txt", "p.txt", "1\n2\n4\n8\n16\n"],
  ["write the 3 times table up to 2 to t.txt", "t.txt", "3 * 1 = 3\n3 * 2 = 6\n"],
  ["in notes.md write hello", "notes.md", "hello\n"],
  ["write 'a; b' into ab.txt", "ab.txt", "a; b\n"],
  ["create list.md with milk, eggs, bread one per line", "list.md", "milk\neggs\nbread\n"],
  ["add eggs to old.txt", "old.txt", "milk\neggs\n"],
  ["append bread to fresh.txt", "fresh.txt", "bread\n"],
  ["copy old.txt to new.txt", "new.txt", "milk\n"],
  ["rename old.txt to moved.txt", "moved.txt", "milk\n"],
  ["replace milk with tea in old.txt", "old.txt", "tea\n"],
];

test.each(FILES)("the file clerk does: %s", (task, path, content) => {
  const tools = new FakeTools();
  tools.files.set("old.txt", "milk\n");
  expect(tools.ask("file-clerk", task)).toContain(path);
  expect(tools.files.get(path)).toBe(content);
});

/** What the note keeper is told, then asked, and what the answer must hold. */
const NOTES: readonly (readonly [string, string, RegExp])[] = [
  [
    "remember that Ada's birthday is 10 December",
    "when is Ada's birthday?",
    /^Ada's birthday is 10 December\.$/,
  ],
  ["remember that Ada's birthday is 10 December", "When was Ada born?", /10 December/],
  ["remember that Ada's birthday is 10 December", "When is Bob's birthday?", /nothing about exactly that/],
  ["My favourite colour is green.", "What's my favorite color", /^Your favourite colour is green\.$/],
  ["don't forget that the wifi password is hunter2", "what is the wifi password?", /hunter2/],
  ["keep in mind: I am allergic to nuts", "what am I allergic to?", /^You are allergic to nuts\.$/],
  ["save this: the spare key is under the mat", "where is the spare key?", /under the mat/],
  ["call Sam on Friday", "who should I call on Friday?", /Sam/],
  ["Could you remember that my dog is called Rex?", "what is the name of my dog", /Rex/],
  ["I parked on level 3", "where did I park?", /level 3/],
  ["please note that Bob likes tea", "what do you know about Bob?", /likes tea/],
  ["please note that Bob likes tea", "list everything you remember", /one thing:\n- Bob likes tea/],
  ["please note that Bob likes tea", "what do you know about chess?", /nothing about that/],
];

test.each(NOTES)("the note keeper, told: %s, is asked: %s", (fact, question, expected) => {
  const tools = new FakeTools();
  tools.ask("note-keeper", fact);
  expect(tools.ask("note-keeper", question)).toMatch(expected);
});

test("a corrected fact takes the place of the old one, and only of that", () => {
  const tools = new FakeTools();
  tools.ask("note-keeper", "Ada's birthday is 10 December");
  tools.ask("note-keeper", "actually Ada likes tea");
  tools.ask("note-keeper", "actually Ada's birthday is 12 December");
  expect([...tools.memories.values()]).toEqual(["Ada's birthday is 12 December", "Ada likes tea"]);
});

test("forgetting takes the best match and leaves the rest", () => {
  const tools = new FakeTools();
  tools.ask("note-keeper", "Bob likes tea");
  tools.ask("note-keeper", "Ada likes jazz");
  expect(tools.ask("note-keeper", "forget that Bob likes tea")).toContain("I forgot");
  expect([...tools.memories.values()]).toEqual(["Ada likes jazz"]);
});

test("a denied write is reported with its reason, is not tried again and claims nothing", () => {
  const tools = new FakeTools();
  tools.denied.set("write_file", "not in this folder");
  const answer = tools.ask("file-clerk", "write the squares of 1 to 5 into squares.txt");
  expect(answer).toMatch(/did not write squares\.txt: you denied it \(not in this folder\)/);
  expect(tools.calls.filter((each) => each.name === "write_file")).toHaveLength(1);
});

test.each(["remember", "recall", "calculate", "list_files", "start_agent"])(
  "a denied %s ends in an honest answer",
  (tool) => {
    const tools = furnished();
    tools.denied.set(tool, "no");
    const tasks = {
      remember: "remember that x is y",
      recall: "when is it that Ada comes?",
      calculate: "what is 2+2",
      list_files: "list files",
      start_agent: "what is 2+2",
    };
    const agents = {
      remember: "note-keeper",
      recall: "note-keeper",
      calculate: "maths-tutor",
      list_files: "file-clerk",
      start_agent: "planner",
    } as const;
    const key = tool as keyof typeof tasks;
    expect(tools.ask(agents[key], tasks[key])).toMatch(/you denied it \(no\)/i);
  },
);

test("a part that leans on an earlier answer is given its value", () => {
  const tools = new FakeTools();
  tools.ask("planner", "first work out 12*12, then save the answer to r.txt, then review r.txt");
  expect(tools.files.get("r.txt")).toBe("144\n");
  expect(tools.children.map((child) => child.agent)).toEqual(["maths-tutor", "file-clerk", "reviewer"]);
});

test("independent parts are started in one step", () => {
  const tools = new FakeTools();
  tools.ask("planner", "what is 2+2; what is 3*3; remember that Ada likes tea");
  const own = tools.calls.filter((each) => /_agents?$/.test(each.name));
  expect(own.map((each) => each.id)).toEqual(["call_0_0", "call_0_1", "call_0_2", "call_1_0"]);
});

test("ids of calls are unique through a conversation of several tasks", () => {
  const before: Message[] = [
    { role: "user", content: "what is 1+1" },
    {
      role: "assistant",
      content: "…",
      toolCalls: [{ id: "call_0_0", name: "calculate", arguments: { expression: "1 + 1" } }],
    },
    { role: "tool", toolCallId: "call_0_0", name: "calculate", content: "2", outcome: "ok" },
    { role: "assistant", content: "1 + 1 = 2", toolCalls: [] },
    { role: "user", content: "what is 1+1" },
  ];
  const next = plan(before, [{ name: "calculate", description: "", parameters: {} }]);
  expect(next.toolCalls.map((each) => each.id)).toEqual(["call_2_0"]);
  expect(next.text).toBe("I will work out 1 + 1 with the calculator.");
});

test("a follow-up leans on the answer before it", () => {
  const before: Message[] = [
    { role: "user", content: "what is 12*12" },
    { role: "assistant", content: "12 * 12 = 144", toolCalls: [] },
  ];
  const tools = new FakeTools();
  expect(tools.askWith(["calculate"], "now multiply it by 2", before)).toContain("288");
  tools.askWith(["write_file"], "please save that to r.txt", before);
  expect(tools.files.get("r.txt")).toBe("144\n");
});

test("an unknown outcome of a write is said to be unknown, and is not run again", () => {
  const messages: Message[] = [
    { role: "user", content: "write hello into a.txt" },
    {
      role: "assistant",
      content: "",
      toolCalls: [{ id: "x", name: "write_file", arguments: { content: "hello\n", path: "a.txt" } }],
    },
    { role: "tool", toolCallId: "x", name: "write_file", content: "unknown", outcome: "unknown" },
  ];
  const next = plan(messages, [{ name: "write_file", description: "", parameters: {} }]);
  expect(next.toolCalls).toEqual([]);
  expect(next.text).toMatch(/do not know whether a\.txt was written/);
});

test("no tools, no task and a task beyond all bounds have an answer", () => {
  expect(plan([{ role: "user", content: "what is 2+2" }], []).text).toMatch(/maths-tutor/);
  expect(plan([], []).text).toMatch(/offline core/);
  expect(plan([{ role: "user", content: "a ".repeat(20_000) }], []).text).toMatch(/too long/);
});
