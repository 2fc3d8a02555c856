import { type SnapshotCause, snapshotAt } from "../../../shared/context.ts";
import type { KernelEvent } from "../../../shared/events.ts";
import type { SnapshotId, SyscallId } from "../../../shared/ids.ts";
import type { SuspendReason } from "../../../shared/syscall.ts";
import { isStep } from "./fold.ts";

/** A place in the log of one agent that is a snapshot. */
export interface SnapshotPlace {
  readonly id: SnapshotId;
  readonly at: number;
  readonly cause: SnapshotCause;
  readonly label: string;
  /** Of the agent's last event at or before the place. */
  readonly index: number;
}

/** From what says least about a context to what says most. */
const TELLING: readonly SnapshotCause[] = [
  "slice-end",
  "ended",
  "tool-wait",
  "answer",
  "cancelled",
  "crash-point",
  "before-compaction",
  "before-rewind",
  "person",
];

export const moreTelling = (a: Pick<SnapshotPlace, "cause">, b: Pick<SnapshotPlace, "cause">): boolean =>
  TELLING.indexOf(a.cause) > TELLING.indexOf(b.cause);

/** Steps of the agent under way, and whether their answer has begun. */
type Steps = Map<SyscallId, "silent" | "begun">;

/** Every place that is a snapshot, oldest first, each id once. `events`: all of one agent, oldest first. */
export function snapshotPlaces(events: readonly KernelEvent[]): readonly SnapshotPlace[] {
  const places = new Map<SnapshotId, SnapshotPlace>();
  const steps: Steps = new Map();
  for (const [index, event] of events.entries()) {
    const place = placeOf(event, index, steps);
    follow(steps, event);
    const before = place && places.get(place.id);
    if (place && (!before || moreTelling(place, before))) places.set(place.id, place);
  }
  return [...places.values()];
}

function placeOf(event: KernelEvent, index: number, steps: Steps): SnapshotPlace | null {
  const here = (cause: SnapshotCause, label = ""): SnapshotPlace => {
    return { id: snapshotAt(event.seq), at: event.at, cause, label, index };
  };
  const before = (cause: SnapshotCause): SnapshotPlace => {
    return { id: snapshotAt(event.seq - 1), at: event.at, cause, label: "", index: index - 1 };
  };
  switch (event.type) {
    case "syscall.suspended":
      return steps.has(event.syscallId) && lostItsSlot(event.reason) ? here("slice-end") : null;
    case "syscall.done":
      if (!steps.has(event.syscallId) || event.result.kind !== "llm") return null;
      return here(event.result.message.toolCalls.length > 0 ? "tool-wait" : "answer");
    case "syscall.cancelled":
      return steps.get(event.syscallId) === "begun" ? here("cancelled") : null;
    case "agent.recovered":
      return here("crash-point");
    case "agent.ended":
      return here("ended");
    case "snapshot.taken":
      return here("person", event.label);
    case "context.compacted":
      return before("before-compaction");
    case "context.rewound":
      return before("before-rewind");
    default:
      return null;
  }
}

function lostItsSlot(reason: SuspendReason): boolean {
  switch (reason.type) {
    case "slice-end":
    case "preempted":
    case "paused":
      return true;
    case "rate-limited":
    case "retry":
    case "waiting-for-agents":
      return false;
  }
}

function follow(steps: Steps, event: KernelEvent): void {
  switch (event.type) {
    case "syscall.created":
      if (isStep(event.call)) steps.set(event.syscallId, "silent");
      return;
    case "syscall.output":
      if (steps.has(event.syscallId)) steps.set(event.syscallId, "begun");
      return;
    case "syscall.continued":
      if (steps.has(event.syscallId)) {
        steps.set(event.syscallId, event.continuation.text === "" ? "silent" : "begun");
      }
      return;
    case "syscall.restarted":
      if (steps.has(event.syscallId)) steps.set(event.syscallId, "silent");
      return;
    case "syscall.done":
    case "syscall.failed":
    case "syscall.cancelled":
    case "syscall.denied":
      steps.delete(event.syscallId);
      return;
    // What was under way belongs to the course that was left.
    case "context.rewound":
      steps.clear();
      return;
    default:
      return;
  }
}
