import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { seedWorkspace, WELCOME_TEXT } from "./workspace-seed.ts";

let data: string;
let workspace: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "aios-seed-"));
  workspace = join(data, "workspace");
  mkdirSync(workspace);
});
afterEach(() => {
  rmSync(data, { recursive: true });
});

describe("workspace seed", () => {
  test("is given once, even when the person deletes it", () => {
    seedWorkspace(data, workspace);
    expect(readdirSync(workspace)).toEqual(["welcome.md"]);
    rmSync(join(workspace, "welcome.md"));
    seedWorkspace(data, workspace);
    expect(readdirSync(workspace)).toEqual([]);
  });

  test("never replaces a file that is there", () => {
    writeFileSync(join(workspace, "welcome.md"), "mine");
    seedWorkspace(data, workspace);
    expect(readFileSync(join(workspace, "welcome.md"), "utf8")).toBe("mine");
  });

  test("has the flaws that the reviewer is asked to find", () => {
    expect(WELCOME_TEXT).toMatch(/\b(\w+) \1\b/);
    expect(WELCOME_TEXT).toMatch(/TODO/);
    expect(WELCOME_TEXT).toMatch(/ $/m);
    expect(WELCOME_TEXT).toMatch(/^# .*\n+(?:[^#].*\n+)*### /m);
    const overlong = WELCOME_TEXT.split("\n").filter((line) => line.length > 120);
    expect(overlong).toHaveLength(1);
  });
});
