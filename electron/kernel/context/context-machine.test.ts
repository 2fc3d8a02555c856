import fc from "fast-check";
import { expect, test } from "vitest";
import { snapshotAt } from "../../../shared/context.ts";
import { type AgentId, seq, syscallId } from "../../../shared/ids.ts";
import type { Message } from "../../../shared/messages.ts";
import type { ContextFold } from "./fold.ts";
import { play, type StoryStep, storySteps } from "./testing/random-steps.ts";
import { ContextStory, seenOf } from "./testing/story.ts";
import { rebuildFold } from "./timeline.ts";

const RUNS = { numRuns: 200 };
const STEPS = 80;

function tell(steps: readonly StoryStep[]): ContextStory {
  const story = new ContextStory();
  story.launch();
  for (const step of steps) play(story, step);
  return story;
}

/** Runs a property over stories of any order of turns, results, cancels, compactions, forks, rewinds and restarts. */
const forAnyStory = (holds: (story: ContextStory) => void): void =>
  fc.assert(
    fc.property(storySteps(STEPS), (steps) => holds(tell(steps))),
    RUNS,
  );

/** The results of each answer follow it, in order, one each; those of the last may be still to come. */
function expectPairedCalls(messages: readonly Message[]): void {
  let expected: string[] = [];
  for (const message of messages) {
    if (message.role === "tool") expect(message.toolCallId).toBe(expected.shift());
    else expect(expected).toEqual([]);
    if (message.role === "assistant") expected = message.toolCalls.map(({ id }) => id);
  }
}

/** The history once whatever is still open has ended. */
function settledHistory(agentId: AgentId, fold: ContextFold): readonly Message[] {
  const settled = fold.fork();
  const times = { waitMs: 0, serviceMs: 0, turnaroundMs: 0 };
  const rest = { parent: null, priority: 5, deadline: null, tokenBudget: null };
  for (const [index, { id: toolCallId }] of fold.unanswered().entries()) {
    const head = {
      v: 4,
      seq: seq(1),
      at: 0,
      mono: 0,
      agentId,
      syscallId: syscallId(90_000 + index),
    } as const;
    const call = { kind: "tool", tool: "write", arguments: {}, toolCallId } as const;
    settled.apply({ ...head, type: "syscall.created", call, ...rest });
    settled.apply({ ...head, type: "syscall.denied", reason: "the end", times });
  }
  expect(settled.unanswered()).toEqual([]);
  return settled.history;
}

/** Byte by byte, as a server's prefix cache compares. */
const isPrefix = (before: readonly Message[], after: readonly Message[]): boolean =>
  JSON.stringify(after).startsWith(JSON.stringify(before).slice(0, -1));

test("each tool call has exactly one result, in order, in the history and in what models see", () => {
  forAnyStory((story) => {
    for (const { fold } of story.moments) {
      expectPairedCalls(fold.history);
      expectPairedCalls(fold.messages);
    }
  });
});

test("the log gives every context again, as it stood after each event of every course", () => {
  forAnyStory((story) => {
    for (const { agentId, event, fold, seen } of story.moments) {
      expect(seenOf(rebuildFold(story.read, agentId, event.seq))).toBe(seen);
      expect(seenOf(fold)).toBe(seen);
    }
    for (const id of story.agents) {
      expect(seenOf(rebuildFold(story.read, id, null))).toBe(seenOf(story.fold(id)));
    }
  });
});

test("no message is ever lost: the courses together hold each one", () => {
  forAnyStory((story) => {
    const held = new Set<string>();
    const see = (id: AgentId, fold: ContextFold): void => {
      for (const message of settledHistory(id, fold)) held.add(JSON.stringify(message));
    };
    for (const id of story.agents) {
      see(id, rebuildFold(story.read, id, null));
      for (const event of story.read(id)) {
        if (event.type !== "context.rewound") continue;
        const before = story.momentAt(id, snapshotAt(event.seq - 1)).event.seq;
        see(id, rebuildFold(story.read, id, before));
      }
    }
    expect([...story.said].filter((message) => !held.has(message))).toEqual([]);
  });
});

test("a rewind to before a rewind gives back what was there before it", () => {
  forAnyStory((story) => {
    for (const id of story.agents) {
      for (const event of story.read(id)) {
        if (event.type !== "context.rewound") continue;
        const { seen } = story.momentAt(id, snapshotAt(event.seq - 1));
        story.rewind(id, snapshotAt(event.seq - 1));
        expect(seenOf(rebuildFold(story.read, id, null))).toBe(seen);
      }
    }
  });
});

test("a fork begins as its source stood, and neither knows what becomes of the other", () => {
  forAnyStory((story) => {
    const source = story.agents[0];
    const moment = story.moments.at(-1);
    if (!source || !moment) return;
    const { seen } = story.momentAt(source, snapshotAt(moment.event.seq));
    const fork = story.fork(source, snapshotAt(moment.event.seq));
    expect(seenOf(rebuildFold(story.read, fork, null))).toBe(seen);
    story.append(fork, [{ role: "user", content: "to the fork" }]);
    const ofFork = seenOf(story.fold(fork));
    story.append(source, [{ role: "user", content: "to the source" }]);
    story.rewind(source, snapshotAt(2));
    expect(seenOf(rebuildFold(story.read, fork, null))).toBe(ofFork);
    expect(ofFork).not.toContain("to the source");
    expect(seenOf(rebuildFold(story.read, source, null))).not.toContain("to the fork");
  });
});

test("without a compaction or a rewind a prompt is a prefix of the next, message by message", () => {
  forAnyStory((story) => {
    const last = new Map<AgentId, ContextFold>();
    for (const { agentId, event, fold } of story.moments) {
      const before = last.get(agentId);
      last.set(agentId, fold);
      if (!before || event.type === "context.rewound" || event.type === "context.forked") continue;
      expect(isPrefix(before.history, fold.history)).toBe(true);
      if (event.type === "context.compacted" || event.type === "context.compactionUndone") continue;
      expect(isPrefix(before.messages, fold.messages)).toBe(true);
    }
  });
});
