import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { findSandbox } from "../electron/adapters/sandbox/availability.ts";
import { makeDataFolder, removeDataFolders, writeInto } from "./support/data-folder.ts";
import { endPrograms } from "./support/program.ts";
import { runJson } from "./support/run-result.ts";

const FAST = { offlineTokensPerSecond: 20_000 };
const found = await findSandbox();
const absent = found.type === "missing" ? found.reason : "";

afterEach(async () => {
  await endPrograms();
  removeDataFolders();
});

const answerOf = async (data: string, task: string, ...words: string[]): Promise<string> => {
  const { result } = await runJson(data, "shell-hand", task, words);
  expect(result.status).toBe("done");
  return result.answer ?? "";
};

describe.skipIf(found.type === "missing")(`shell-hand in the sandbox ${absent}`, () => {
  test("a command that only reads runs unasked, and the answer is what it printed", async () => {
    const data = makeDataFolder(FAST);
    writeInto(data, "workspace/three.txt", "a\nb\nc\n");
    expect(await answerOf(data, "run the command: wc -l three.txt")).toContain("printed:\n\n3 three.txt");
    expect(await answerOf(data, "run `cat four.txt`")).toMatch(/failed \(exit code 1\).*four\.txt/s);
  });

  test("a command that nobody can foresee does not run when nobody can be asked", async () => {
    const data = makeDataFolder(FAST);
    const answer = await answerOf(data, "run `touch $(echo made.txt)`, it may write");
    expect(answer).toMatch(/^I did not get to run this command/);
    expect(existsSync(join(data, "workspace", "made.txt"))).toBe(false);
  });

  test("what a person allows is still confined: keys, our own data and other folders stay out of reach", async () => {
    const data = makeDataFolder(FAST);
    writeInto(data, "workspace/.env", "KEY=PLANTED");
    const task =
      "run `cat $PWD/.e* ../events.db ../config.json; echo x > ../beside; echo x > in`, it may write";
    const answer = await answerOf(data, task, "--approve", "all");
    expect(answer).not.toMatch(/=PLANTED|offlineTokensPerSecond|SQLite/);
    expect(existsSync(join(data, "beside"))).toBe(false);
    expect(existsSync(join(data, "workspace", "in"))).toBe(true);
  });

  test("a program runs as JavaScript", async () => {
    const data = makeDataFolder(FAST);
    const answer = await answerOf(data, "Run this JavaScript: console.log(2n ** 64n)", "--approve", "all");
    expect(answer).toBe("The program printed:\n\n18446744073709551616n");
  });
});
