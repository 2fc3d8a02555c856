import { expect, test } from "vitest";
import { type AgentName, FakeTools } from "./fake-tools.ts";

function furnished(): FakeTools {
  const tools = new FakeTools();
  tools.files.set("n.txt", "1, 2 and 3\n");
  tools.files.set("welcome.md", "# Welcome\n\nThis is is a file.\n");
  return tools;
}

const ANSWERS: readonly (readonly [AgentName, string, RegExp])[] = [
  ["maths-tutor", "What is 3/4 of a hundred?", /= 75\b/],
  ["maths-tutor", "what weekday will it be 100 days from today?", /2027-03-02.*Tuesday/],
  ["maths-tutor", "what day was 29 February 2023?", /2023-02-29: there is no such date/],
  ["maths-tutor", "what day was 29 February 2024?", /Thursday/],
  ["maths-tutor", "is 221 prime?", /^No, 221 is not prime: it can be divided by 13\.$/],
  ["maths-tutor", "is 24 prime?", /^No, 24 is not prime: it is a product of smaller numbers\.$/],
  ["maths-tutor", "how many days between 14 February and 3 March 2028?", /\b18 days between 2028-02-14/],
  ["maths-tutor", "days between 20 December and 5 January 2028", /\b16 days between 2027-12-20/],
  ["file-clerk", "write 5 random numbers into r.txt", /not a language model/],
  ["file-clerk", "what is the total of the numbers in n.txt?", /is 6\.$/],
  ["file-clerk", "work out the average of the numbers in n.txt", /is 2\.$/],
  ["file-clerk", "find the largest number in n.txt", /is 3\.$/],
  ["reviewer", "what could be better in welcome.md?", /Review of welcome\.md.*1 finding/],
  ["web-reader", "read ftp://example.org/x", /^I cannot read ftp:\/\/example\.org\/x: .*http and https only/],
  ["web-reader", "open file:///etc/passwd", /^I cannot read file:\/\/\/etc\/passwd/],
  ["note-keeper", "The plumber comes on Tuesday at 9, remember that", /^I have remembered this: [^\n]+$/],
];

test.each(ANSWERS)("%s answers: %s", (agent, task, expected) => {
  expect(furnished().ask(agent, task)).toMatch(expected);
});

test.each([
  "add up the numbers in n.txt",
  "sum the numbers in n.txt",
  "add together all the numbers in n.txt",
])("%s reads the file and leaves it as it is", (task) => {
  const tools = furnished();
  expect(tools.ask("file-clerk", task)).toMatch(/The sum of the 3 numbers in n\.txt is 6\./);
  expect(tools.files.get("n.txt")).toBe("1, 2 and 3\n");
});

test("numbers that go down are written as numbers", () => {
  const tools = furnished();
  tools.ask("file-clerk", "write the numbers 3 down to 1 into down.txt");
  expect(tools.files.get("down.txt")).toBe("3\n2\n1\n");
});

test("a new text is put in as it is, signs and all", () => {
  const tools = furnished();
  tools.ask("file-clerk", "replace 3 with $& in n.txt");
  expect(tools.files.get("n.txt")).toBe("1, 2 and $&\n");
});

test("a file that is renamed to its own name stays", () => {
  const tools = furnished();
  expect(tools.ask("file-clerk", "rename n.txt to ./n.txt")).toMatch(/changed nothing/);
  expect(tools.files.has("n.txt")).toBe(true);
});

test("lines that are listed become lines of the file", () => {
  const tools = furnished();
  tools.ask("file-clerk", "create a file called todo.md with the lines buy milk, call Ada and pay rent");
  expect(tools.files.get("todo.md")).toBe("buy milk\ncall Ada\npay rent\n");
});
