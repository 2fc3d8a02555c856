import { describe, expect, test } from "vitest";
import { syscallId } from "../../../shared/ids.ts";
import { MadeRun, modelCall, storageCall } from "./made-run.ts";
import {
  argumentsLine,
  placeOf,
  suspensionText,
  syscallsOf,
  timesOf,
  tokensOf,
  whatOf,
} from "./syscall-rows.ts";

const only = (run: MadeRun) => {
  const call = syscallsOf(run.detail().items).at(-1);
  if (!call) throw new Error("the run has no syscall");
  return call;
};

describe("times of a syscall that runs", () => {
  test("add up its waits and its turns on a slot as they stand now", () => {
    const run = new MadeRun()
      .created(1, modelCall)
      .allowed(1)
      .queued(1)
      .wait(300)
      .running(1, 300)
      .wait(1_000);
    expect(timesOf(only(run), run.now)).toEqual({ waitMs: 300, serviceMs: 1_000, turnaroundMs: 1_300 });

    run.add({
      type: "syscall.suspended",
      ...run.of(1),
      reason: { type: "slice-end" },
      servedMs: 1_000,
      tokens: 24,
    });
    run.queued(1).wait(50);
    expect(timesOf(only(run), run.now)).toEqual({ waitMs: 350, serviceMs: 1_000, turnaroundMs: 1_350 });
    run.running(1, 50).wait(20);
    expect(timesOf(only(run), run.now)).toEqual({ waitMs: 350, serviceMs: 1_020, turnaroundMs: 1_370 });
    expect(placeOf(only(run))).toBe("offline #1");
  });

  test("are the kernel's own once it has ended", () => {
    const times = { waitMs: 5, serviceMs: 6, turnaroundMs: 11 };
    const run = new MadeRun()
      .created(1, storageCall("read_file", { path: "a.txt" }))
      .done(1, "text", "storage", times);
    expect(timesOf(only(run), run.now + 9_999)).toBe(times);
  });
});

describe("a row", () => {
  test("says what is asked for: the model, or the tool with its arguments in one line", () => {
    const run = new MadeRun().created(
      1,
      storageCall("write_file", { path: "squares.txt", content: "1\n4\n" }),
    );
    expect(whatOf(only(run).call)).toEqual({
      name: "write_file",
      rest: 'path: "squares.txt", content: "1\\n4\\n"',
    });
    expect(whatOf(modelCall)).toEqual({ name: "default model", rest: "2 tools offered" });
    expect(argumentsLine({ text: "x".repeat(500) }, 20)).toHaveLength(20);
  });

  test("counts tokens for model calls only", () => {
    const run = new MadeRun().created(1, modelCall);
    run.add({ type: "syscall.output", ...run.of(1), text: "Four", tokens: 2 });
    expect(tokensOf(only(run))).toBe(2);
    expect(tokensOf(only(run.created(2, storageCall("list_files", {}))))).toBeNull();
  });

  test("names who took the slot", () => {
    expect(suspensionText({ type: "preempted", by: syscallId(9) })).toBe("Preempted by s9");
  });
});
