import { expect, test } from "vitest";
import { childAnswers, startedAgent } from "./delegation-results.ts";

test("answers of many paragraphs stay whole", () => {
  const text = "a7 (maths-tutor) done: 4\n\na8 (reviewer) done: one\n\ntwo\n\na9 (file-clerk) failed: no";
  const answers = childAnswers(text, ["a7", "a8", "a9"]);
  expect(answers.get("a7")).toEqual({ status: "done", text: "4" });
  expect(answers.get("a8")).toEqual({ status: "done", text: "one\n\ntwo" });
  expect(answers.get("a9")).toEqual({ status: "failed", text: "no" });
  expect(childAnswers("nothing", []).size).toBe(0);
});

test("the id of a started agent", () => {
  expect(startedAgent("Started a12 (maths-tutor)")).toBe("a12");
  expect(startedAgent("no")).toBeNull();
});
