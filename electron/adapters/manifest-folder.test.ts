import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createManifestFolders } from "./manifest-folder.ts";

let base: string;
let bundled: string;
let own: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "aios-manifests-"));
  bundled = join(base, "bundled");
  own = join(base, "own");
  mkdirSync(bundled);
  mkdirSync(own);
});
afterEach(() => {
  rmSync(base, { recursive: true });
});

const manifest = (name: string, extra: object = {}) => ({
  name,
  title: "Tutor",
  description: "Does sums.",
  instructions: "You do sums.",
  tools: ["calculate"],
  sampleTasks: ["1 + 1"],
  ...extra,
});
function put(folder: string, file: string, content: unknown): void {
  writeFileSync(join(folder, file), typeof content === "string" ? content : JSON.stringify(content));
}
const load = () => createManifestFolders([bundled, own]).load();

describe("manifest folders", () => {
  test("give manifests with defaults filled in, and a person's own over the bundled", async () => {
    put(bundled, "tutor.json", manifest("tutor"));
    put(bundled, "clerk.json", manifest("clerk"));
    put(own, "tutor.json", manifest("tutor", { title: "My tutor" }));
    put(own, "notes.txt", "not looked at");
    const { manifests, problems } = await load();
    expect(problems).toEqual([]);
    expect(manifests.map(({ name, title }) => [name, title])).toEqual([
      ["clerk", "Tutor"],
      ["tutor", "My tutor"],
    ]);
    expect(manifests[0]?.limits.steps).toBe(24);
  });

  test.each([
    ["no JSON", "{", "No valid JSON"],
    ["a missing field", { ...manifest("bad"), tools: undefined }, "tools: "],
    ["a number that is too large", manifest("bad", { limits: { steps: 5_000 } }), "limits.steps: .*200"],
    ["an unknown field", manifest("bad", { limit: {} }), "limit"],
    ["another name than its file", manifest("good"), 'name: expected "bad".*got "good"'],
    ["a name with a space", manifest("Bad Name"), "name: expected small letters"],
    ["too much", manifest("bad", { instructions: "x".repeat(70_000) }), "larger than 64 KB"],
    ["many faults", {}, "and \\d more"],
  ])("a file with %s is one problem, and the others are loaded", async (_, content, message) => {
    put(bundled, "bad.json", manifest("bad"));
    put(own, "bad.json", content);
    put(own, "fine.json", manifest("fine"));
    const { manifests, problems } = await load();
    expect(manifests.map(({ name }) => name)).toEqual(["bad", "fine"]);
    expect(problems).toEqual([{ file: join(own, "bad.json"), message: expect.stringMatching(message) }]);
  });

  test("a folder that is not there is a problem, not an error", async () => {
    put(bundled, "tutor.json", manifest("tutor"));
    rmSync(own, { recursive: true });
    const { manifests, problems } = await load();
    expect(manifests).toHaveLength(1);
    expect(problems).toEqual([{ file: own, message: expect.stringContaining("cannot be read") }]);
  });

  test("a folder of far too many files is cut, and says so", async () => {
    for (let n = 0; n < 510; n++) put(own, `agent-${n}.json`, manifest(`agent-${n}`));
    const { manifests, problems } = await load();
    expect(manifests).toHaveLength(500);
    expect(problems).toEqual([{ file: own, message: expect.stringContaining("more than 500") }]);
  });
});
