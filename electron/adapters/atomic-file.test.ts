import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeFileAtomically } from "./atomic-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-atomic-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("atomic file", () => {
  test("creates and replaces with the mode asked for, leaving nothing beside", () => {
    const file = join(folder, "a.json");
    writeFileAtomically(file, "one", 0o600);
    writeFileAtomically(file, "two", 0o600);
    expect(readFileSync(file, "utf8")).toBe("two");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["a.json"]);
  });

  test("a write that fails leaves what was there and no temporary file", () => {
    const target = join(folder, "taken");
    mkdirSync(join(target, "inner"), { recursive: true });
    expect(() => writeFileAtomically(target, "text", 0o600)).toThrow();
    expect(readdirSync(folder)).toEqual(["taken"]);
    expect(readdirSync(target)).toEqual(["inner"]);
  });
});
