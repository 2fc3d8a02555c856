import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultDataFolder } from "../adapters/data-folder.ts";
import { parseCommand } from "./arguments.ts";

const dataFolder = defaultDataFolder();
const run = { name: "run", agent: "helper", task: "2 + 2", model: null, approve: "ask" };
const serve = { name: "serve", port: 0, token: null };

describe("good usage", () => {
  test.each([
    [["run", "helper", "2 + 2"], { ...run, output: "text", dataFolder }],
    [["run", "helper", "2 + 2", "--json"], { ...run, output: "json" }],
    [["--json", "run", "helper", "2 + 2"], { ...run, output: "json" }],
    [
      ["run", "helper", "2 + 2", "--model", "m:1", "--approve", "all"],
      { ...run, model: "m:1", approve: "all" },
    ],
    [["run", "helper", "2 + 2", "--approve=none"], { ...run, approve: "none" }],
    [["run", "helper", "2 + 2", "--data", "/tmp/x"], { ...run, dataFolder: "/tmp/x" }],
    [["run", "helper", "--", "--data"], { ...run, task: "--data" }],
    [["serve"], { ...serve, dataFolder }],
    [["serve", "--port", "8080"], { ...serve, port: 8080 }],
    [["serve", "--port", "0", "--token", "abcdefghij0123456"], { ...serve, token: "abcdefghij0123456" }],
    [["agents"], { name: "agents", output: "text", dataFolder }],
    [["models", "--json"], { name: "models", output: "json" }],
    [["ps", "--data", "x"], { name: "ps", dataFolder: "x" }],
    [["help"], { name: "help" }],
    [["--help"], { name: "help" }],
    [["run", "-h"], { name: "help" }],
  ])("%j", (argv, command) => {
    expect(parseCommand(argv)).toMatchObject(command);
  });
});

describe("bad usage, with the reason", () => {
  test.each([
    [[], "A command is missing"],
    [["fly"], "There is no command fly"],
    [["constructor"], "There is no command constructor"],
    [["toString", "--json"], "There is no command toString"],
    [["run"], "the agent is missing"],
    [["run", "helper"], "the task is missing"],
    [["run", "helper", "  "], "the task is missing"],
    [["run", "helper", "two", "words"], "in quotes"],
    [["run", "helper", "x", "--approve", "some"], "expected all or none, got some"],
    [["run", "helper", "x", "--port", "1"], "run has no option --port"],
    [["run", "helper", "x", "--data", ""], "expected a folder"],
    [["run", "helper", "x", "--data="], "expected a folder"],
    [["run", "helper", "x", "--nonsense"], "nonsense"],
    [["run", "helper", "x", "--json=yes"], "json"],
    [["run", "helper", "x", "--model"], "model"],
    [["run", "helper", "x", "--model", ""], "expected a model"],
    [["serve", "now"], "takes no arguments, got: now"],
    [["serve", "--port", "x"], "expected a number from 0 to 65535"],
    [["serve", "--port", ""], "expected a number from 0 to 65535"],
    [["serve", "--port", "-1"], "port"],
    [["serve", "--port", "65536"], "expected a number from 0 to 65535"],
    [["serve", "--port", "80.5"], "expected a number from 0 to 65535"],
    [["serve", "--port", "0x50"], "expected a number from 0 to 65535"],
    [["serve", "--token", "short"], "expected 16 to 200 letters"],
    [["serve", "--token", "0123456789 abcdef"], "expected 16 to 200 letters"],
    [["serve", "--json"], "serve has no option --json"],
    [["agents", "--model", "m"], "agents has no option --model"],
    [["ps", "a7"], "takes no arguments, got: a7"],
  ])("%j", (argv, reason) => {
    const command = parseCommand(argv);
    expect(command.name).toBe("bad-usage");
    expect(command.name === "bad-usage" && command.message).toContain(reason);
  });
});

test("never throws, and names a command that there is", () => {
  const word = fc.oneof(
    fc.constantFrom("run", "serve", "agents", "ps", "--json", "--data", "--port", "--", "-h", "__proto__"),
    fc.string(),
  );
  const names = ["help", "bad-usage", "run", "serve", "agents", "models", "ps"];
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (argv) => {
      expect(names).toContain(parseCommand(argv).name);
    }),
  );
});
