import { expect, test } from "vitest";
import { AnswerText } from "./answer-text.ts";
import { RecordingRun } from "./testing.ts";
import { TextJoint } from "./text-joint.ts";

const PARTIAL = "Air scatters blue light far more than ";

/** A run that has streamed the partial, as the kernel's has, and the answer that continues it. */
function continued() {
  const run = new RecordingRun();
  run.output(PARTIAL, 1);
  const joint = TextJoint.of(PARTIAL, "rest");
  if (joint === null) throw new Error("Expected a text that can be continued");
  return { run, text: new AnswerText(run, "The server", { partial: PARTIAL, joint }) };
}

test("what was streamed and the answer's text are the same at every moment", () => {
  const { run, text } = continued();
  for (const piece of [" ", "red", "", " light."]) {
    text.push(piece);
    expect(run.text).toBe(text.text);
  }
  text.end();
  expect(text.text).toBe(`${PARTIAL}red light.`);
  expect(text.outcome).toBe("as-asked");
});

test("an answer that begins again takes the place of what was streamed", () => {
  const { run, text } = continued();
  for (const piece of `${PARTIAL}red light.`.split(/(?<= )/)) text.push(piece);
  text.end();
  expect(text.text).toBe(`${PARTIAL}red light.`);
  expect(run.text).toBe(text.text);
  expect(run.restarts).toEqual(["The server began its answer again instead of continuing it"]);
  expect(text.outcome).toBe("repeated");
});
