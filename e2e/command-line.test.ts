import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { startMisbehavingServer } from "./misbehaving-server.ts";
import { makeDataFolder, removeDataFolders, writeInto, writeManifest } from "./support/data-folder.ts";
import { startHost } from "./support/host.ts";
import { filesHolding } from "./support/key-search.ts";
import { endPrograms, runProgram, startProgram } from "./support/program.ts";
import { parseRun, runJson } from "./support/run-result.ts";
import { WORDINGS } from "./support/wordings.ts";

const FAST = { offlineTokensPerSecond: 20_000 };
/** So slow that a run is still under way when it is interrupted. */
const SLOW = { offlineTokensPerSecond: 1 };

afterEach(async () => {
  await endPrograms();
  removeDataFolders();
});

/** An answer alone, memory that outlasts its process, and a file. Every wording is in offline-core.test.ts. */
const SAMPLES = ["maths-tutor", "note-keeper", "file-clerk"].map((name) => {
  const first = WORDINGS.find(({ agent }) => agent === name);
  if (!first) throw new Error(`${name} has no wording`);
  return first;
});

describe("aios run", () => {
  test.each(SAMPLES)("$agent: $task", async ({ agent, task, answer, leaves, after }) => {
    const data = makeDataFolder(FAST);
    if (after !== undefined) expect((await runJson(data, agent, after)).result.status).toBe("done");
    const { code, events, result } = await runJson(data, agent, task, ["--approve", "all"]);
    expect(result).toMatchObject({ status: "done", answer: expect.stringMatching(answer) });
    expect(code).toBe(0);
    expect(result.syscalls.llm).toBeGreaterThan(0);
    expect(events.at(0)?.type).toBe("kernel.started");
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => (events[0]?.seq ?? 0) + index));
    if (leaves) expect(readFileSync(join(data, "workspace", leaves[0]), "utf8")).toBe(leaves[1]);
  });

  test("without approval no file is written and the answer says so", async () => {
    const data = makeDataFolder(FAST);
    const task = "write the squares of 1 to 5 into squares.txt";
    const { result } = await runJson(data, "file-clerk", task, ["--approve", "none"]);
    expect(existsSync(join(data, "workspace", "squares.txt"))).toBe(false);
    expect(result.answer).toMatch(/denied|not allowed|approval|nobody/i);
    expect(result.answer).not.toMatch(/^I wrote/m);
  });

  test("without --approve and without a terminal it denies rather than waits", async () => {
    const data = makeDataFolder(FAST);
    const { result } = await runJson(data, "file-clerk", "create a file note.txt saying Hello");
    expect(existsSync(join(data, "workspace", "note.txt"))).toBe(false);
    expect(result.answer).toMatch(/nobody|approval|denied/i);
  });

  test("prints progress for a person on standard error and the answer alone on standard output", async () => {
    const { code, stdout, stderr } = await runProgram([
      "run",
      "maths-tutor",
      "what is 2 + 3?",
      "--data",
      makeDataFolder(FAST),
    ]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "2 + 3 = 5\n" });
    expect(stderr).toMatch(/a1 s\d+ tool calculate/);
  });
});

describe("exit codes", () => {
  test.each([
    [[], /A command is missing/],
    [["run", "maths-tutor", "what is", "1 + 1"], /put the task in quotes/],
    [["run", "maths-tutor", "1 + 1", "--approve", "some"], /--approve: expected all or none/],
    [["ps", "--port", "1"], /ps has no option --port/],
  ])("bad usage is 2: %j", async (args, message) => {
    const { code, stdout, stderr } = await runProgram(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/aios run <agent>/);
  });

  test("help is 0", async () => {
    const { code, stdout } = await runProgram(["--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/aios run <agent>/);
  });

  test.each([
    [["run", "juggler", "juggle"], /juggler/],
    [["run", "maths-tutor", "1 + 1", "--model", "no-such-model"], /No core serves the model no-such-model/],
  ])("what cannot be launched is 1 and says why: %j", async (args, message) => {
    const { code, stderr } = await runProgram([...args, "--data", makeDataFolder(FAST)]);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });

  test("Ctrl-C cancels a run: 1, and the result says cancelled", async () => {
    const data = makeDataFolder(SLOW);
    const program = startProgram(["run", "maths-tutor", "what is 6 * 7?", "--data", data, "--json"]);
    await program.untilPrinted(/"type":"syscall.running"/);
    program.signal("SIGINT");
    const ended = await program.ended;
    expect(ended.code).toBe(1);
    expect(parseRun(ended).result).toMatchObject({ agent: "a1", status: "cancelled" });
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s ends serve: 0", async (signal) => {
    const host = await startHost(makeDataFolder(FAST));
    host.program.signal(signal);
    expect(await host.program.ended).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("lists", () => {
  const listed = async (command: "agents" | "models" | "ps", data: string) => {
    const { code, stdout, stderr } = await runProgram([command, "--data", data, "--json"]);
    expect(code).toBe(0);
    return { rows: JSON.parse(stdout), stderr };
  };

  test("agents: the bundled seven and the person's own, and each bad file with its reason", async () => {
    const data = makeDataFolder();
    writeManifest(data, { name: "my-own", tools: ["clock"] });
    writeInto(data, "agents/broken.json", "{ not json");
    writeInto(data, "agents/nameless.json", JSON.stringify({ title: "Nobody" }));
    const { rows, stderr } = await listed("agents", data);
    const names = rows.map(({ name }: { readonly name: string }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        "maths-tutor",
        "note-keeper",
        "file-clerk",
        "web-reader",
        "planner",
        "reviewer",
        "shell-hand",
        "my-own",
      ]),
    );
    expect(stderr).toMatch(/broken\.json: .*JSON/);
    expect(stderr).toMatch(/nameless\.json: .*name/);
  });

  test("models: the offline core by its name, and what was added", async () => {
    const { rows } = await listed("models", makeDataFolder());
    expect(rows).toContainEqual(
      expect.objectContaining({ id: "offline", source: "built-in", baseUrl: null }),
    );
  });

  test("ps: ended agents with their answers, beside a kernel that runs too", async () => {
    const data = makeDataFolder(FAST);
    expect((await listed("ps", data)).rows).toEqual([]);
    await runJson(data, "maths-tutor", "what is 2 + 3?");
    const expected = [expect.objectContaining({ id: "a1", status: "done", answer: "2 + 3 = 5" })];
    expect((await listed("ps", data)).rows).toEqual(expected);
    const host = await startHost(data);
    expect((await listed("ps", data)).rows).toEqual(expected);
    expect((await host.stop()).code).toBe(0);
  });
});

test("a key of the environment stands in no output, whatever the server repeats", async () => {
  const key = "sk-command-line-3d7f0a1b9c5e2846";
  const server = await startMisbehavingServer({ listBehaviours: "none", models: ["hosted/unauthorised"] });
  const data = makeDataFolder(FAST);
  const options = { environment: { OPENAI_API_KEY: key, OPENAI_BASE_URL: server.baseUrl } };
  const run = await runJson(data, "maths-tutor", "1 + 1", ["--model", "hosted/unauthorised"], options);
  const spoken = await runProgram(["run", "maths-tutor", "1 + 1", "--data", data], options);
  const models = await runProgram(["models", "--data", data, "--json"], options);
  await server.close();
  expect({ code: run.code, error: run.result.error?.code }).toEqual({ code: 1, error: "model-unauthorised" });
  expect(models.stdout).toContain("hosted/unauthorised");
  for (const { stdout, stderr } of [run, spoken, models]) expect(stdout + stderr).not.toContain(key);
  expect(filesHolding(data, key)).toEqual([]);
});

test("a data folder has one kernel: a second is refused, naming the process, until the first has ended", async () => {
  const data = makeDataFolder(FAST);
  const host = await startHost(data);
  for (const args of [["run", "maths-tutor", "1 + 1"], ["serve"]]) {
    const { code, stdout, stderr } = await runProgram([...args, "--data", data]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(String(host.program.pid));
  }
  expect((await host.stop()).code).toBe(0);
  expect((await runJson(data, "maths-tutor", "what is 2 + 3?")).result.status).toBe("done");
});
