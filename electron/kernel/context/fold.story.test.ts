import { describe, expect, test } from "vitest";
import { agentId, seq, syscallId } from "../../../shared/ids.ts";
import { ContextStory, seenOf } from "./testing/story.ts";

const AGENT = agentId(1);
const task = { role: "user", content: "task" } as const;

describe("an answer that has begun", () => {
  function begun(): { readonly story: ContextStory; readonly partial: () => string | undefined } {
    const story = new ContextStory();
    story.launch();
    story.ask(AGENT, "not");
    story.stream(AGENT, "Hel");
    return { story, partial: () => story.fold(AGENT).partial?.text };
  }

  test("grows, piece by piece, and is gone when the answer is whole", () => {
    const { story, partial } = begun();
    story.stream(AGENT, "lo");
    expect(story.fold(AGENT).partial).toEqual({ syscallId: syscallId(1), text: "Hello", tokens: 2 });
    story.answer(AGENT, 0);
    expect(partial()).toBeUndefined();
  });

  test("is void when the call starts again, fails or is denied", () => {
    const again = begun();
    again.story.restartStream(AGENT);
    expect(again.partial()).toBeUndefined();
    again.story.stream(AGENT, "Hi");
    expect(again.partial()).toBe("Hi");
    for (const ending of ["failed", "denied"] as const) {
      const { story, partial } = begun();
      story.endStep(AGENT, ending);
      expect(partial()).toBeUndefined();
    }
  });

  test.each(["person", "kernel-stopped", "agent-ended", "rewound"] as const)(
    "stays when the call is cancelled (%s), until the next step goes on with it",
    (cause) => {
      const { story } = begun();
      story.endStep(AGENT, cause);
      story.ask(AGENT, "prefill");
      story.stream(AGENT, "lo");
      expect(story.fold(AGENT).partial).toEqual({ syscallId: syscallId(2), text: "Hello", tokens: 2 });
    },
  );

  test("is gone when the next step cannot go on with it, or makes an answer of its own", () => {
    const { story, partial } = begun();
    story.endStep(AGENT, "person");
    story.ask(AGENT, "again");
    expect(partial()).toBeUndefined();
    story.stream(AGENT, "Hi");
    story.endStep(AGENT, "person");
    story.ask(AGENT, "not");
    story.stream(AGENT, "Well");
    expect(partial()).toBe("Well");
  });

  test("is dropped when something else is said", () => {
    const { story, partial } = begun();
    story.endStep(AGENT, "person");
    story.append(AGENT, [{ role: "user", content: "stop that" }]);
    expect(partial()).toBeUndefined();
  });
});

describe("under a compaction", () => {
  function compacted() {
    const story = new ContextStory();
    story.launch();
    for (const calls of [1, 0]) {
      story.ask(AGENT, "not");
      story.answer(AGENT, calls);
      story.startTool(AGENT, 0);
      story.endTool(AGENT, 0, "done");
      if (calls === 0) story.append(AGENT, [task]);
    }
    const before = [...story.fold(AGENT).messages];
    const summary = { type: "summary", from: 2, to: 5, kept: [], text: "sum", tokens: 1 } as const;
    const { seq: made } = story.compact(AGENT, [summary]);
    return { story, before, made };
  }

  test("models see less, and the history stays whole; what follows joins both, in the same arrays", () => {
    const { story, before } = compacted();
    const { history, messages } = story.fold(AGENT);
    expect(history).toEqual(before);
    expect(messages.map(({ role }) => role)).toEqual(["system", "user", "user", "user"]);
    story.ask(AGENT, "not");
    story.answer(AGENT, 0);
    expect(story.fold(AGENT).messages).toBe(messages);
    expect(messages.at(-1)).toBe(history.at(-1));
    expect([messages.length, history.length]).toEqual([5, before.length + 1]);
  });

  test("undone, models see the history again, and the compaction is still told of", () => {
    const { story, before, made } = compacted();
    story.event(AGENT, { type: "context.compactionUndone", agentId: AGENT, compaction: made });
    expect(story.fold(AGENT).messages).toEqual(before);
    expect(story.fold(AGENT).compactions).toMatchObject([{ seq: made, state: "undone" }]);
    const { revision } = story.fold(AGENT);
    story.event(AGENT, { type: "context.compactionUndone", agentId: AGENT, compaction: seq(1) });
    expect(story.fold(AGENT).revision).toBe(revision);
  });
});

test("a copy goes on in the middle of calls, by itself", () => {
  const story = new ContextStory();
  story.launch();
  story.ask(AGENT, "not");
  story.answer(AGENT, 2);
  story.startTool(AGENT, 0);
  story.startTool(AGENT, 0);
  const copy = story.fold(AGENT).fork();
  story.endTool(AGENT, 1, "done");
  story.endTool(AGENT, 0, "done");
  expect(copy.unanswered()).toHaveLength(2);
  for (const event of story.read(AGENT).slice(-2)) copy.apply(event);
  expect(seenOf(copy)).toBe(seenOf(story.fold(AGENT)));
  expect(copy.unanswered()).toEqual([]);
});
