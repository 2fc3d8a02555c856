import { expect, test } from "vitest";
import { snapshotAt } from "../../../../shared/context.ts";
import { syscallId } from "../../../../shared/ids.ts";
import { MadeRun, modelCall, storageCall } from "../made-run.ts";
import { syscallsOf } from "../syscall-rows.ts";
import {
  comparedWith,
  NOW,
  type Shown,
  shownChoices,
  shownFrom,
  shownSnapshots,
  shownValue,
} from "./shown.ts";

const each: readonly Shown[] = [
  NOW,
  { type: "snapshot", id: snapshotAt(12) },
  { type: "call", id: syscallId(3) },
  { type: "compare", from: snapshotAt(12), to: "now" },
];

test("whatever is shown is among the choices, and choosing it again changes nothing", () => {
  const run = new MadeRun().created(3, modelCall).created(4, storageCall("read_file", { path: "a.md" }));
  const calls = syscallsOf(run.detail().items);
  for (const shown of each) {
    const values = shownChoices(shown, calls).map(({ value }) => value);
    expect(values).toContain(shownValue(shown));
    expect(new Set(values).size).toBe(values.length);
    expect(shownFrom(shownValue(shown), shown)).toEqual(shown);
  }
});

test("prompts of model calls are offered newest first, and a summary's is called one", () => {
  const run = new MadeRun().created(1, modelCall).created(2, {
    kind: "llm",
    model: null,
    tools: [],
    maxOutputTokens: null,
    messages: [],
    purpose: "summary",
  });
  const labels = shownChoices(NOW, syscallsOf(run.detail().items)).map(({ label }) => label);
  expect(labels[0]).toMatch(/^Now/);
  expect(labels[1]).toMatch(/^Prompt of the summary.* s2 /);
  expect(labels[2]).toMatch(/^Prompt of call 1 · s1 /);
});

test("the first snapshot is compared with now, the second with the first, and a third with now again", () => {
  const first = comparedWith(NOW, snapshotAt(40));
  expect(first).toEqual({ type: "compare", from: snapshotAt(40), to: "now" });
  const second = comparedWith(first, snapshotAt(12));
  expect(second).toEqual({ type: "compare", from: snapshotAt(12), to: snapshotAt(40) });
  expect(comparedWith(second, snapshotAt(50))).toEqual({ type: "compare", from: snapshotAt(50), to: "now" });
  expect(comparedWith(first, snapshotAt(40))).toEqual(first);
});

test("both snapshots of a comparison count as shown, and the present counts as none", () => {
  expect(shownSnapshots({ type: "compare", from: snapshotAt(12), to: snapshotAt(40) }).size).toBe(2);
  expect(shownSnapshots({ type: "compare", from: "now", to: snapshotAt(40) }).size).toBe(1);
  expect(shownSnapshots(NOW).size).toBe(0);
});
