import { expect, test } from "vitest";
import { snapshotAt } from "../../../shared/context.ts";
import type { AgentId, Seq } from "../../../shared/ids.ts";
import { ContextStory, lastSnapshot, seenOf } from "./testing/story.ts";
import { effectiveEvents, FORK_DEPTH, firstFold, rebuildFold, refuseDeepFork } from "./timeline.ts";

function started(): { readonly story: ContextStory; readonly id: AgentId } {
  const story = new ContextStory();
  return { story, id: story.launch() };
}

const say = (story: ContextStory, id: AgentId, content: string): Seq => {
  story.append(id, [{ role: "user", content }]);
  return story.read(id).at(-1)?.seq ?? (0 as Seq);
};

const texts = (story: ContextStory, id: AgentId, until: Seq | null = null): readonly string[] =>
  rebuildFold(story.read, id, until)
    .history.slice(2)
    .map(({ content }) => content);

test("a rewind takes out itself and what came after its snapshot, and nothing of it counts any more", () => {
  const { story, id } = started();
  const a = say(story, id, "a");
  say(story, id, "b");
  story.rewind(id, snapshotAt(a));
  say(story, id, "c");
  expect(texts(story, id)).toEqual(["a", "c"]);
  expect(effectiveEvents(story.read(id), null).some(({ type }) => type === "context.rewound")).toBe(false);
  expect(effectiveEvents(story.read(id), a)).toEqual(story.read(id).slice(0, 3));
});

test("a rewind that was itself taken out takes out nothing; one to a course that was left brings it back", () => {
  const { story, id } = started();
  const a = say(story, id, "a");
  const b = say(story, id, "b");
  const first = story.rewind(id, snapshotAt(a));
  const c = say(story, id, "c");
  story.rewind(id, snapshotAt(b));
  expect(texts(story, id)).toEqual(["a", "b"]);
  story.rewind(id, snapshotAt(c));
  expect(texts(story, id)).toEqual(["a", "c"]);
  story.rewind(id, snapshotAt(first.seq));
  expect(texts(story, id)).toEqual(["a"]);
  expect(texts(story, id, b)).toEqual(["a", "b"]);
});

test("a fork of a fork reads each agent once, and only as far as it was forked", () => {
  const { story, id } = started();
  say(story, id, "a");
  const fork = story.fork(id, lastSnapshot(story, id));
  say(story, fork, "b");
  const second = story.fork(fork, lastSnapshot(story, fork));
  say(story, id, "after");
  say(story, fork, "after");
  say(story, second, "c");
  const reads: AgentId[] = [];
  const fold = rebuildFold(
    (each) => {
      reads.push(each);
      return story.read(each);
    },
    second,
    null,
  );
  expect(fold.history.slice(2).map(({ content }) => content)).toEqual(["a", "b", "c"]);
  expect(reads).toEqual([second, fork, id]);
  expect(seenOf(firstFold(story.read, story.read(second)))).toBe(
    story.momentAt(fork, snapshotAt((story.read(second)[0]?.seq ?? 1) - 1)).seen,
  );
  expect(firstFold(story.read, story.read(id)).history).toEqual([]);
});

test("a fork goes on with the answer that had begun", () => {
  const { story, id } = started();
  story.ask(id, "not");
  story.stream(id, "Hel");
  story.suspend(id);
  const fork = story.fork(id, lastSnapshot(story, id));
  story.ask(fork, "prefill");
  story.stream(fork, "lo");
  expect(rebuildFold(story.read, fork, null).partial?.text).toBe("Hello");
  expect(story.fold(id).partial?.text).toBe("Hel");
});

test("forks of forks end somewhere, and at a door: what was forked can always be read", () => {
  const { story, id } = started();
  let last = id;
  for (let depth = 0; depth < FORK_DEPTH; depth += 1) {
    refuseDeepFork(story.read, last);
    last = story.fork(last, lastSnapshot(story, last));
  }
  expect(rebuildFold(story.read, last, null).history).toHaveLength(2);
  expect(() => refuseDeepFork(story.read, last)).toThrow(/fork of a fork, 100 times/);
});

test("a hundred thousand events with a thousand rewinds, each in the last, are walked in one go", () => {
  const { story, id } = started();
  const start = story.read(id);
  const head = { v: 4, at: 0, mono: 0, agentId: id } as const;
  const events = Array.from({ length: 100_000 }, (_, index) => {
    const seq = (index + 3) as Seq;
    return index % 100 === 99
      ? ({ ...head, seq, type: "context.rewound", snapshotId: snapshotAt(seq - 50), effects: [] } as const)
      : ({ ...head, seq, type: "context.appended", messages: [] } as const);
  });
  const effective = effectiveEvents([...start, ...events], null);
  expect(effective).toHaveLength(2 + 100_000 - 1_000 * 50);
});

test("a fold is never told to go back", () => {
  const { story, id } = started();
  const rewound = story.rewind(id, lastSnapshot(story, id));
  expect(() => story.fold(id).apply(rewound)).toThrow(/Invariant broken/);
});
