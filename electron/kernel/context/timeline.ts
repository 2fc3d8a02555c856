import { snapshotSeq } from "../../../shared/context.ts";
import { invariant, KernelError } from "../../../shared/errors.ts";
import type { KernelEvent } from "../../../shared/events.ts";
import { type AgentId, idNumber, type Seq } from "../../../shared/ids.ts";
import { ContextFold } from "./fold.ts";

/** Forks of forks: a person branches off a branch a few times; each is one more agent to read at a start. */
export const FORK_DEPTH = 100;

/** Reads the events of one agent, oldest first. */
export type ReadAgent = (id: AgentId) => Iterable<KernelEvent>;

/**
 * The events of one agent that count for its context right after the event `until`, or now; oldest first. A rewind
 * to n<t> takes out itself and everything after t; one that was itself taken out takes out nothing. Linear in time.
 */
export function effectiveEvents(events: readonly KernelEvent[], until: Seq | null): readonly KernelEvent[] {
  const effective: KernelEvent[] = [];
  let last = until ?? Number.POSITIVE_INFINITY;
  for (const event of events.toReversed()) {
    if (event.seq > last) continue;
    if (event.type === "context.rewound") last = Math.min(last, snapshotSeq(event.snapshotId));
    else effective.push(event);
  }
  return effective.reverse();
}

/**
 * For each event of one agent, whether the context right after it is one that the present course has gone through:
 * after a rewind that is the one at its snapshot.
 */
export function coursesOf(events: readonly KernelEvent[]): readonly ("current" | "left")[] {
  const present = new Set(effectiveEvents(events, null));
  const courses: ("current" | "left")[] = [];
  for (const event of events) {
    if (event.type === "context.rewound") {
      // Before the first event there is nothing that could be left.
      courses.push(courses[lastUntil(events, snapshotSeq(event.snapshotId))] ?? "current");
    } else {
      courses.push(present.has(event) ? "current" : "left");
    }
  }
  return courses;
}

/** The index of the last event at or before `seq`, by halving; -1 for none. */
function lastUntil(events: readonly KernelEvent[], seq: Seq): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.seq ?? 0) <= seq) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * The context of an agent right after the event `until`, or as it stands in the log. That of an agent that was forked
 * begins with its source's; each agent's events are read once. How deep that goes, `refuseDeepFork` bounds.
 */
export function rebuildFold(readAgent: ReadAgent, agentId: AgentId, until: Seq | null): ContextFold {
  const fold = new ContextFold();
  for (const events of lineage(readAgent, agentId, until).reverse()) {
    for (const event of events) fold.apply(event);
  }
  return fold;
}

/**
 * The context that an agent began with, and that its own events are folded into: that of its source when it was
 * forked, else an empty one. `events` are all its own.
 */
export function firstFold(readAgent: ReadAgent, events: readonly KernelEvent[]): ContextFold {
  const forked = events.find((event) => event.type === "context.forked");
  return forked?.type === "context.forked"
    ? rebuildFold(readAgent, forked.from, snapshotSeq(forked.snapshotId))
    : new ContextFold();
}

/** Throws `limit-reached` for an agent that is a fork of a fork, FORK_DEPTH times over: it is not forked again. */
export function refuseDeepFork(readAgent: ReadAgent, agentId: AgentId): void {
  if (lineage(readAgent, agentId, null).length <= FORK_DEPTH) return;
  throw new KernelError("limit-reached", `${agentId} is a fork of a fork, ${FORK_DEPTH} times over`, {
    hint: "Fork an agent nearer to the first one, or launch a new one",
  });
}

interface Place {
  readonly id: AgentId;
  readonly until: Seq | null;
}

/** The events that make the context: the agent's own, then those of its source, and so on to the first. */
function lineage(readAgent: ReadAgent, agentId: AgentId, until: Seq | null): (readonly KernelEvent[])[] {
  const line: (readonly KernelEvent[])[] = [];
  let next: Place = { id: agentId, until };
  while (true) {
    const { id, until: last } = next;
    const events = effectiveEvents(readUntil(readAgent(id), last), last);
    line.push(events);
    const forked = events.find((event) => event.type === "context.forked");
    if (forked?.type !== "context.forked") return line;
    invariant(idNumber(forked.from) < idNumber(id), "a fork comes after its source");
    next = { id: forked.from, until: snapshotSeq(forked.snapshotId) };
  }
}

function readUntil(events: Iterable<KernelEvent>, until: Seq | null): readonly KernelEvent[] {
  const read: KernelEvent[] = [];
  for (const event of events) {
    if (until !== null && event.seq > until) break;
    read.push(event);
  }
  return read;
}
