import { expect, test } from "vitest";
import { madeManifest } from "../agent/made-run.ts";
import { checkForm, choose, firstChoice, type LaunchForm } from "./launch-form.ts";
import { rememberAgent, rememberedAgent } from "./remembered-agent.ts";

const form: LaunchForm = {
  agent: "maths-tutor",
  task: " 2 + 2 ",
  priority: null,
  model: null,
  mode: null,
  servers: [],
};

test("what is left to the agent is left out of the input, and the task is trimmed", () => {
  expect(checkForm(form)).toEqual({ type: "ready", input: { agent: "maths-tutor", task: "2 + 2" } });
  expect(checkForm({ ...form, priority: 7, model: "offline", mode: "ask" })).toEqual({
    type: "ready",
    input: { agent: "maths-tutor", task: "2 + 2", priority: 7, model: "offline", mode: "ask" },
  });
});

test("the first thing wrong is named with its field", () => {
  expect(checkForm({ ...form, agent: "" })).toMatchObject({ type: "wrong", field: "agent" });
  expect(checkForm({ ...form, task: " \n" })).toMatchObject({ type: "wrong", field: "task" });
  expect(checkForm({ ...form, task: "x".repeat(20_001) })).toMatchObject({ type: "wrong", field: "task" });
  expect(checkForm({ ...form, priority: 11 })).toMatchObject({ type: "wrong", field: "priority" });
});

test("choosing another agent keeps a task of one's own and drops a sample", () => {
  const tutor = madeManifest();
  const clerk = madeManifest({ name: "file-clerk", sampleTasks: ["List the files"] });
  const both = [tutor, clerk];
  expect(choose({ ...form, task: "my own" }, clerk, both)).toMatchObject({
    agent: "file-clerk",
    task: "my own",
  });
  expect(choose({ ...form, task: "What is 23 * 19 plus 7?" }, clerk, both).task).toBe("");
});

test("the agent chosen last comes first, if it is still there", () => {
  const manifests = [madeManifest(), madeManifest({ name: "file-clerk" })];
  expect(firstChoice(manifests, "file-clerk")).toBe("file-clerk");
  expect(firstChoice(manifests, "gone")).toBe("maths-tutor");
  expect(firstChoice([], null)).toBe("");
});

test("without a browser's storage nothing is remembered and nothing breaks", () => {
  rememberAgent("file-clerk");
  expect([null, "file-clerk"]).toContain(rememberedAgent());
});
