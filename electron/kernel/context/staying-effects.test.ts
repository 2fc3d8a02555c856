import { describe, expect, test } from "vitest";
import { snapshotAt } from "../../../shared/context.ts";
import { type AgentId, seq } from "../../../shared/ids.ts";
import { STAYING_EFFECTS_KEPT } from "../../../shared/limits.ts";
import type { Effect } from "../../../shared/permission.ts";
import { effectsSince } from "./staying-effects.ts";
import { ContextStory } from "./testing/story.ts";
import type { ToolEnding } from "./testing/story-events.ts";

const READ: Effect = { type: "read", target: "notes/a.txt", reversible: "yes" };
const write = (target: string): Effect => ({ type: "write", target, reversible: "yes" });

function asked(calls: number): { readonly story: ContextStory; readonly id: AgentId } {
  const story = new ContextStory();
  const id = story.launch();
  story.ask(id, "not");
  story.answer(id, calls);
  return { story, id };
}

const here = (story: ContextStory, id: AgentId) => story.read(id).at(-1)?.seq ?? seq(0);
const since = (story: ContextStory, id: AgentId, from = seq(0)) => effectsSince(story.read(id), from);
const targets = (story: ContextStory, id: AgentId, from = seq(0)) =>
  since(story, id, from).effects.flatMap(({ effects }) => effects);

test("what ran since, and what was open then; not what had ended, newest first", () => {
  const { story, id } = asked(4);
  for (const target of ["before", "open"]) story.startTool(id, 0, [write(target)]);
  story.endTool(id, 0, "done");
  const then = here(story, id);
  story.startTool(id, 0, [write("after")]);
  story.endTool(id, 0, "done");
  expect(targets(story, id, then)).toEqual(["write after", "write open"]);
  expect(targets(story, id)).toEqual(["write after", "write open", "write before"]);
  expect(targets(story, id, here(story, id))).toEqual(["write after"]);
});

describe("says how a call ended:", () => {
  test.each<readonly [ending: ToolEnding, outcome: string]>([
    ["done", "done"],
    ["failed", "failed"],
    ["unknown", "unknown"],
    // It was broken off while it ran.
    ["cancelled", "unknown"],
    ["stopped", "unknown"],
  ])("%s is %s", (ending, outcome) => {
    const { story, id } = asked(1);
    story.startTool(id, 0, [READ, write("a"), write("b")]);
    expect(since(story, id).effects.map((each) => each.outcome)).toEqual(["unknown"]);
    story.endTool(id, 0, ending);
    expect(since(story, id)).toMatchObject({
      effects: [{ tool: "write", effects: ["write a", "write b"], outcome }],
      more: 0,
    });
  });
});

describe("leaves out", () => {
  test("calls that only read, and calls that were denied", () => {
    const { story, id } = asked(2);
    story.startTool(id, 0, [READ]);
    story.endTool(id, 0, "done");
    story.startTool(id, 0);
    story.endTool(id, 0, "denied");
    expect(since(story, id).effects).toEqual([]);
  });

  test("calls that never ran, though they were let through", () => {
    const { story, id } = asked(1);
    story.startTool(id, 0);
    story.endTool(id, 0, "cancelled");
    const events = story.read(id).filter(({ type }) => type !== "syscall.running");
    expect(effectsSince(events, seq(0)).effects).toEqual([]);
  });
});

test("what a course did that was left stays done too", () => {
  const { story, id } = asked(1);
  const then = here(story, id);
  story.startTool(id, 0, [write("left")]);
  story.rewind(id, snapshotAt(then));
  story.startTool(id, 0, [write("again")]);
  story.endTool(id, 0, "done");
  expect(since(story, id, then).effects.map(({ outcome }) => outcome)).toEqual(["done", "unknown"]);
});

test("the last decision counts: a person may have changed the arguments", () => {
  const { story, id } = asked(1);
  story.startTool(id, 0, [write("first")]);
  const gated = story.read(id).findLast((event) => event.type === "syscall.gated");
  if (gated?.type !== "syscall.gated") throw new Error("no decision");
  story.event(id, { ...gated, decision: { ...gated.decision, effects: [write("edited")] } });
  expect(targets(story, id)).toEqual(["write edited"]);
});

test("names a bounded number of calls, and of effects of one call, and counts the rest", () => {
  const { story, id } = asked(STAYING_EFFECTS_KEPT + 3);
  for (let index = 0; index < STAYING_EFFECTS_KEPT + 3; index += 1) {
    story.startTool(id, 0, [write(`${index}`)]);
    story.endTool(id, 0, "done");
  }
  const { effects, more } = since(story, id);
  expect([effects.length, more]).toEqual([STAYING_EFFECTS_KEPT, 3]);
  expect(effects[0]?.effects).toEqual([`write ${STAYING_EFFECTS_KEPT + 2}`]);

  const one = asked(1);
  one.story.startTool(
    one.id,
    0,
    Array.from({ length: 20 }, (_, index) => write(`${index}`)),
  );
  expect(targets(one.story, one.id)).toHaveLength(9);
  expect(targets(one.story, one.id).at(-1)).toBe("12 more");
});
