import fc from "fast-check";
import type { Compaction, Reduction } from "../../../../shared/context.ts";
import type { AgentId } from "../../../../shared/ids.ts";
import type { Message } from "../../../../shared/messages.ts";
import { inForce, isTurnBoundary } from "../reductions.ts";
import { snapshotPlaces } from "../snapshot-places.ts";
import { rebuildFold } from "../timeline.ts";
import type { ContextStory } from "./story.ts";

/** Agents that a random story may have. */
const MOST_AGENTS = 4;

const which = fc.nat({ max: 1_000 });
const steps = {
  ask: fc.record({ type: fc.constant("ask"), how: fc.constantFrom("state", "prefill", "again", "not") }),
  stream: fc.record({ type: fc.constant("stream") }),
  restartStream: fc.record({ type: fc.constant("restart-stream") }),
  suspend: fc.record({ type: fc.constant("suspend") }),
  answer: fc.record({ type: fc.constant("answer"), calls: fc.nat({ max: 4 }) }),
  endStep: fc.record({
    type: fc.constant("end-step"),
    ending: fc.constantFrom("failed", "denied", "person"),
  }),
  startTool: fc.record({ type: fc.constant("start-tool"), which }),
  endTool: fc.record({
    type: fc.constant("end-tool"),
    which,
    ending: fc.constantFrom("done", "failed", "unknown", "denied", "cancelled", "stopped"),
  }),
  turn: fc.record({ type: fc.constant("turn"), calls: fc.nat({ max: 4 }) }),
  say: fc.record({ type: fc.constant("say") }),
  recall: fc.record({ type: fc.constant("recall") }),
  compact: fc.record({
    type: fc.constant("compact"),
    from: which,
    to: which,
    kept: fc.array(fc.boolean(), { maxLength: 8 }),
    single: fc.array(which, { maxLength: 3 }),
  }),
  undo: fc.record({ type: fc.constant("undo"), which }),
  take: fc.record({ type: fc.constant("take") }),
  pin: fc.record({ type: fc.constant("pin"), which, pinned: fc.constantFrom("pinned", "unpinned") }),
  fork: fc.record({ type: fc.constant("fork"), which }),
  rewind: fc.record({ type: fc.constant("rewind"), which, cancel: fc.constantFrom("before", "after") }),
  restart: fc.record({ type: fc.constant("restart") }),
} as const;

type ValueOf<A> = A extends fc.Arbitrary<infer Value> ? Value : never;
type Step = ValueOf<(typeof steps)[keyof typeof steps]>;
type CompactStep = Extract<Step, { type: "compact" }>;

/** A step, and the agent that takes it. */
export type StoryStep = Step & { readonly agent: number };

/** What can happen to agents, in any order; work is more frequent than the rest. A step that cannot be taken is none. */
export function storySteps(maxLength: number): fc.Arbitrary<readonly StoryStep[]> {
  const often = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary });
  const { ask, stream, answer, startTool, endTool, say, compact, undo, rewind, fork, restart } = steps;
  const { restartStream, suspend, endStep, take, pin, turn, recall } = steps;
  // Most happens to the first agent, so that its story grows long.
  const agent = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: which });
  const step = fc.oneof(
    ...[
      often(4, turn),
      often(4, ask),
      often(4, stream),
      often(6, answer),
      often(6, startTool),
      often(8, endTool),
    ],
    ...[often(2, say), often(2, recall), often(3, compact), often(1, undo), often(3, rewind), often(1, fork)],
    ...[often(1, restart), often(1, restartStream), often(2, suspend), often(1, endStep)],
    ...[often(1, take), often(1, pin)],
  );
  return fc.array(
    fc.tuple(step, agent).map(([each, index]): StoryStep => ({ ...each, agent: index })),
    { maxLength, size: "max" },
  );
}

/** Takes one step of a story, which has an agent. */
export function play(story: ContextStory, step: StoryStep): void {
  const id = story.agents[step.agent % story.agents.length];
  if (!id) return;
  switch (step.type) {
    case "ask":
      story.ask(id, step.how);
      return;
    case "stream":
      story.stream(id);
      return;
    case "restart-stream":
      story.restartStream(id);
      return;
    case "suspend":
      story.suspend(id);
      return;
    case "answer":
      story.answer(id, step.calls);
      return;
    case "turn":
      story.ask(id, "state");
      story.answer(id, step.calls);
      return;
    case "end-step":
      story.endStep(id, step.ending);
      return;
    case "start-tool":
      story.startTool(id, step.which);
      return;
    case "end-tool":
      story.endTool(id, step.which, step.ending);
      return;
    case "say":
      story.append(id, [{ role: "user", content: story.text() }]);
      return;
    case "recall":
      story.recall(id);
      return;
    case "compact": {
      const reductions = reductionsOf(story, id, step);
      if (reductions.length > 0) story.compact(id, reductions);
      return;
    }
    case "undo": {
      const compaction = pick(inForce(story.fold(id).compactions), step.which)?.seq;
      if (compaction) story.event(id, { type: "context.compactionUndone", agentId: id, compaction });
      return;
    }
    case "take":
      story.event(id, { type: "snapshot.taken", agentId: id, label: story.text() });
      return;
    case "pin": {
      const place = pick(snapshotPlaces(story.read(id)), step.which);
      if (place) story.event(id, { type: `snapshot.${step.pinned}`, agentId: id, snapshotId: place.id });
      return;
    }
    case "fork": {
      const place = pick(snapshotPlaces(story.read(id)), step.which);
      if (place && story.agents.length < MOST_AGENTS) story.fork(id, place.id);
      return;
    }
    case "rewind": {
      const place = pick(snapshotPlaces(story.read(id)), step.which);
      if (place) story.rewind(id, place.id, step.cancel);
      return;
    }
    case "restart":
      story.restart((each) => rebuildFold(story.read, each, null));
      return;
  }
}

const pick = <Item>(items: readonly Item[], index: number): Item | undefined =>
  items[index % Math.max(1, items.length)];

/** Reductions that a compaction may make: a summary between two turns, with what it covers, and single messages. */
function reductionsOf(story: ContextStory, id: AgentId, step: CompactStep): Compaction["reductions"] {
  const { history, compactions } = story.fold(id);
  const single = step.single.flatMap((index) => ofOneMessage(history, index % Math.max(1, history.length)));
  const boundaries = Array.from({ length: history.length + 1 }, (_, position) => position).filter(
    (position) => position > 0 && isTurnBoundary(history, position),
  );
  const [a, b] = [pick(boundaries, step.from), pick(boundaries, step.to)];
  if (a === undefined || b === undefined) return single;
  let [from, to] = [Math.min(a, b), Math.max(a, b)];
  const earlier = inForce(compactions).flatMap(({ reductions }) => reductions);
  for (let pass = 0; pass < earlier.length; pass += 1) {
    for (const each of earlier) {
      if (each.type !== "summary" || each.to <= from || each.from >= to) continue;
      [from, to] = [Math.min(from, each.from), Math.max(to, each.to)];
    }
  }
  const users = history.flatMap(({ role }, position) =>
    role === "user" && position >= from && position < to ? [position] : [],
  );
  const kept = users.filter((_, index) => step.kept[index] ?? true);
  if (to - from <= kept.length) return single;
  return [...single, { type: "summary", from, to, kept, text: story.text(), tokens: 1 }];
}

function ofOneMessage(history: readonly Message[], position: number): readonly Reduction[] {
  const role = history[position]?.role;
  if (role === "tool") return [{ type: "result-removed", position, tokens: 9 }];
  return role === undefined || role === "system" ? [] : [{ type: "cut", position, characters: 7, tokens: 1 }];
}
