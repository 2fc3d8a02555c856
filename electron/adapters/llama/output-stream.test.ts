import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OutputStream } from "./output-stream.ts";
import { RecordedRun } from "./testing/llama-fixture.ts";

describe("the stream of an answer", () => {
  test("an answer that is made again says nothing until it has caught up", () => {
    const run = new RecordedRun(1, "One two");
    const stream = new OutputStream(run, "One two");
    for (const shown of ["One", "One two", "One two three"]) stream.push(shown, 1);
    expect(run.text).toBe("One two three");
    expect(run.tokens).toBeLessThanOrEqual(2);
    expect(run.restarts).toEqual([]);
    expect(stream.text).toBe("One two three");
  });

  test("another answer makes what was streamed void", () => {
    const run = new RecordedRun(1, "One two");
    const stream = new OutputStream(run, "One two");
    for (const shown of ["One", "One more", "One more time"]) stream.push(shown, 1);
    expect(run.text).toBe("One more time");
    expect(run.restarts).toHaveLength(1);
  });

  test("always comes to the whole answer, whatever was streamed before and in whatever pieces", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.array(fc.nat(5)), (answer, before, steps) => {
        const run = new RecordedRun(1, before);
        const stream = new OutputStream(run, before);
        let length = 0;
        for (const step of steps) {
          length = Math.min(answer.length, length + step);
          stream.push(answer.slice(0, length), 1);
          expect(stream.text).toBe(run.text);
        }
        stream.end(answer);
        expect(run.text).toBe(answer);
        if (answer.startsWith(before)) expect(run.restarts).toEqual([]);
      }),
    );
  });

  test("can be started again by hand", () => {
    const run = new RecordedRun(1, "Half an ans");
    const stream = new OutputStream(run, "Half an ans");
    stream.restart("for a reason");
    stream.push("Half", 1);
    expect(run.text).toBe("Half");
    expect(run.restarts).toEqual(["for a reason"]);
  });
});
