import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { KernelError } from "../../shared/errors.ts";
import { openConfigFile } from "./config-file.ts";

let folder: string;
let file: string;
let problems: KernelError[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aios-config-"));
  file = join(folder, "config.json");
  problems = [];
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const config = () => openConfigFile(file, (problem) => problems.push(problem));

describe("config file", () => {
  test("is null at first, and gives back what was saved last", async () => {
    expect(await config().load()).toBeNull();
    await config().save({ settings: { policy: "fifo" }, cores: [] });
    await config().save({ settings: { policy: "priority" }, cores: [{ model: "a" }] });
    expect(await config().load()).toEqual({ settings: { policy: "priority" }, cores: [{ model: "a" }] });
    expect(readdirSync(folder)).toEqual(["config.json"]);
    expect(problems).toEqual([]);
  });

  test.each([
    ["cut short", '{"settings": {"pol'],
    ["a list", "[1, 2]"],
    ["empty", ""],
  ])("a file that is %s is kept under a new name and reported", async (_, text) => {
    writeFileSync(file, text);
    expect(await config().load()).toBeNull();
    const [kept = ""] = readdirSync(folder);
    expect(kept).toMatch(/^config\.json\.damaged-/);
    expect(readFileSync(join(folder, kept), "utf8")).toBe(text);
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining(kept)]);
    await config().save({ fresh: true });
    expect(await config().load()).toEqual({ fresh: true });
    expect(readdirSync(folder)).toHaveLength(2);
  });

  test("one that cannot be read or written is a typed error", async () => {
    mkdirSync(join(file, "inner"), { recursive: true });
    await expect(config().load()).rejects.toMatchObject({ data: { code: "storage-failed" } });
    await expect(config().save({})).rejects.toMatchObject({ data: { code: "storage-failed" } });
  });
});
