import type { EventType, KernelEvent } from "../../../../shared/events.ts";

const SNAPSHOTS_CHANGE = new Set<EventType>([
  "agent.ended",
  "agent.recovered",
  "agent.reopened",
  "context.compacted",
  "context.forked",
  "context.rewound",
  "snapshot.taken",
  "snapshot.pinned",
  "snapshot.unpinned",
  "syscall.suspended",
  "syscall.done",
  "syscall.failed",
  "syscall.cancelled",
  "syscall.denied",
]);

const CONTEXT_CHANGES = new Set<EventType>([
  ...SNAPSHOTS_CHANGE,
  "context.appended",
  "context.compactionUndone",
  "context.truncated",
  "syscall.continued",
  "syscall.output",
  "syscall.restarted",
  "syscall.running",
  "syscall.switched",
  // Not the agent's own: another core, or another window, reads it.
  "core.added",
  "core.changed",
  "core.removed",
  "settings.changed",
]);

/** Whether an event of an agent, or of none, can have changed its list of snapshots. */
export const changesSnapshots = (event: KernelEvent): boolean => SNAPSHOTS_CHANGE.has(event.type);

/** Whether an event of an agent, or of none, can have changed what its next model call would be sent. */
export const changesContext = (event: KernelEvent): boolean => CONTEXT_CHANGES.has(event.type);
