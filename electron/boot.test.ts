import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PROGRAM_FOLDER } from "./boot.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-boot-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface End {
  readonly code: number | string | null | undefined;
  readonly said: string;
}

function run(...words: readonly string[]): Promise<End> {
  const program = join(PROGRAM_FOLDER, "electron", "headless.ts");
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...words], (error, out, problems) => {
      resolve({ code: error === null ? 0 : error.code, said: out + problems });
    });
    child.stdin?.end();
  });
}

test("a data folder whose keys cannot be read ends the program with the reason, and nothing holds it open", async () => {
  const core = {
    id: "x/m",
    title: "m",
    baseUrl: "http://127.0.0.1:9/v1",
    model: "m",
    source: "added",
    slots: 1,
  };
  writeFileSync(join(folder, "config.json"), JSON.stringify({ cores: [{ ...core, contextTokens: null }] }));
  writeFileSync(join(folder, "secrets.json"), "sk-broken");
  const { code, said } = await run("run", "maths-tutor", "1 + 1", "--data", folder);
  expect(code).toBe(1);
  expect(said).toContain("secrets.json cannot be read");
  expect(said).not.toContain("sk-broken");
});

test("a reader that goes away ends the program without a word about its insides", async () => {
  const program = join(PROGRAM_FOLDER, "electron", "headless.ts");
  const child = spawn(
    process.execPath,
    [program, "run", "maths-tutor", "1 + 1", "--json", "--data", folder],
    {
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let problems = "";
  child.stderr.on("data", (text: Buffer) => {
    problems += text.toString();
  });
  child.stdout.once("data", () => child.stdout.destroy());
  const [code] = await once(child, "exit");
  expect({ code, problems }).toEqual({ code: 1, problems: "" });
});
