import { expect, test } from "vitest";
import { FakeTools } from "./fake-tools.ts";
import { recogniseShell } from "./shell.ts";

const asked = (task: string): unknown => {
  const tools = new FakeTools();
  tools.ask("shell-hand", task);
  return tools.calls.map(({ name, arguments: args }) => ({ name, ...args }));
};

test.each([
  ["run `ls -la`", "ls -la"],
  ["Please run `ls -la`.", "ls -la"],
  ["could you execute the shell command `grep -r 'a; b' . && wc -l *.md`?", "grep -r 'a; b' . && wc -l *.md"],
  ["run the command: wc -l welcome.md", "wc -l welcome.md"],
  ["Run the following command:\n```sh\necho “a”\nls | head -3\n```", "echo “a”\nls | head -3"],
  ["run the command: echo one, then two and three; ls", "echo one, then two and three; ls"],
])("%s: word for word, as one command", (task, command) => {
  expect(asked(task)).toEqual([{ name: "run_command", command }]);
});

test.each([
  ["run this JavaScript: console.log(1 + 1)", "console.log(1 + 1)"],
  [
    "execute the following js code:\n```js\nconst a = 1;\nconsole.log(a)\n```",
    "const a = 1;\nconsole.log(a)",
  ],
])("%s: as a program", (task, code) => {
  expect(asked(task)).toEqual([{ name: "run_javascript", code }]);
});

test("it may write only when the task says so", () => {
  expect(asked("run `touch a`, it may write in the workspace")).toEqual([
    { name: "run_command", command: "touch a", writes: "workspace" },
  ]);
});

test.each([
  "run a marathon",
  "run the numbers in n.txt",
  "what does `ls` do?",
  "run ``",
  "remember to run `ls`",
])("%s is no command", (task) => {
  expect(recogniseShell(task)).toBeNull();
});

test("the answer is what the tool gave, and no more", () => {
  const tools = new FakeTools();
  tools.outputs.set("ls", { outcome: "ok", text: "a.txt\nb [1].txt\n[exit code 0]" });
  expect(tools.ask("shell-hand", "run `ls`")).toBe("The command `ls` printed:\n\na.txt\nb [1].txt");
  tools.outputs.set("true", { outcome: "ok", text: "[exit code 0]" });
  expect(tools.ask("shell-hand", "run `true`")).toBe("The command `true` printed nothing.");
  tools.outputs.set("boom()", { outcome: "error", text: "ReferenceError: boom\n[exit code 1]" });
  expect(tools.ask("shell-hand", "run this JavaScript: boom()")).toBe(
    "The program failed (exit code 1). It printed:\n\nReferenceError: boom",
  );
});

test("it says so when it was denied, could not be run, or is not this agent's", () => {
  const tools = new FakeTools();
  tools.denied.set("run_command", "not now");
  expect(tools.ask("shell-hand", "run `rm x`")).toBe(
    "I did not get to run this command: you denied it (not now).",
  );
  expect(tools.ask("maths-tutor", "run `rm x`")).toMatch(
    /not been given the tool run_command.*shell-hand can/,
  );
  tools.denied.clear();
  tools.outputs.set("x", { outcome: "error", text: "Error: the sandbox broke" });
  expect(tools.ask("shell-hand", "run `x`")).toBe("I did not get to run this command: the sandbox broke.");
});
