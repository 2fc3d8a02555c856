import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { manifestSchema } from "../../../shared/manifest.ts";
import { FakeTools } from "./fake-tools.ts";
import { agentFor, introduction, missingTools, refusal, STATED_RANGE } from "./range.ts";
import { recognise } from "./recognise.ts";

const folder = new URL("../../../resources/agents/", import.meta.url);
const names = [...new Set(STATED_RANGE.map((row) => row.agent))];
const manifestOf = (name: string) =>
  manifestSchema.parse(JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")));

test.each(STATED_RANGE)(
  "the example of $family is understood, with the tools of its agent",
  ({ family, example, agent }) => {
    const tools = new Set(manifestOf(agent).tools);
    const intent = recognise(example, { tools, previousAnswer: null });
    expect(intent.family).toBe(family);
    expect(intent.needs.every((tool) => tools.has(tool))).toBe(true);
  },
);

test("the refusal names the range and the way out", () => {
  for (const row of STATED_RANGE) expect(refusal()).toContain(row.words);
  expect(refusal()).toMatch(/not a language model.*open Models, or start Ollama/);
  expect(introduction()).toContain("not a language model");
  expect(missingTools("files", ["write_file"])).toMatch(/write_file.*file-clerk/);
  expect(agentFor("web")).toBe("web-reader");
});

test("the bundled agents are those of the range, under the names of their files", () => {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  expect(files.map((file) => manifestOf(file.replace(".json", "")).name).sort()).toEqual([...names].sort());
});

test.each(names)("every sample task of %s is within the range", (name) => {
  const manifest = manifestOf(name);
  expect(manifest.sampleTasks.length).toBeGreaterThanOrEqual(4);
  for (const task of manifest.sampleTasks) {
    const tools = new FakeTools();
    tools.files.set("welcome.md", "# Welcome\n");
    expect(tools.askWith(manifest.tools, task)).not.toMatch(/not a language model|This agent cannot/);
  }
});
