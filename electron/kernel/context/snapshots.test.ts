import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type SnapshotView, snapshotAt, snapshotSeq } from "../../../shared/context.ts";
import type { KernelEvent } from "../../../shared/events.ts";
import type { AgentId, Seq } from "../../../shared/ids.ts";
import { SNAPSHOTS_KEPT } from "../../../shared/limits.ts";
import type { Message } from "../../../shared/messages.ts";
import { findSnapshot, listingSnapshots, listSnapshots } from "./snapshots.ts";
import { play, storySteps } from "./testing/random-steps.ts";
import { ContextStory, lastSnapshot } from "./testing/story.ts";
import { effectiveEvents, firstFold, rebuildFold } from "./timeline.ts";

function started(): { readonly story: ContextStory; readonly id: AgentId } {
  const story = new ContextStory();
  return { story, id: story.launch() };
}

const tokensOf = ({ content }: Message): number => content.length;
const listOf = (story: ContextStory, id: AgentId) =>
  listSnapshots(story.read(id), tokensOf, firstFold(story.read, story.read(id)));
const causes = (story: ContextStory, id: AgentId): readonly string[] =>
  listOf(story, id).snapshots.map(({ cause }) => cause);
const take = (story: ContextStory, id: AgentId, label: string): Seq =>
  story.event(id, { type: "snapshot.taken", agentId: id, label }).seq;

function turn(story: ContextStory, id: AgentId, calls = 0): void {
  story.ask(id, "not");
  story.answer(id, calls);
}

describe("a snapshot is", () => {
  test("the end of a slice, a wait for tools, an answer", () => {
    const { story, id } = started();
    story.ask(id, "not");
    story.stream(id);
    story.suspend(id);
    story.stream(id);
    story.suspend(id, { type: "paused" });
    story.answer(id, 1);
    story.startTool(id, 0);
    story.endTool(id, 0, "done");
    turn(story, id);
    expect(causes(story, id)).toEqual(["answer", "tool-wait", "slice-end", "slice-end"]);
  });

  test("no wait of a call for a server or for agents, and no answer that is not the agent's own", () => {
    const { story, id } = started();
    story.ask(id, "not");
    story.stream(id);
    story.suspend(id, { type: "rate-limited", until: 1, message: "slow" });
    story.suspend(id, { type: "retry", until: 1, message: "slow" });
    const created = story.read(id).findLast((event) => event.type === "syscall.created");
    if (created?.type !== "syscall.created" || created.call.kind !== "llm") throw new Error("no step");
    const events = story
      .read(id)
      .map(
        (event): KernelEvent =>
          event === created
            ? { ...created, call: { ...created.call, messages: [], purpose: "summary" } as never }
            : event,
      );
    expect(listSnapshots(events, tokensOf).snapshots).toEqual([]);
    expect(causes(story, id)).toEqual([]);
  });

  test("an answer that was broken off once it had begun", () => {
    const { story, id } = started();
    story.ask(id, "not");
    story.endStep(id, "person");
    story.ask(id, "not");
    story.stream(id, "Hé");
    story.endStep(id, "person");
    const { snapshots } = listOf(story, id);
    const [system, user] = story.fold(id).messages;
    const tokens = (system?.content.length ?? 0) + (user?.content.length ?? 0);
    // The emoji of each text is two characters and four bytes.
    expect(snapshots).toMatchObject([
      { cause: "cancelled", messages: 2, tokens: tokens + 1, bytes: tokens + 4 + 3, partialTokens: 1 },
    ]);
  });

  test("what a crash left; the broken answer in it is not listed twice", () => {
    const { story, id } = started();
    story.ask(id, "not");
    story.stream(id);
    story.restart((each) => rebuildFold(story.read, each, null));
    expect(causes(story, id)).toEqual(["crash-point"]);
  });

  test("what was there before a compaction and before a rewind, which the present course has left", () => {
    const { story, id } = started();
    turn(story, id);
    const answered = lastSnapshot(story, id);
    story.append(id, [{ role: "user", content: "go on" }]);
    const before = lastSnapshot(story, id);
    const compacted = story.compact(id, [{ type: "cut", position: 1, characters: 2, tokens: 1 }]);
    const rewound = story.rewind(id, answered);
    expect(listOf(story, id).snapshots).toMatchObject([
      { id: snapshotAt(rewound.seq - 1), cause: "before-rewind", course: "left" },
      { id: snapshotAt(compacted.seq - 1), cause: "before-compaction", course: "left", messages: 4 },
      { id: answered, cause: "answer", course: "current", messages: 3 },
    ]);
    expect(before).toBe(snapshotAt(compacted.seq - 1));
    story.rewind(id, before);
    expect(listOf(story, id).snapshots.map(({ cause, course }) => [cause, course])).toEqual([
      ["before-rewind", "current"],
      ["before-rewind", "left"],
      ["before-compaction", "current"],
      ["answer", "current"],
    ]);
  });

  test("no answer that a rewind broke off, if that is logged after the rewind", () => {
    const { story, id } = started();
    turn(story, id);
    const answered = lastSnapshot(story, id);
    story.append(id, [{ role: "user", content: "go on" }]);
    story.ask(id, "not");
    story.stream(id);
    story.rewind(id, answered, "after");
    expect(causes(story, id)).toEqual(["before-rewind", "answer"]);
  });

  test("the end of an agent, unless its answer says so already", () => {
    const ended = (status: "done" | "failed", calls: number) => {
      const { story, id } = started();
      turn(story, id, calls);
      story.startTool(id, 0);
      story.endTool(id, 0, "done");
      story.event(id, { type: "agent.ended", agentId: id, status, answer: null, error: null });
      return causes(story, id);
    };
    expect(ended("done", 0)).toEqual(["answer"]);
    expect(ended("failed", 1)).toEqual(["ended", "tool-wait"]);
  });
});

describe("a person's snapshot", () => {
  test("has a label, is pinned, and stands for an answer with the same content", () => {
    const { story, id } = started();
    turn(story, id);
    const answered = lastSnapshot(story, id);
    const taken = take(story, id, "good");
    expect(listOf(story, id).snapshots).toMatchObject([
      { id: snapshotAt(taken), cause: "person", label: "good", pinned: "yes" },
    ]);
    expect(findSnapshot(story.read(id), answered)).toMatchObject({ cause: "answer", pinned: "no" });
    story.event(id, { type: "snapshot.unpinned", agentId: id, snapshotId: snapshotAt(taken) });
    expect(findSnapshot(story.read(id), snapshotAt(taken))).toMatchObject({ cause: "person", pinned: "no" });
  });

  test("stays pinned when a rewind leaves it", () => {
    const { story, id } = started();
    turn(story, id);
    const answered = lastSnapshot(story, id);
    story.append(id, [{ role: "user", content: "go on" }]);
    const taken = take(story, id, "here");
    story.rewind(id, answered);
    expect(findSnapshot(story.read(id), snapshotAt(taken))).toMatchObject({ pinned: "yes", course: "left" });
    expect(causes(story, id)).toEqual(["person", "answer"]);
  });
});

test("all pinned ones are listed, and the newest others; what is dropped is counted and still found", () => {
  const { story, id } = started();
  turn(story, id);
  const first = lastSnapshot(story, id);
  story.event(id, { type: "snapshot.pinned", agentId: id, snapshotId: first });
  for (let index = 0; index < SNAPSHOTS_KEPT + 5; index += 1) turn(story, id);
  const { snapshots, dropped } = listOf(story, id);
  expect([snapshots.length, dropped]).toEqual([SNAPSHOTS_KEPT + 1, 5]);
  expect(snapshots.at(-1)).toMatchObject({ id: first, pinned: "yes" });
  const second = story.read(id).filter(({ type }) => type === "syscall.done")[1];
  expect(snapshots.some((each) => each.id === snapshotAt(second?.seq ?? 0))).toBe(false);
  expect(findSnapshot(story.read(id), snapshotAt(second?.seq ?? 0))).toMatchObject({ cause: "answer" });
});

test("a place that is no snapshot is not found", () => {
  const { story, id } = started();
  expect(() => findSnapshot(story.read(id), snapshotAt(1))).toThrowError(
    expect.objectContaining({ data: expect.objectContaining({ code: "not-found" }) }),
  );
});

test("in any story: sizes are those of the context, each content is listed once, the course is told right", () => {
  const sizesOf = (story: ContextStory, id: AgentId, until: Seq) => {
    const { messages, partial } = rebuildFold(story.read, id, until);
    const texts = messages.map((each) =>
      each.role === "assistant" && each.toolCalls.length > 0
        ? each.content + JSON.stringify(each.toolCalls)
        : each.content,
    );
    const partialTokens = partial?.tokens ?? 0;
    const bytes = new TextEncoder().encode(texts.join("") + (partial?.text ?? "")).length;
    const tokens = messages.reduce((sum, each) => sum + tokensOf(each), partialTokens);
    return { messages: messages.length, tokens, bytes, partialTokens };
  };
  fc.assert(
    fc.property(storySteps(80), (steps) => {
      const { story } = started();
      for (const step of steps) play(story, step);
      for (const id of story.agents) {
        const events = story.read(id);
        const present = effectiveEvents(events, null);
        const { snapshots, dropped } = listOf(story, id);
        expect(snapshots.map((each) => snapshotSeq(each.id))).toEqual(
          [...new Set(snapshots.map((each) => snapshotSeq(each.id)))].toSorted((a, b) => b - a),
        );
        expect(dropped).toBe(0);
        let newer: SnapshotView | null = null;
        for (const snapshot of snapshots) {
          const at = snapshotSeq(snapshot.id);
          expect(snapshot).toMatchObject(sizesOf(story, id, at));
          const then = effectiveEvents(events, at);
          const course = then.every((event, index) => event === present[index]) ? "current" : "left";
          expect(snapshot.course).toBe(course);
          expect(findSnapshot(events, snapshot.id)).toMatchObject({ cause: snapshot.cause, course });
          if (newer && (snapshot.pinned === "no" || newer.pinned === "no")) {
            const last = effectiveEvents(events, snapshotSeq(newer.id)).at(-1);
            const changed =
              story.momentAt(id, snapshot.id).fold.revision !== story.momentAt(id, newer.id).fold.revision;
            expect(changed || last !== then.at(-1)).toBe(true);
          }
          newer = snapshot;
        }
      }
    }),
    { numRuns: 150 },
  );
});

test("a long life is listed in pauses, so that others have their turn", () => {
  const { story, id } = started();
  for (let each = 0; each < 3_500; each += 1) story.event(id, { type: "agent.resumed", agentId: id });
  const listing = listingSnapshots(story.read(id), tokensOf);
  let pauses = 0;
  let step = listing.next();
  for (; !step.done; step = listing.next()) pauses += 1;
  expect(pauses).toBe(Math.floor(story.read(id).length / 1_000));
  expect(step.value).toEqual(listSnapshots(story.read(id), tokensOf));
});
